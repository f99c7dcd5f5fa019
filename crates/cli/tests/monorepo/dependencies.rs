//! The family dependencies on the fixture: each planted disagreement, with every list that takes part, and nothing besides.

use std::collections::{BTreeMap, BTreeSet};

use crate::{expected, findings, text};

#[test]
fn every_disagreement_is_found() {
    let expected = expected();
    let found = findings("dependency-drift");
    let package = |finding: &serde_json::Value| text(&finding["properties"], "package").to_owned();
    let of_kind =
        |kind: &'static str| found.iter().filter(move |finding| text(&finding["properties"], "kind") == kind);
    let mut pins: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in of_kind("pins") {
        let files = pins.entry(package(finding)).or_default();
        files.insert(text(finding, "path").to_owned());
        let related = finding["related"].as_array().unwrap().iter();
        files.extend(related.map(|related| text(related, "path").to_owned()));
    }
    let planted: BTreeMap<String, BTreeSet<String>> = expected["dependency-drift"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let files = one["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap().to_owned());
            (one["package"].as_str().unwrap().to_owned(), files.collect())
        })
        .collect();
    assert_eq!(pins, planted);
    let twice: BTreeSet<(String, String)> =
        of_kind("twice").map(|finding| (package(finding), text(finding, "path").to_owned())).collect();
    let word = |one: &toml::Value, key: &str| one[key].as_str().unwrap().to_owned();
    let planted: BTreeSet<(String, String)> = expected["listed-twice"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (word(one, "package"), word(one, "file")))
        .collect();
    assert_eq!(twice, planted);
    assert_eq!(of_kind("pins").count() + of_kind("twice").count(), found.len());
}
