//! Findings by rule, the worst rule first, and which places of each are shown first. It must not know lines of text.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use analyzer_diagnostics::{Finding, RuleInfo, Severity};
use rustc_hash::FxHashMap;

use super::guide::Standing;
use crate::finding::{rule_of, score};

/// Import cycles that are shown among any number of other findings, whether they crash or not.
const CYCLES: usize = 10;

/// Everything that one rule found.
pub(super) struct Group<'a> {
    pub(super) rule: &'a str,
    pub(super) info: Option<&'a RuleInfo>,
    /// The worst one's severity.
    pub(super) severity: Severity,
    /// Number of its findings, whether they can be shown or not.
    pub(super) count: usize,
    /// Number of files that they are in.
    pub(super) files: usize,
    /// How many there are of each severity, the worst first; without zeros.
    pub(super) levels: Vec<(Severity, usize)>,
    /// Places that must be seen whatever else is left out, the first ones.
    pub(super) urgent: usize,
    /// Places in the order in which they are shown.
    pub(super) places: Vec<Place<'a>>,
    /// The message, where all findings have the same one.
    pub(super) message: Option<&'a str>,
}

/// Contents of one row: a finding, or those of one file where all messages are the same.
pub(super) struct Place<'a> {
    pub(super) findings: Vec<&'a Finding>,
    /// Where it belongs among the rows that are shown.
    order: (Reverse<Severity>, Standing, Reverse<usize>, usize),
}

impl Place<'_> {
    /// The first of its findings.
    pub(super) fn first(&self) -> Option<&Finding> {
        self.findings.first().copied()
    }
}

/// The groups of `shown`, which is part of `all`; both in the report's order.
pub(super) fn groups<'a>(
    all: &[&'a Finding],
    shown: &[&'a Finding],
    rules: &[&'a RuleInfo],
    standing: &dyn Fn(&str) -> Standing,
) -> Vec<Group<'a>> {
    let mut by_rule: BTreeMap<&str, (Vec<&'a Finding>, Vec<&'a Finding>)> = BTreeMap::new();
    for finding in all {
        by_rule.entry(finding.rule.as_str()).or_default().0.push(finding);
    }
    for finding in shown {
        by_rule.entry(finding.rule.as_str()).or_default().1.push(finding);
    }
    let mut groups: Vec<Group<'a>> =
        by_rule.into_iter().map(|(rule, (all, shown))| group(rule, &all, &shown, rules, standing)).collect();
    // Names come sorted, and the sort is stable.
    groups.sort_by_key(|group| {
        let score = group.info.map_or(0, score);
        let precision = group.info.map(|info| info.precision);
        Reverse((group.severity, group.urgent > 0, score, precision, group.count))
    });
    groups
}

fn group<'a>(
    rule: &'a str,
    all: &[&'a Finding],
    shown: &[&'a Finding],
    rules: &[&'a RuleInfo],
    standing: &dyn Fn(&str) -> Standing,
) -> Group<'a> {
    let mut levels: BTreeMap<Reverse<Severity>, usize> = BTreeMap::new();
    let mut files: FxHashMap<&str, usize> = FxHashMap::default();
    for finding in all {
        *levels.entry(Reverse(finding.severity)).or_default() += 1;
        *files.entry(&finding.location.path).or_default() += 1;
    }
    let first = all.first();
    let same = first.filter(|first| {
        // Of a cycle more is shown than the message.
        all.len() > 1
            && !first.properties.contains_key("cycle")
            && all.iter().all(|one| one.message == first.message && one.suppressed == first.suppressed)
    });
    let mut places: Vec<Place<'a>> = Vec::new();
    // How many of the same file came before.
    let mut before: FxHashMap<&str, usize> = FxHashMap::default();
    let mut ordinals: Vec<usize> = Vec::new();
    for (index, finding) in shown.iter().enumerate() {
        let path = &*finding.location.path;
        let known = before.entry(path).or_default();
        *known += 1;
        if same.is_some()
            && *known > 1
            && let Some(last) = places.last_mut()
        {
            last.findings.push(finding);
            last.order.0 = last.order.0.min(Reverse(finding.severity));
            continue;
        }
        let in_file = files.get(path).copied().unwrap_or(0);
        let order = (Reverse(finding.severity), standing(path), Reverse(in_file), index);
        places.push(Place { findings: vec![finding], order });
        ordinals.push(*known);
    }
    let mut places: Vec<(usize, Place<'a>)> = ordinals.into_iter().zip(places).collect();
    // One of each file before a second one of any.
    places.sort_by_key(|(ordinal, place)| {
        let (severity, standing, in_file, index) = place.order;
        (severity, standing, *ordinal, in_file, index)
    });
    let places: Vec<Place<'a>> = places.into_iter().map(|(_, place)| place).collect();
    Group {
        rule,
        info: first.and_then(|finding| rule_of(finding, rules)),
        severity: levels.keys().next().map_or(Severity::Note, |level| level.0),
        count: all.len(),
        files: files.len(),
        levels: levels.into_iter().map(|(level, count)| (level.0, count)).collect(),
        urgent: urgent(&places),
        places,
        message: same.map(|first| first.message.as_str()),
    }
}

/// How many places must be seen: import cycles, all that crash, and others up to a number.
fn urgent(places: &[Place<'_>]) -> usize {
    let cycles =
        || places.iter().filter_map(Place::first).filter(|one| one.properties.contains_key("verdict"));
    let crashes = cycles().filter(|one| one.severity == Severity::Error).count();
    let others = cycles().filter(|one| one.severity == Severity::Warning).count();
    crashes + others.min(CYCLES.saturating_sub(crashes))
}

/// The first `count` places in the order in which they are read: the worst, then the files with most.
pub(super) fn in_reading_order<'g, 'a>(group: &'g Group<'a>, count: usize) -> Vec<&'g Place<'a>> {
    let mut places: Vec<&Place<'a>> = group.places.iter().take(count).collect();
    places.sort_by_key(|place| place.order);
    places
}
