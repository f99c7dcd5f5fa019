//! Rules that are selected alone find what they find among all others, though fewer facts are gathered for them.

use std::collections::BTreeSet;

use analyzer_facts::FactSet;
use analyzer_rules::{all, facts_read};

use super::analyzer;

/// The findings of these rules, one per line.
fn told(select: &str) -> BTreeSet<String> {
    let out =
        analyzer(&["check", "--isolated", "--no-cache", "--output-format", "concise", "--select", select]);
    String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn rules_find_alone_what_they_find_among_all() {
    // Whether a suppression is used depends on what else is selected.
    let rules =
        || all().iter().map(|rule| rule.info.name.as_str()).filter(|name| *name != "unused-suppression");
    let every = told(&rules().collect::<Vec<_>>().join(","));
    let mut seen = 0;
    for set in [FactSet::NONE, FactSet::USAGE, FactSet::FLOWS, FactSet::MARKERS, FactSet::SHAPE] {
        let group: Vec<&str> = rules().filter(|name| facts_read([*name]) == set).collect();
        let alone = told(&group.join(","));
        let of_group = |line: &&String| {
            let rule = line.split(['[', ']']).nth(1).unwrap_or("");
            group.contains(&rule)
        };
        let among: BTreeSet<String> = every.iter().filter(of_group).cloned().collect();
        assert!(!alone.is_empty(), "{group:?}");
        assert_eq!(alone, among, "{group:?}");
        seen += alone.len();
    }
    assert_eq!(seen, every.len());
}
