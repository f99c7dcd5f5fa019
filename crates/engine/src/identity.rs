//! The repository that a folder belongs to: the key of the fingerprints of its secrets is made from it, so that they agree
//! between machines and checkouts. It must not know what the key is used for.

use analyzer_source::{environment, files, read_bounded};
use camino::{Utf8Path, Utf8PathBuf};

/// The variable that may hold a key of one's own; with it nobody else can compute fingerprints.
pub const KEY_VARIABLE: &str = "ANALYZER_FINGERPRINT_KEY";

/// The identity that the key of a project's fingerprints is made from: [`KEY_VARIABLE`], else the address of the remote
/// `origin` of the repository, else nothing, which all projects without one share.
#[must_use]
pub fn fingerprint_identity(root: &Utf8Path) -> String {
    environment::variable(KEY_VARIABLE)
        .or_else(|| origin(root))
        .unwrap_or_else(|| "a project without a repository".to_owned())
}

/// The address of the remote `origin`, in the one form that all its spellings share.
fn origin(root: &Utf8Path) -> Option<String> {
    let folder = root.ancestors().map(|folder| folder.join(".git")).find(|git| files::exists(git))?;
    let config = git_folder(&folder)?.join("config");
    let mut inside = false;
    for line in text(&config)?.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line.replace(' ', "").eq_ignore_ascii_case("[remote\"origin\"]");
        } else if let (true, Some((key, value))) = (inside, line.split_once('='))
            && key.trim().eq_ignore_ascii_case("url")
        {
            return Some(normalised(value.trim()));
        }
    }
    None
}

/// Where a repository keeps its configuration: in a worktree or submodule `.git` is a file that leads there.
fn git_folder(git: &Utf8Path) -> Option<Utf8PathBuf> {
    if files::is_dir(git) {
        return Some(git.to_owned());
    }
    let pointer = text(git)?;
    let folder = git.parent()?.join(pointer.strip_prefix("gitdir:")?.trim());
    let common = text(&folder.join("commondir"));
    Some(common.map_or(folder.clone(), |common| folder.join(common.trim())))
}

fn text(path: &Utf8Path) -> Option<String> {
    const LARGEST: u64 = 1 << 20;
    String::from_utf8(read_bounded(path, LARGEST).ok()?).ok()
}

/// `git@host:a/b.git`, `https://user@host/a/b` and `ssh://git@host:22/a/b/` are one repository.
fn normalised(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let scp = !url.contains("://");
    let at = rest.find('/').unwrap_or(rest.len());
    let rest = rest.get(..at).and_then(|host| host.rfind('@')).map_or(rest, |user| &rest[user + 1..]);
    let (host, path) = match rest.find(['/', ':']) {
        Some(end) => (&rest[..end], &rest[end + 1..]),
        None => (rest, ""),
    };
    // A port is no part of the path.
    let port = !scp && rest.as_bytes().get(host.len()) == Some(&b':');
    let path = if port { path.split_once('/').map_or("", |(_, path)| path) } else { path };
    let path = path.trim_matches('/');
    format!("{}/{}", host.to_lowercase(), path.strip_suffix(".git").unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_agree() {
        for url in [
            "https://host.org/a/b",
            "https://host.org/a/b.git",
            "https://me:word@host.org/a/b.git/",
            "git@host.org:a/b.git",
            "ssh://git@Host.org:22/a/b",
        ] {
            assert_eq!(normalised(url).trim_end_matches(".git"), "host.org/a/b", "{url}");
        }
    }

    #[test]
    fn the_origin_is_found_from_a_worktree() {
        let guard = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(guard.path().canonicalize().unwrap()).unwrap();
        let write = |path: &str, content: &str| {
            let path = root.join(path);
            analyzer_source::write::create_dir_all(path.parent().unwrap()).unwrap();
            analyzer_source::atomic_write(&path, content.as_bytes(), analyzer_source::Durability::Atomic)
                .unwrap();
        };
        write("main/.git/config", "[core]\n\turl = no\n[remote \"origin\"]\n\turl = git@host.org:a/b.git\n");
        write("main/.git/worktrees/w/commondir", "../..\n");
        write("w/.git", &format!("gitdir: {root}/main/.git/worktrees/w\n"));
        write("w/p/a.py", "");
        assert_eq!(origin(&root.join("main")).as_deref(), Some("host.org/a/b"));
        assert_eq!(origin(&root.join("w/p")).as_deref(), Some("host.org/a/b"));
    }
}
