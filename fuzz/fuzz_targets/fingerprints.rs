//! What findings are recognised by: code scanning's hash of lines against its definition, and baselines that come back as they
//! were written.
#![no_main]

use std::collections::HashMap;

use analyzer_diagnostics::{Baseline, line_hashes};
use libfuzzer_sys::fuzz_target;

/// The hash of every line, as GitHub describes it: of up to 100 UTF-16 units without blanks from the line's start on.
fn by_definition(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let (mut starts, mut units, mut at_start) = (Vec::new(), Vec::new(), true);
    for unit in text.encode_utf16().filter(|unit| *unit != u16::from(b' ') && *unit != u16::from(b'\t')) {
        if at_start {
            starts.push(units.len());
        }
        units.push(unit);
        at_start = unit == u16::from(b'\n');
    }
    if at_start {
        starts.push(units.len());
    }
    units.push(u16::MAX);
    units.resize(units.len() + 100, 0);
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let hash = |start: usize| {
        units[start..start + 100].iter().fold(0_u64, |hash, unit| hash.wrapping_mul(37).wrapping_add((*unit).into()))
    };
    let mut numbered = |hash: u64| {
        let count = seen.entry(hash).or_default();
        *count += 1;
        format!("{hash:x}:{count}")
    };
    starts.into_iter().map(|start| numbered(hash(start))).collect()
}

fuzz_target!(|text: &str| {
    assert_eq!(line_hashes(text), by_definition(text));
    if let Ok(baseline) = Baseline::parse(text) {
        assert_eq!(Baseline::parse(&baseline.to_text()).as_ref().ok(), Some(&baseline));
    }
});
