//! Git, which is asked and never trusted: the configuration of the repository that is looked at may come from somebody else,
//! and it can name programs. Every command is made here. It must not know what the answers are for.

use std::process::{Command, Stdio};

use analyzer_source::{files, read_bounded};
use camino::{Utf8Path, Utf8PathBuf};
use memchr::memmem;

/// Settings for every command, whatever a configuration says.
const SETTINGS: [&str; 10] = [
    // A folder that looks like the inside of a repository is none: its configuration came with the files.
    "safe.bareRepository=explicit",
    // Programs that git starts by itself.
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "log.showSignature=false",
    // Nothing is fetched, also by a git that does not know the variable below.
    "protocol.allow=never",
    // Files that are read besides; the configuration may lead to a device.
    "diff.orderFile=/dev/null",
    "log.mailmap=false",
    "submodule.recurse=false",
    "core.quotePath=false",
    "color.ui=false",
];

/// Git in a folder, for questions alone: it starts no program, fetches and writes nothing, and waits for nobody.
/// `filters` are settings from [`without_filters`].
pub(crate) fn command(folder: &Utf8Path, filters: &[String]) -> Command {
    let mut git = Command::new("git");
    git.arg("--no-pager");
    for setting in SETTINGS.into_iter().chain(filters.iter().map(String::as_str)) {
        git.args(["-c", setting]);
    }
    git.current_dir(folder)
        // Only reads: no lock that another git may wait for.
        .env("GIT_OPTIONAL_LOCKS", "0")
        // Nor does it fetch what a partial clone lacks.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    git
}

/// Why git cannot be asked about a folder; none if it can. Git opens the files of a repository without a look at what they
/// are, and a pipe or a device would keep it for ever.
pub(crate) fn fault(folder: &Utf8Path) -> Option<String> {
    let repository = folder.ancestors().map(|folder| folder.join(".git")).find(|git| files::exists(git))?;
    let git = git_folder(&repository)?;
    let names = ["HEAD", "config", "config.worktree", "commondir", "index", "packed-refs", "shallow"];
    let more = ["info/attributes", "info/exclude", "info/grafts", "objects/info/alternates"];
    let mut files = names.iter().chain(&more).map(|name| git.join(name));
    let unsound = files.find(|file| {
        files::exists(file)
            && !(files::is_file(file) && files::size(file).is_ok_and(|size| size < LARGEST_INDEX))
    })?;
    Some(format!("`{unsound}` is no regular file"))
}

/// The settings that switch off the filters which the repository's own configuration names: to compare a file, git would
/// run them. Those of the user's configuration are the user's.
pub(crate) fn without_filters(folder: &Utf8Path) -> Vec<String> {
    let mut git = command(folder, &[]);
    git.args(["config", "--list", "--includes", "--show-scope", "--name-only", "-z"]);
    let Ok(listed) = git.output() else { return Vec::new() };
    let listed = String::from_utf8_lossy(&listed.stdout);
    let mut parts = listed.split('\0');
    let mut settings = Vec::new();
    while let (Some(scope), Some(name)) = (parts.next(), parts.next()) {
        let filter = name.strip_prefix("filter.").and_then(|rest| rest.rsplit_once('.'));
        // A setting is split at the first `=`, so a filter whose name holds one cannot be set here.
        if matches!(scope, "local" | "worktree")
            && let Some((filter, "clean" | "process" | "smudge" | "required")) = filter
        {
            settings
                .extend(["clean=", "process=", "required=false"].map(|key| format!("filter.{filter}.{key}")));
        }
    }
    settings.sort();
    settings.dedup();
    settings
}

/// Whether git tracks something in the folder `name` of the project in `root`. Where its index does not mention the folder
/// git itself is not asked.
pub(crate) fn tracks(root: &Utf8Path, name: &str) -> bool {
    let Some(repository) = root.ancestors().find(|folder| files::exists(&folder.join(".git"))) else {
        return false;
    };
    let prefix = root.strip_prefix(repository).map(Utf8Path::as_str).unwrap_or_default().replace('\\', "/");
    let path = if prefix.is_empty() { format!("{name}/") } else { format!("{prefix}/{name}/") };
    let Some(folder) = git_folder(&repository.join(".git")) else { return false };
    let Ok(index) = read_bounded(&folder.join("index"), LARGEST_INDEX) else { return false };
    if !may_mention(&index, &path) {
        return false;
    }
    let asked = command(root, &[]).args(["ls-files", "-z", "--cached", "--", name]).output();
    asked.map_or(true, |answer| !answer.status.success() || !answer.stdout.is_empty())
}

/// The largest index that is read: that of a million files is a tenth.
const LARGEST_INDEX: u64 = 1 << 30;
/// A file that leads to a repository.
const LARGEST_POINTER: u64 = 1 << 12;

/// Where the index of a repository lies: in a worktree `.git` is a file that leads there.
fn git_folder(git: &Utf8Path) -> Option<Utf8PathBuf> {
    if files::is_dir(git) {
        return Some(git.to_owned());
    }
    let pointer = files::read_text(git, LARGEST_POINTER).ok()?;
    Some(git.parent()?.join(pointer.strip_prefix("gitdir:")?.trim()))
}

/// Whether an index may hold paths in a folder, given with its slash. From version 4 on a path is shortened by what it shares
/// with the one before, and an index may be split: then only git knows.
fn may_mention(index: &[u8], folder: &str) -> bool {
    let plain = matches!(index.get(..8), Some([b'D', b'I', b'R', b'C', 0, 0, 0, 2 | 3]));
    let split = || memmem::find(index, b"link\0").is_some();
    !plain || memmem::find(index, folder.as_bytes()).is_some() || split()
}

#[cfg(test)]
mod tests {
    use super::may_mention;

    #[test]
    fn an_index_is_searched_where_it_holds_whole_paths() {
        let index = |version: u8, rest: &str| [b"DIRC\0\0\0", &[version][..], rest.as_bytes()].concat();
        assert!(!may_mention(&index(2, "..a.py\0..analyzer_cache\0"), ".analyzer_cache/"));
        assert!(may_mention(&index(3, "..p/.analyzer_cache/x\0"), ".analyzer_cache/"));
        assert!(may_mention(&index(4, ""), ".analyzer_cache/"));
        assert!(may_mention(&index(2, "link\0\0\0\x28"), ".analyzer_cache/"));
        assert!(may_mention(b"", ".analyzer_cache/"));
    }
}
