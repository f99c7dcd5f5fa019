//! Any text as `analyzer.toml` and as `pyproject.toml`: each mistake is told at a place that can be shown.
#![no_main]

use analyzer_project::config::{Catalogue, ConfigSource, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let rules: Vec<_> = analyzer_rules::all().iter().map(|rule| &rule.info).collect();
    for source in [ConfigSource::Analyzer, ConfigSource::Pyproject] {
        for problem in parse(text, source, Catalogue(&rules)).err().unwrap_or_default() {
            let (start, end) = (problem.range.start as usize, problem.range.end as usize);
            assert!(text.get(start..end).is_some(), "{problem:?}");
            assert!(!problem.message.contains('\n'), "{problem:?}");
        }
    }
});
