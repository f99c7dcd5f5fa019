//! The walk over folders that hold everything that repositories hold, through the public function.

#![expect(clippy::unwrap_used, reason = "a test's own set-up may fail loudly")]

use std::fs;

use analyzer_source::{FileKind, WalkOptions, WalkResult, walk};
use camino::{Utf8Path, Utf8PathBuf};

struct Folder {
    _guard: tempfile::TempDir,
    root: Utf8PathBuf,
}

impl Folder {
    fn new(files: &[&str]) -> Self {
        let guard = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(guard.path().to_owned()).unwrap();
        let folder = Self { _guard: guard, root };
        for file in files {
            folder.write(file, "x = 1\n");
        }
        folder
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[cfg(unix)]
    fn link(&self, target: &str, path: &str) {
        std::os::unix::fs::symlink(target, self.root.join(path)).unwrap();
    }

    fn walk(&self) -> WalkResult {
        walk(&self.root, &WalkOptions::default())
    }
}

fn paths(result: &WalkResult) -> Vec<&str> {
    result.files.iter().map(|file| file.path.as_str()).collect()
}

fn problems(result: &WalkResult) -> Vec<(&str, &str)> {
    result.problems.iter().map(|problem| (problem.path.as_str(), problem.message.as_str())).collect()
}

#[test]
fn files_of_interest_are_listed_in_order_with_kind_and_size() {
    let folder = Folder::new(&["b.py", "a/z.pyi", "a-b.py", "a/old.py.bak", "README.md", ".github/ci.yml"]);
    folder.write("empty.py", "");
    let result = folder.walk();
    let listed: Vec<_> = result.files.iter().map(|file| (file.path.as_str(), file.kind, file.size)).collect();
    assert_eq!(
        listed,
        [
            (".github/ci.yml", FileKind::Yaml, 6),
            ("a-b.py", FileKind::Python, 6),
            ("a/old.py.bak", FileKind::Backup, 6),
            ("a/z.pyi", FileKind::Stub, 6),
            ("b.py", FileKind::Python, 6),
            ("empty.py", FileKind::Python, 0),
        ]
    );
    assert_eq!(problems(&result), []);
}

#[test]
fn excludes_are_left_out_and_the_root_never_is() {
    let folder = Folder::new(&[
        "build/venv/a.py",
        "build/.git/a.py",
        "build/src/a.py",
        "build/src/__pycache__/a.py",
        "build/src/gen/a.py",
        "build/docs/conf.py",
        "build/build.py",
    ]);
    let root = folder.root.join("build");
    let mut options = WalkOptions::default();
    assert_eq!(paths(&walk(&root, &options)), ["build.py", "docs/conf.py", "src/a.py", "src/gen/a.py"]);
    options.exclude = vec!["gen".to_owned(), "/docs".to_owned(), "broken[".to_owned()];
    let result = walk(&root, &options);
    assert_eq!(paths(&result), ["build.py", "src/a.py"]);
    let message = "`broken[` is not a valid pattern: unclosed character class; missing ']'";
    assert_eq!(problems(&result), [("", message)]);
    options.default_excludes = false;
    assert_eq!(paths(&walk(&root, &options)).len(), 5);
    assert_eq!(paths(&folder.walk()), [] as [&str; 0], "below another root, build is build output");
}

#[test]
fn gitignore_counts_without_git_and_only_if_asked() {
    let folder = Folder::new(&["a.py", "b/a.py", "b/keep.py", "local/a.py"]);
    folder.write(".gitignore", "local/\n");
    folder.write("b/.gitignore", "*.py\n!keep.py\n");
    let mut options = WalkOptions::default();
    assert_eq!(paths(&walk(&folder.root, &options)), ["a.py", "b/keep.py"]);
    assert_eq!(paths(&walk(&folder.root.join("b"), &options)), ["keep.py"]);
    options.respect_gitignore = false;
    assert_eq!(paths(&walk(&folder.root, &options)), ["a.py", "b/a.py", "b/keep.py", "local/a.py"]);
}

#[test]
fn braces_in_a_gitignore_are_letters() {
    let folder =
        Folder::new(&["a.py", "b.py", "{a,b}.py", "p/a.py", "p/c.py", "p/q/c.py", "p/q/d.py", "out/a.py"]);
    folder.write(".gitignore", "{a,b}.py\n/out/\nc.py\n");
    folder.write("p/q/.gitignore", "!c.py\n");
    assert_eq!(paths(&folder.walk()), ["a.py", "b.py", "p/a.py", "p/q/c.py", "p/q/d.py"]);
    fs::remove_file(folder.root.join(".gitignore")).unwrap();
    folder.write("p/.gitignore", "{a\n/c.py\n");
    let left = ["a.py", "b.py", "out/a.py", "p/a.py", "p/q/c.py", "p/q/d.py", "{a,b}.py"];
    assert_eq!(paths(&folder.walk()), left);
}

#[test]
fn a_gitignore_above_the_repository_says_nothing_of_it() {
    let outer = Folder::new(&["home/p/a.py", "home/p/b.py"]);
    outer.write("home/.gitignore", "*\n");
    outer.write("home/p/.gitignore", "b.py\n");
    let inside = |path: &str| walk(&outer.root.join(path), &WalkOptions::default());
    assert_eq!(paths(&inside("home/p")), ["a.py"]);
    outer.write("home/p/.git/HEAD", "ref: refs/heads/main\n");
    assert_eq!(paths(&inside("home/p")), ["a.py"]);
    outer.write("home/p/q/c.py", "x = 1\n");
    outer.write("home/p/q/b.py", "x = 1\n");
    assert_eq!(paths(&inside("home/p/q")), ["c.py"]);
}

#[test]
fn a_broken_gitignore_is_reported_and_the_rest_of_it_counts() {
    let folder = Folder::new(&["p/a.py", "p/b.py"]);
    folder.write("p/.gitignore", "[z-a]\nb.py\n");
    let result = folder.walk();
    assert_eq!(paths(&result), ["p/a.py"]);
    let [(path, message)] = problems(&result)[..] else { panic!("{:?}", result.problems) };
    assert_eq!(path, "p/.gitignore");
    assert!(message.starts_with("line 1 is left out: "), "{message}");
}

#[test]
fn the_result_does_not_depend_on_threads() {
    let names: Vec<String> = (0..400).map(|i| format!("p{}/q{}/m{i}.py", i % 7, i % 31)).collect();
    let folder = Folder::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let with = |threads| walk(&folder.root, &WalkOptions { threads, ..WalkOptions::default() });
    let one = with(1);
    assert_eq!(one.files.len(), 400);
    assert!(one.files.is_sorted_by(|a, b| a.path.as_str() < b.path.as_str()));
    for threads in [0, 2, 8] {
        assert_eq!(with(threads), one);
    }
}

#[test]
fn a_root_that_is_not_there_or_no_folder_is_a_problem() {
    let folder = Folder::new(&["a.py"]);
    let missing = folder.root.join("none");
    let result = walk(&missing, &WalkOptions::default());
    assert_eq!(problems(&result), [("", format!("cannot list `{missing}`: it does not exist").as_str())]);
    let file = folder.root.join("a.py");
    let result = walk(&file, &WalkOptions::default());
    assert_eq!(problems(&result), [("", format!("`{file}` is not a folder").as_str())]);
    assert_eq!(walk(&Folder::new(&[]).root, &WalkOptions::default()), WalkResult::default());
}

#[test]
fn a_folder_with_a_file_name_is_a_folder() {
    let folder = Folder::new(&["x.py/inner.py"]);
    assert_eq!(paths(&folder.walk()), ["x.py/inner.py"]);
}

#[test]
fn a_root_is_walked_by_a_relative_path() {
    // The tests run in the crate's own folder.
    let result = walk(Utf8Path::new("src"), &WalkOptions::default());
    assert_eq!(problems(&result), []);
    assert_eq!(paths(&walk(Utf8Path::new("."), &WalkOptions::default())), ["Cargo.toml"]);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::UnixListener;

    #[test]
    fn a_file_is_listed_once_however_it_is_reached() {
        let folder = Folder::new(&["real/a.py", "real/deep/b.py"]);
        folder.link("real/a.py", "a_first.py");
        folder.link("real", "alias");
        folder.link("../real/deep", "real/again");
        let result = folder.walk();
        assert_eq!(paths(&result), ["real/a.py", "real/deep/b.py"]);
        assert_eq!(problems(&result), []);
    }

    #[test]
    fn what_lies_outside_is_not_listed() {
        let outside = Folder::new(&["lib/x.py", "lib/y/z.py", "one.py", "node_modules/n.py", "data/a.csv"]);
        let folder = Folder::new(&["m.py"]);
        let target = |path: &str| outside.root.join(path).into_string();
        folder.link(&target("lib"), "a_lib");
        folder.link(&target("one.py"), "single.py");
        folder.link("single.py", "twice.py");
        folder.link(&target("one.py"), "notes.txt");
        folder.link(&target("node_modules"), "vendored");
        folder.link(&target("data"), "data");
        let result = folder.walk();
        assert_eq!(paths(&result), ["m.py"]);
        let message = "the symbolic link leads out of the project; not followed";
        assert_eq!(problems(&result), ["a_lib", "single.py", "twice.py"].map(|path| (path, message)));

        let options = WalkOptions { follow_links: false, ..WalkOptions::default() };
        assert_eq!(problems(&walk(&folder.root, &options)), []);
    }

    #[test]
    fn lists_of_ignored_files_that_would_not_end_are_passed_over() {
        let folder = Folder::new(&["m.py", "gen/a.py", "gen/b/c.py", "far/skip/d.py", "other/skip/e.py"]);
        folder.write(".gitignore", "/other/skip\n");
        folder.link("/dev/zero", "gen/.gitignore");
        folder.write("gen/b/.ignore", "c.py\n");
        folder.write("far/.gitignore", "skip\n");
        folder.write("huge/f.py", "x = 1\n");
        folder.write("huge/.ignore", &"*.log\n".repeat(1 << 15));
        let pipe =
            std::process::Command::new("mkfifo").arg(folder.root.join("far/.ignore")).status().unwrap();
        assert!(pipe.success());
        let result = folder.walk();
        assert_eq!(paths(&result), ["gen/a.py", "huge/f.py", "m.py"]);
        let why = |reason: &str| format!("its list of ignored files is not read: {reason}");
        let problems: Vec<_> = result.problems.into_iter().map(|one| (one.path, one.message)).collect();
        assert_eq!(
            problems,
            [
                ("far/.ignore".into(), why("it is not a regular file")),
                ("gen/.gitignore".into(), why("it is a symbolic link")),
                ("huge/.ignore".into(), why("it has 196608 bytes, more than the limit of 131072")),
            ]
        );
        let options = WalkOptions { respect_gitignore: false, ..WalkOptions::default() };
        assert_eq!(walk(&folder.root, &options).problems, []);
    }

    #[test]
    fn a_list_at_the_root_or_above_is_passed_over_too() {
        let folder = Folder::new(&["p/m.py", "p/gen/a.py"]);
        folder.link("/dev/zero", ".gitignore");
        folder.write("p/.ignore", "gen\n");
        let message = "its list of ignored files is not read: it is a symbolic link";
        let result = folder.walk();
        assert_eq!((paths(&result), problems(&result)), (vec!["p/m.py"], vec![(".gitignore", message)]));
        let inside = walk(&folder.root.join("p"), &WalkOptions::default());
        assert_eq!(paths(&inside), ["m.py"]);
        // As people link the one in their home folder.
        fs::remove_file(folder.root.join(".gitignore")).unwrap();
        folder.write("mine", "m.py\n");
        folder.link("mine", ".gitignore");
        folder.write(".git/HEAD", "ref: refs/heads/main\n");
        let inside = walk(&folder.root.join("p"), &WalkOptions::default());
        assert_eq!(paths(&inside), [""; 0]);
    }

    #[test]
    fn lists_of_git_itself_are_read_where_they_end() {
        let folder = Folder::new(&["m.py", "gen/a.py", "tree/n.py", "tree/gen/b.py", "tree/c.py"]);
        folder.write(".git/info/exclude", "gen\n");
        folder.write("repository/info/exclude", "c.py\n");
        folder.write("repository/worktrees/w/commondir", "../..\n");
        folder.write("tree/.git", &format!("gitdir: {}/repository/worktrees/w\n", folder.root));
        // A repository in another one has its own lists only.
        assert_eq!(paths(&folder.walk()), ["m.py", "tree/gen/b.py", "tree/n.py"]);
        fs::remove_file(folder.root.join("repository/info/exclude")).unwrap();
        folder.link("/dev/zero", "repository/info/exclude");
        let result = folder.walk();
        assert_eq!(paths(&result), ["m.py", "tree/c.py", "tree/gen/b.py", "tree/n.py"]);
        let message = "its list of ignored files is not read: it is not a regular file";
        assert_eq!(problems(&result), [("tree/.git", message)]);
    }

    #[test]
    fn circles_and_broken_links_are_problems() {
        let folder = Folder::new(&["p/a.py"]);
        folder.link("..", "p/up");
        folder.link(".", "p/self");
        folder.link("two", "one");
        folder.link("one", "two");
        folder.link("nowhere.py", "broken.py");
        folder.link("nowhere.png", "picture.png");
        folder.link("host.1234", ".#a.py");
        let result = folder.walk();
        assert_eq!(paths(&result), ["p/a.py"]);
        let back = "the symbolic link leads back to a folder that it lies in; not followed";
        let circle = "the symbolic link cannot be followed: too many levels of symbolic links";
        assert_eq!(
            problems(&result),
            [
                ("broken.py", "the symbolic link points to nothing"),
                ("one", circle),
                ("p/self", back),
                ("p/up", back),
                ("two", circle),
            ]
        );
    }

    #[test]
    fn the_root_may_be_a_link() {
        let folder = Folder::new(&["real/a.py"]);
        folder.link("real", "link");
        assert_eq!(paths(&walk(&folder.root.join("link"), &WalkOptions::default())), ["a.py"]);
    }

    #[test]
    fn names_that_are_not_utf_8_are_problems() {
        let folder = Folder::new(&["a.py"]);
        let odd = |name: &[u8]| folder.root.as_std_path().join(std::ffi::OsStr::from_bytes(name));
        fs::write(odd(b"n\xE4me.py"), "").unwrap();
        fs::write(odd(b"n\xE4me.png"), "").unwrap();
        fs::create_dir(odd(b"d\xE4r")).unwrap();
        fs::write(odd(b"d\xE4r/x.py"), "").unwrap();
        let result = folder.walk();
        assert_eq!(paths(&result), ["a.py"]);
        let message = "the name is not UTF-8; rename it";
        assert_eq!(problems(&result), [("d\u{fffd}r", message), ("n\u{fffd}me.py", message)]);
    }

    #[test]
    fn what_is_neither_file_nor_folder_is_a_problem() {
        let folder = Folder::new(&["a.py"]);
        let _listener = UnixListener::bind(folder.root.join("s.py")).unwrap();
        let _other = UnixListener::bind(folder.root.join("daemon.sock")).unwrap();
        let result = folder.walk();
        assert_eq!(paths(&result), ["a.py"]);
        assert_eq!(problems(&result), [("s.py", "it is not a regular file")]);
    }

    #[test]
    fn a_folder_that_may_not_be_listed_is_a_problem() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new(&["a.py", "closed/b.py"]);
        let closed = folder.root.join("closed");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
        let result = folder.walk();
        // Permission bits do not bind a superuser: for them the folder is open, and must be walked.
        if fs::read_dir(&closed).is_ok() {
            assert_eq!(paths(&result), ["a.py", "closed/b.py"]);
        } else {
            assert_eq!(paths(&result), ["a.py"]);
            assert_eq!(problems(&result), [("closed", "it cannot be looked at: permission denied")]);
        }
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    }
}
