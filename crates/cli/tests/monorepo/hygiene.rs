//! The families hygiene and duplicates on the fixture: each planted figure, file by file, and nothing besides.

use std::collections::{BTreeMap, BTreeSet};

use crate::{by_file, expected, findings, number, text};

/// The planted faults under a key of expected.toml, by file.
fn planted(key: &str) -> BTreeMap<String, i64> {
    let expected = expected();
    let plants = expected["plants"][key]["by-file"].as_table().unwrap();
    plants.iter().map(|(path, count)| (path.clone(), count.as_integer().unwrap())).collect()
}

fn sum_below(counts: &BTreeMap<String, i64>, folder: &str) -> i64 {
    counts.iter().filter(|(path, _)| path.starts_with(folder)).map(|(_, count)| count).sum()
}

#[test]
fn every_marker_is_found_on_both_machines() {
    let found = by_file("todo-without-ticket");
    assert_eq!(found, planted("todo-without-ticket"));
    assert_eq!((sum_below(&found, "main_pc_code/"), sum_below(&found, "pc2_code/")), (94, 20));
}

#[test]
fn every_print_of_python_2_and_every_singleton_is_found() {
    assert_eq!(by_file("python2-syntax"), planted("python2-print"));
    let found = by_file("global-singleton");
    assert_eq!(found, planted("global-singleton"));
    assert_eq!(found.len(), 17);
}

#[test]
fn every_file_that_was_put_aside_is_found() {
    let expected = expected();
    let planted: BTreeSet<String> = strings(&expected["backups"]["files"]);
    let found = by_file("backup-file");
    assert!(found.values().all(|count| *count == 1));
    assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), planted);
    let sums = (sum_below(&found, "main_pc_code/"), sum_below(&found, "pc2_code/"));
    assert_eq!(
        sums,
        (number(&expected, &["backups", "main_pc_code"]), number(&expected, &["backups", "pc2_code"]))
    );
}

#[test]
fn every_family_of_copies_is_found_once_with_all_its_members() {
    let expected = expected();
    let planted: BTreeSet<BTreeSet<String>> =
        expected["families"].as_array().unwrap().iter().map(|family| strings(&family["files"])).collect();
    let found: Vec<BTreeSet<String>> = findings("duplicate-module")
        .iter()
        .map(|finding| {
            let members = finding["properties"]["members"].as_array().unwrap();
            assert_eq!(members[0].as_str().unwrap(), text(finding, "path"));
            assert_eq!(finding["related"].as_array().unwrap().len() + 1, members.len());
            members.iter().map(|member| member.as_str().unwrap().to_owned()).collect()
        })
        .collect();
    assert_eq!(found.len(), 11);
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), planted);
}

fn strings(value: &toml::Value) -> BTreeSet<String> {
    value.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}
