//! Input of a rule: one file's facts, the project's results for that file, and the rule's options.
//! It must not know other files.

use std::collections::BTreeSet;
use std::sync::Arc;

use analyzer_diagnostics::{Diagnostic, RuleInfo};
use analyzer_facts::{FileFacts, TextRange};
use analyzer_project::config::PythonVersion;
use analyzer_project::{OptionValue, ProjectView, RuleOptions};
use compact_str::CompactString;

/// A rule's code: reports what it finds in one file.
pub type CheckFn = fn(&Check, &mut Vec<Diagnostic>);

/// One rule's look at one file.
pub struct Check<'a> {
    /// The rule itself.
    pub rule: &'a RuleInfo,
    /// The file, relative to the project root, with forward slashes.
    pub path: &'a str,
    /// Facts of the file.
    pub facts: &'a FileFacts,
    /// The file's text, for the few findings whose fix needs more than facts; none if it cannot be read any more.
    /// A check that asks for it runs again whenever the text changes.
    pub text: &'a dyn Fn() -> Option<Arc<str>>,
    /// The project's results about the file; empty for rules of scope `file`.
    pub project: &'a ProjectView,
    /// All configured options.
    pub options: &'a RuleOptions,
    /// The oldest Python that the code must run on.
    pub target_version: PythonVersion,
    /// Names of the rules that run.
    pub enabled: &'a BTreeSet<CompactString>,
}

impl Check<'_> {
    /// A diagnostic of this rule with its default severity.
    #[must_use]
    pub fn diagnostic(&self, range: TextRange, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(&self.rule.name, self.rule.severity, range, message)
    }

    /// The value of an option of this rule, configured or default.
    fn option(&self, key: &str) -> Option<OptionValue> {
        if let Some(value) = self.options.get(&self.rule.name, key) {
            return Some(value.clone());
        }
        let info = self.rule.options.iter().find(|option| option.name == key)?;
        OptionValue::default_of(info).ok()
    }

    /// A `bool` option; false where the rule's page declares none of this name.
    #[must_use]
    pub fn flag(&self, key: &str) -> bool {
        matches!(self.option(key), Some(OptionValue::Bool(true)))
    }

    /// An `integer` option; 0 where the rule's page declares none of this name.
    #[must_use]
    pub fn integer(&self, key: &str) -> u32 {
        match self.option(key) {
            Some(OptionValue::Integer(number)) => u32::try_from(number).unwrap_or(u32::MAX),
            _ => 0,
        }
    }

    /// A `string` or `choice` option; empty where the rule's page declares none of this name.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        match self.option(key) {
            Some(OptionValue::String(text)) => text,
            _ => String::new(),
        }
    }

    /// A `strings` option; empty where the rule's page declares none of this name.
    #[must_use]
    pub fn texts(&self, key: &str) -> Vec<String> {
        match self.option(key) {
            Some(OptionValue::Strings(texts)) => texts,
            _ => Vec::new(),
        }
    }
}
