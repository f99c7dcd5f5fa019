//! Any text as a page of a rule that a repository wrote: front matter, a query of tree-sitter, examples.
#![no_main]

use analyzer_rules::custom::{CustomRules, RuleFile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let page = RuleFile { path: "any.md".to_owned(), name: "any".to_owned(), text: text.to_owned() };
    for wrong in CustomRules::parse(vec![page]).err().unwrap_or_default() {
        for problem in wrong.problems {
            let (start, end) = (problem.range.start as usize, problem.range.end as usize);
            assert!(text.get(start..end).is_some(), "{problem:?}");
        }
    }
});
