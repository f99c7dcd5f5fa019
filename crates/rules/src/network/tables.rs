//! Findings on the elements of a table of literals: one, at the first of them. It must not know what the elements are.

use std::collections::BTreeMap;

use analyzer_diagnostics::{Diagnostic, Related};
use analyzer_facts::TextRange;

use crate::Check;

/// The sites in groups, in the order of their first ones: those of one table are one group.
pub(super) fn first_of_each<S>(sites: &[S], table: impl Fn(&S) -> Option<TextRange>) -> Vec<Vec<&S>> {
    let mut groups: Vec<Vec<&S>> = Vec::new();
    let mut known: BTreeMap<TextRange, usize> = BTreeMap::new();
    for site in sites {
        let group = table(site).map(|table| *known.entry(table).or_insert(groups.len()));
        match group.and_then(|group| groups.get_mut(group)) {
            Some(group) => group.push(site),
            None => groups.push(vec![site]),
        }
    }
    groups
}

/// How many more there are, for the end of a message.
pub(super) fn beside(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => ", beside one more in the same table".to_owned(),
        _ => format!(", beside {others} more in the same table"),
    }
}

/// The finding with the other elements as related places, and how many elements it is about.
pub(super) fn in_table(
    cx: &Check,
    mut found: Diagnostic,
    others: impl Iterator<Item = (TextRange, String)>,
) -> Diagnostic {
    let related = others.map(|(range, message)| Related { path: cx.path.into(), range, message });
    found.related.extend(related);
    if found.related.is_empty() {
        return found;
    }
    let count = found.related.len() + 1;
    found.property("count", count)
}
