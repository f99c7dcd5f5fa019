//! Any text as Python: facts come without a failure, and are the same when nothing is left out on the way to them.
#![no_main]

use analyzer_facts::{Limits, extract, extract_exhaustively};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let limits = Limits::default();
    if let (Ok(facts), Ok(all)) = (extract(text, limits), extract_exhaustively(text, limits)) {
        assert_eq!(facts, all);
    }
});
