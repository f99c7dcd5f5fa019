//! Figures that follow from the findings of a report, for whoever asks for statistics. It must not know how they are shown.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use analyzer_diagnostics::Report;
use serde_json::Value;

use crate::RenderOptions;

/// The ports that are written into code, with how often they are; most frequent first, then by number.
pub(crate) fn ports(report: &Report, options: &RenderOptions) -> Vec<(u64, u32)> {
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    for finding in options.reported(report).filter(|finding| finding.rule == "hardcoded-port") {
        if let Some(port) = finding.properties.get("port").and_then(Value::as_u64) {
            *counts.entry(port).or_default() += 1;
        }
    }
    let mut ports: Vec<(u64, u32)> = counts.into_iter().collect();
    ports.sort_by_key(|(port, count)| (Reverse(*count), *port));
    ports
}
