//! Rules that a repository writes for itself: pages like the built-in ones, with a tree-sitter query instead of code.
//! It must not know where the pages lie, nor salsa.

mod file;
mod names;
mod prefilter;
mod query;
mod run;
mod shape;
mod template;

use std::collections::BTreeSet;

use analyzer_diagnostics::{Diagnostic, RuleInfo};
use analyzer_facts::FileFacts;
use analyzer_project::config::ConfigProblem;
use compact_str::CompactString;

pub use run::{RuleText, Stop, TIME_LIMIT};

/// The family of all rules that a repository writes for itself.
pub const FAMILY: &str = "custom";

/// A rule page of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// As it is shown in messages.
    pub path: String,
    /// The rule's name: the file's, without its ending.
    pub name: String,
    /// The text, with `\n` as line end.
    pub text: String,
}

/// What is wrong with one rule page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblems {
    /// The page.
    pub file: RuleFile,
    /// Every mistake, in the order of the text.
    pub problems: Vec<ConfigProblem>,
}

/// A rule that a repository wrote.
#[derive(Debug)]
pub struct CustomRule {
    /// Metadata and documentation.
    pub info: RuleInfo,
    /// The page, for its examples.
    pub source: String,
    matcher: query::Matcher,
    report: file::ReportTemplates,
    effort: run::Effort,
}

/// All rules that a repository wrote, sorted by name.
#[derive(Debug, Default)]
pub struct CustomRules(Vec<CustomRule>);

impl CustomRules {
    /// Reads rule pages.
    ///
    /// # Errors
    /// When any page has mistakes: those of all pages, in the order of the files.
    pub fn parse(files: Vec<RuleFile>) -> Result<Self, Vec<FileProblems>> {
        let mut rules: Vec<CustomRule> = Vec::new();
        let mut wrong = Vec::new();
        for file in files {
            match file::parse(&file) {
                Ok(rule) => rules.push(rule),
                Err(problems) => wrong.push(FileProblems { file, problems }),
            }
        }
        rules.sort_by(|a, b| a.info.name.cmp(&b.info.name));
        if wrong.is_empty() { Ok(Self(rules)) } else { Err(wrong) }
    }

    /// The rules, sorted by name.
    #[must_use]
    pub fn all(&self) -> &[CustomRule] {
        &self.0
    }

    /// The rule with this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&CustomRule> {
        self.0.iter().find(|rule| rule.info.name == name)
    }

    /// Runs the enabled rules over one file. A rule that takes too long, or finds too much, is stopped; what it found
    /// until then stays. One that takes too long in all is not run any more.
    #[must_use]
    pub fn check(
        &self,
        enabled: &BTreeSet<CompactString>,
        path: &str,
        texts: RuleText,
        facts: &FileFacts,
    ) -> (Vec<Diagnostic>, Vec<(&str, Stop)>) {
        let rules = self.0.iter().filter(|rule| enabled.contains(rule.info.name.as_str()));
        let rules = rules.filter(|rule| !rule.effort.is_too_much());
        let rules: Vec<&CustomRule> =
            rules.filter(|rule| rule.matcher.may_match(path, texts.text, facts)).collect();
        run::run(&rules, path, texts, facts)
    }
}
