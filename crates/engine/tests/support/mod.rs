//! The common part of the tests of executed queries: a project with every rule, checked once.
//! It must not know which queries there are.

#![expect(clippy::unwrap_used, reason = "tests")]

use analyzer_engine::{Engine, Options};
use analyzer_project::Settings;
use compact_str::CompactString;

/// An engine over these files that has checked them once.
pub(crate) fn checked(files: &[(&str, &str)]) -> Engine {
    let rules = analyzer_rules::all().iter().map(|rule| CompactString::new(&rule.info.name)).collect();
    let options = Options { log_queries: true, ..Options::default() };
    let engine = Engine::in_memory(files, Settings::with_rules(rules), options);
    engine.check(&[]).unwrap();
    assert!(!engine.executed_queries().is_empty());
    engine
}
