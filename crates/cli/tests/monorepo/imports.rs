//! Unused imports and god classes of the fixture, file by file, in files that parse and in broken ones.

use std::collections::{BTreeMap, BTreeSet};

use super::{expected, findings, number, text};

#[test]
fn every_unused_import_is_found_file_by_file() {
    let expected = expected();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let reported = findings("unused-import");
    for finding in &reported {
        let name = text(&finding["properties"], "name").to_owned();
        found.entry(text(finding, "path").to_owned()).or_default().push(name);
    }
    found.values_mut().for_each(|names| names.sort());
    let planted: BTreeMap<String, Vec<String>> = expected["by-file"]
        .as_table()
        .unwrap()
        .iter()
        .map(|(path, file)| {
            let names = file["unused"].as_array().unwrap().iter();
            let mut names: Vec<String> = names.map(|name| name.as_str().unwrap().to_owned()).collect();
            names.sort();
            (path.clone(), names)
        })
        .filter(|(_, names)| !names.is_empty())
        .collect();
    assert_eq!(found, planted);
    assert_eq!(reported.len(), 3134);
    assert_eq!(number(&expected, &["imports", "unused-names"]), 3134);
}

#[test]
fn every_god_class_is_found_and_no_other() {
    let expected = expected();
    let found: BTreeSet<(String, String, i64)> = findings("god-class")
        .iter()
        .map(|finding| {
            let properties = &finding["properties"];
            assert_eq!(text(finding, "severity"), "error");
            let path = text(finding, "path").to_owned();
            (path, text(properties, "class").to_owned(), properties["methods"].as_i64().unwrap())
        })
        .collect();
    let planted: BTreeSet<(String, String, i64)> = expected["god-classes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let word = |key: &str| one[key].as_str().unwrap().to_owned();
            (word("path"), word("class"), one["methods"].as_integer().unwrap())
        })
        .collect();
    assert_eq!(found, planted);
    assert_eq!(found.len(), 14);
    assert!(findings("module-under-two-names").is_empty());
}
