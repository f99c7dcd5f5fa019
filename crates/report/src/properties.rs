//! A finding's machine-readable details as JSON and SARIF show them. It must not know either format's frame.

use std::collections::BTreeMap;

use analyzer_diagnostics::Finding;
use serde_json::Value;

/// The finding's own details, with `parseTier` and `precision`, sorted by key.
pub(crate) fn properties(finding: &Finding) -> BTreeMap<&str, Value> {
    let mut all: BTreeMap<&str, Value> =
        finding.properties.iter().map(|(key, value)| (*key, value.clone())).collect();
    all.insert("parseTier", Value::from(finding.tier.as_str()));
    all.insert("precision", Value::from(finding.precision.as_str()));
    all
}
