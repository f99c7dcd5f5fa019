//! Changes since a commit, as git reports them: files and their lines. It must not know how findings are made.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::process::Output;
use std::thread::ScopedJoinHandle;

use analyzer_diagnostics::{Finding, Location};
use analyzer_engine::LineMoves;
use camino::Utf8Path;

use crate::failure::Failure;
use crate::git;

/// The changed lines of each changed file, by its path from the project's root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Changes(BTreeMap<String, Lines>);

/// Lines of a file as it is now, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Lines {
    /// The file is new, or git cannot compare its lines.
    All,
    /// Each range is changed or new.
    Some(Vec<Range<u32>>),
}

impl Changes {
    /// Asks git what differs between `reference` and the files in the folder `root`, staged or not, untracked files
    /// included. `A...` stands for the last common commit of `A` and HEAD.
    pub(crate) fn since(reference: &str, root: &Utf8Path) -> Result<Self, Failure> {
        if let Some(fault) = git::fault(root) {
            return Err(Failure::new(format!("`--changed` asks git, which cannot be asked: {fault}")));
        }
        let git = Git { root, filters: git::without_filters(root) };
        // Why a commit is not known may be that there is no repository; in the others one question less is asked.
        let commit = git.commit(reference).or_else(|unknown| git.inside().and(Err(unknown)))?;
        let renames =
            ["-M", "--relative", "--ignore-submodules", "--no-ext-diff", "--no-textconv", "--no-color"];
        let diff = |what: &[&str]| {
            let mut args = vec!["diff"];
            args.extend(what);
            args.extend(renames);
            args.extend([commit.as_str(), "--", "."]);
            git.output(&args)
        };
        // A commit waits for a hook, and git starts slowly: the questions are asked at once.
        let names = || diff(&["--name-status", "-z", "--diff-filter=d"]);
        let untracked = || git.output(&["ls-files", "-z", "--others", "--exclude-standard"]);
        let (names, patch, untracked) = std::thread::scope(|scope| {
            let started = |work| std::thread::Builder::new().spawn_scoped(scope, work);
            let threads = (started(&names as &Question), started(&untracked));
            let patch = diff(&["--patch", "-z", "-U0", "--src-prefix=a/", "--dst-prefix=b/"]);
            (joined(threads.0, &names), patch, joined(threads.1, &untracked))
        });
        let (names, patch, untracked) = (names?, patch?, untracked?);
        let hunks = hunks(&patch);
        let mut changes = BTreeMap::new();
        for (renamed, path) in names_of(&names) {
            let lines = match hunks.get(&path) {
                Some(lines) => Lines::Some(lines.clone()),
                None if renamed => Lines::Some(Vec::new()),
                // A binary file, or a name that a patch cannot show.
                None => Lines::All,
            };
            changes.insert(path, lines);
        }
        for path in parts(&untracked) {
            changes.insert(path, Lines::All);
        }
        Ok(Self(changes))
    }

    /// Whether a finding, or one of its related places, lies on a changed line; `moves` gives the new places of the lines
    /// since.
    pub(crate) fn touch(&self, finding: &Finding, moves: &LineMoves) -> bool {
        let related = finding.related.iter().map(|related| &related.location);
        std::iter::once(&finding.location).chain(related).any(|location| self.touches(location, moves))
    }

    fn touches(&self, location: &Location, moves: &LineMoves) -> bool {
        let (start, end) = (location.start, location.end);
        // An end at a line's first column does not belong to that line.
        let last = if end.column == 1 && end.line > start.line { end.line - 1 } else { end.line };
        match self.0.get(&*location.path) {
            None => false,
            Some(Lines::All) => true,
            Some(Lines::Some(ranges)) => ranges.iter().any(|range| {
                let range = moves.lines(&location.path, range.clone());
                range.start <= last && start.line < range.end
            }),
        }
    }
}

/// The answer of a thread.
/// Asks git something.
type Question<'a> = dyn Fn() -> Result<Vec<u8>, Failure> + Sync + 'a;

/// The answer to a question that a thread asks, or where none could be started this one.
fn joined(
    thread: io::Result<ScopedJoinHandle<'_, Result<Vec<u8>, Failure>>>,
    question: &Question,
) -> Result<Vec<u8>, Failure> {
    match thread {
        Ok(thread) => {
            thread.join().unwrap_or_else(|_| Err(Failure::new("git could not be asked".to_owned())))
        }
        Err(_) => question(),
    }
}

struct Git<'a> {
    root: &'a Utf8Path,
    /// Settings without which git would run programs that the repository names.
    filters: Vec<String>,
}

impl Git<'_> {
    /// Whether the folder lies in a repository; otherwise a failure with git's reason.
    fn inside(&self) -> Result<(), Failure> {
        let inside = self.run(&["rev-parse", "--is-inside-work-tree"])?;
        if inside.status.success() {
            return Ok(());
        }
        let told = String::from_utf8_lossy(&inside.stderr);
        let told = told.lines().next().unwrap_or("").trim_start_matches("fatal: ").to_owned();
        Err(Failure::with_help(
            format!("`--changed` asks git, which refuses in `{}`: {told}", self.root),
            "run it inside a git repository, or without `--changed`",
        ))
    }

    fn run(&self, args: &[&str]) -> Result<Output, Failure> {
        git::command(self.root, &self.filters).args(args).output().map_err(|error| {
            Failure::with_help(
                format!("`--changed` needs git, which cannot be run: {error}"),
                "install git, or run without `--changed`",
            )
        })
    }

    fn output(&self, args: &[&str]) -> Result<Vec<u8>, Failure> {
        let output = self.run(args)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let told = String::from_utf8_lossy(&output.stderr);
        let command = args.first().unwrap_or(&"");
        Err(Failure::new(format!("`git {command}` failed: {}", told.trim())))
    }

    /// The object to compare with.
    fn commit(&self, reference: &str) -> Result<String, Failure> {
        let resolved = |name: &str| {
            if name.starts_with('-') {
                return Ok(None);
            }
            let output = self.run(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])?;
            let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            Ok::<_, Failure>((output.status.success() && !id.is_empty()).then_some(id))
        };
        let unknown = || {
            Failure::with_help(
                format!("git knows no commit `{reference}`"),
                "name a commit, branch or tag; if it is a path, put it in front of `--changed`",
            )
        };
        if let Some(other) = reference.strip_suffix("...") {
            let other = resolved(other)?.ok_or_else(unknown)?;
            let base = self.run(&["merge-base", &other, "HEAD"])?;
            let id = String::from_utf8_lossy(&base.stdout).trim().to_owned();
            return if base.status.success() && !id.is_empty() {
                Ok(id)
            } else {
                Err(Failure::with_help(
                    format!("`{reference}` and HEAD have no commit in common"),
                    "in a shallow clone, fetch more of the history",
                ))
            };
        }
        match resolved(reference)? {
            Some(id) => Ok(id),
            // Before the first commit everything is new.
            None if reference == "HEAD" => {
                self.inside()?;
                let empty = self.output(&["hash-object", "-t", "tree", "--stdin"])?;
                Ok(String::from_utf8_lossy(&empty).trim().to_owned())
            }
            None => Err(unknown()),
        }
    }
}

/// The parts of a text that NUL ends.
fn parts(bytes: &[u8]) -> impl Iterator<Item = String> {
    bytes
        .split(|byte| *byte == 0)
        .filter(|part| !part.is_empty())
        .map(|part| String::from_utf8_lossy(part).into_owned())
}

/// Whether each file was only renamed or copied from another, and its path now.
fn names_of(bytes: &[u8]) -> Vec<(bool, String)> {
    let mut names = Vec::new();
    let mut parts = parts(bytes);
    while let (Some(status), Some(path)) = (parts.next(), parts.next()) {
        let renamed = status.starts_with(['R', 'C']);
        let path = if renamed { parts.next().unwrap_or_default() } else { path };
        names.push((renamed, path));
    }
    names
}

/// The new lines of each file of a patch without context.
fn hunks(patch: &[u8]) -> BTreeMap<String, Vec<Range<u32>>> {
    let mut files: BTreeMap<String, Vec<Range<u32>>> = BTreeMap::new();
    let mut path = None;
    // Lines of a hunk's body may look like anything: they are counted, not read.
    let mut body = 0;
    for line in patch.split(|byte| *byte == b'\n') {
        if body > 0 {
            body -= u32::from(!line.starts_with(b"\\"));
            continue;
        }
        // With `-z` the patch follows a NUL.
        let line = line.rsplit(|byte| *byte == 0).next().unwrap_or(line);
        if let Some(name) = line.strip_prefix(b"+++ b/") {
            // A tab ends a name that holds a blank.
            let name = name.strip_suffix(b"\t").unwrap_or(name);
            path = Some(String::from_utf8_lossy(name).into_owned());
        } else if line.starts_with(b"diff --git ") {
            path = None;
        } else if let Some((removed, added)) = line.strip_prefix(b"@@ ").and_then(hunk) {
            body = removed.end - removed.start + (added.end - added.start);
            if let Some(path) = &path {
                files.entry(path.clone()).or_default().push(added);
            }
        }
    }
    files
}

/// The lines of `-3,2 +5 @@ …`, before and after.
fn hunk(header: &[u8]) -> Option<(Range<u32>, Range<u32>)> {
    let header = std::str::from_utf8(header.split(|byte| *byte == b'@').next()?).ok()?;
    let mut sides = header.split_whitespace();
    let mut side = |sign: char| {
        let text = sides.next()?.strip_prefix(sign)?;
        let (start, count) = text.split_once(',').unwrap_or((text, "1"));
        let start: u32 = start.parse().ok()?;
        Some(start..start.checked_add(count.parse().ok()?)?)
    };
    Some((side('-')?, side('+')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_look_like_headers_are_counted() {
        let patch = b"diff --git a/a b.py b/a b.py\n--- a/a b.py\t\n+++ b/a b.py\t\n@@ -2 +2,2 @@ def f():\n--- a/x\n\
            +++ b/other.py\n+@@ -1 +9,9 @@\n\\ No newline at end of file\n@@ -7,2 +8,0 @@\n-x\n-y\n\
            diff --git a/b.py b/b.py\n--- /dev/null\n+++ b/b.py\n@@ -0,0 +1 @@\n+x\n";
        let files = hunks(patch);
        let shown: Vec<_> = files.iter().map(|(path, lines)| (path.as_str(), lines.clone())).collect();
        assert_eq!(shown, [("a b.py", [2..4, 8..8].to_vec()), ("b.py", std::iter::once(1..2).collect())]);
    }

    #[test]
    fn names_of_renamed_files_come_in_pairs() {
        let names = names_of(b"M\0a.py\0R087\0old\nname.py\0new.py\0A\0c.py\0");
        assert_eq!(names, [(false, "a.py".into()), (true, "new.py".into()), (false, "c.py".into())]);
    }
}
