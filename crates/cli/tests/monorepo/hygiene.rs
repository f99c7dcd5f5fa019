//! The families hygiene and duplicates on the fixture: each planted figure, file by file, and nothing besides.

use std::collections::BTreeMap;

use crate::{by_file, expected};

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
