//! Which folders are taken for copies, and which are not.

use super::*;

/// A project: paths with their texts, which of them name what, and projects of their own.
#[derive(Default)]
struct Tree {
    files: Vec<(&'static str, &'static str)>,
    uses: Vec<(&'static str, &'static str)>,
    projects: Vec<&'static str>,
}

impl Evidence for Tree {
    fn alike(&self, one: usize, other: usize) -> bool {
        let of = |index: usize| self.sorted()[index].1.split('-').next();
        of(one) == of(other)
    }

    fn uses(&self) -> Vec<Use<'_>> {
        let named = |(by, target): &(&'static str, &'static str)| Use {
            by,
            target: target.replace('.', "/"),
            named: Named::End,
        };
        self.uses.iter().map(named).collect()
    }

    fn is_project(&self, folder: &str) -> bool {
        self.projects.contains(&folder)
    }
}

impl Tree {
    fn sorted(&self) -> Vec<(&'static str, &'static str)> {
        let mut files = self.files.clone();
        files.sort_unstable();
        files
    }

    /// Folder, mirror, and how many files are equal, changed, only there.
    fn told(&self) -> Vec<(String, Option<String>, u32, u32, u32)> {
        let sorted = self.sorted();
        let hash = |text: &str| text.bytes().fold(7_u128, |sum, byte| sum * 31 + u128::from(byte));
        let known = |(path, text): &(&'static str, &'static str)| KnownFile {
            path,
            text: Some(hash(text)),
            telling: !text.is_empty(),
        };
        let files: Vec<KnownFile> = sorted.iter().map(known).collect();
        let folds = folds(&files, self);
        folds.into_iter().map(|one| (one.folder, one.mirror, one.equal, one.changed, one.alone)).collect()
    }
}

fn tree(files: &[(&'static str, &'static str)]) -> Tree {
    Tree { files: files.to_vec(), ..Tree::default() }
}

fn fold(folder: &str, mirror: &str, counts: (u32, u32, u32)) -> (String, Option<String>, u32, u32, u32) {
    (folder.to_owned(), Some(mirror.to_owned()), counts.0, counts.1, counts.2)
}

const LIVE: [(&str, &str); 5] =
    [("app/a.py", "a"), ("app/b.py", "b"), ("app/c.py", "c"), ("app/d.py", "d"), ("app/e.py", "e")];

fn copied(to: &[(&'static str, &'static str)]) -> Tree {
    tree(&[&LIVE[..], to].concat())
}

#[test]
fn a_snapshot_at_the_same_paths_is_a_copy_of_the_project() {
    let copy =
        [("backups/june/app/a.py", "a"), ("backups/june/app/b.py", "b-2"), ("backups/june/gone.py", "g")];
    assert_eq!(copied(&copy).told(), [fold("backups", "", (1, 1, 1))]);
}

#[test]
fn names_of_several_kinds_tell_the_copy() {
    for folder in
        ["archive", "x/app_copy", "app copy 2", "app-2024-06-13", "old2", "release_20240131", "App.BAK"]
    {
        let paths: Vec<String> = ["a", "b", "c"].map(|name| format!("{folder}/{name}.py")).to_vec();
        let paths: Vec<&'static str> = paths.into_iter().map(|path| &*path.leak()).collect();
        let copy = [(paths[0], "a"), (paths[1], "b"), (paths[2], "other")];
        assert_eq!(copied(&copy).told(), [fold(folder, "app", (2, 0, 1))], "{folder}");
    }
}

#[test]
fn files_from_several_folders_thrown_together_are_copies() {
    let copy = [("lib/x.py", "x"), ("attic/a.py", "a"), ("attic/x.py", "x"), ("attic/deep/b.py", "b")];
    assert_eq!(copied(&copy).told(), [fold("attic", "app", (3, 0, 0))]);
}

#[test]
fn what_hardly_equals_anything_is_no_copy() {
    let legacy = [("legacy/a.py", "a"), ("legacy/x.py", "x"), ("legacy/y.py", "y")];
    assert_eq!(copied(&legacy).told(), []);
    let empty = [("old/__init__.py", ""), ("app/__init__.py", ""), ("old/x.py", "x")];
    assert_eq!(copied(&empty).told(), []);
}

#[test]
fn a_folder_that_is_used_is_no_copy() {
    let copy = [("legacy/a.py", "a"), ("legacy/b.py", "b")];
    let mut used = copied(&copy);
    for target in ["legacy.a", "legacy"] {
        used.files.push(("legacy/__init__.py", ""));
        used.uses = vec![("main.py", target)];
        assert_eq!(used.told(), [], "{target}");
    }
    // The same names from within it, or names that the original has as well, say nothing.
    used.uses = vec![("legacy/a.py", "legacy.b"), ("main.py", "app.a"), ("main.py", "a")];
    assert_eq!(used.told().len(), 1);
}

#[test]
fn what_a_copy_uses_is_not_used() {
    let copy = [("old/a.py", "a"), ("archive/b.py", "b"), ("legacy/c.py", "c")];
    let mut tree = copied(&copy);
    tree.uses = vec![("old/a.py", "archive.b")];
    assert_eq!(tree.told().len(), 3);
    tree.uses.push(("main.py", "old.a"));
    let left: Vec<String> = tree.told().into_iter().map(|one| one.0).collect();
    assert_eq!(left, ["legacy"]);
}

#[test]
fn inside_a_folder_that_is_used_there_may_be_a_copy() {
    let mut tree = copied(&[("old/a.py", "a"), ("old/backup/b.py", "b")]);
    tree.uses = vec![("main.py", "old.a")];
    assert_eq!(tree.told(), [fold("old/backup", "app", (1, 0, 0))]);
}

#[test]
fn without_a_name_that_tells_the_side_that_is_used_is_the_original() {
    let twin =
        [("next/a.py", "a"), ("next/b.py", "b"), ("next/c.py", "c"), ("next/d.py", "d"), ("next/e.py", "e")];
    let mut tree = copied(&twin);
    assert_eq!(tree.told(), []);
    tree.uses = vec![("main.py", "app.a")];
    assert_eq!(tree.told(), [fold("next", "app", (5, 0, 0))]);
    tree.uses.push(("list.yaml", "next.b"));
    assert_eq!(tree.told(), []);
    tree.uses.pop();
    tree.projects.push("next");
    assert_eq!(tree.told(), []);
}

#[test]
fn twins_that_share_half_of_their_files_are_two_services() {
    let mut tree = tree(&[]);
    for (service, own) in [("billing", "p"), ("orders", "q")] {
        for shared in ["a", "b", "c", "d", "e"] {
            tree.files.push((format!("{service}/{shared}.py").leak(), shared));
            tree.files.push((format!("{service}/{shared}_own.py").leak(), own));
        }
    }
    tree.uses = vec![("main.py", "billing.a")];
    assert_eq!(tree.told(), []);
}

#[test]
fn what_is_put_aside_by_name_needs_no_original() {
    let told = copied(&[("_trash_2025/x.py", "x")]).told();
    assert_eq!(told, [("_trash_2025".to_owned(), None, 0, 0, 1)]);
}

#[test]
fn tests_and_examples_repeat_what_they_are_about() {
    assert_eq!(copied(&[("tests/old/a.py", "a"), ("tests/old/b.py", "b")]).told(), []);
}

#[test]
fn copies_of_copies_do_not_prove_each_other() {
    assert_eq!(tree(&[("backups/a.py", "a"), ("archive/a.py", "a")]).told(), []);
}
