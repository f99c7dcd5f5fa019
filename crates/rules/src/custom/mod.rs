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

use analyzer_diagnostics::{Diagnostic, RuleInfo, Severity};
use analyzer_facts::FileFacts;
use analyzer_project::config::ConfigProblem;
use compact_str::CompactString;

#[cfg(test)]
pub(crate) use file::parse_built_in;
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

/// Mistakes in one rule page.
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
    /// Severity in tests, where it is another one.
    in_tests: Option<Severity>,
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

    /// The built-in rules that are written in the same way; pages with mistakes are left out.
    pub(crate) fn built_in<'a>(pages: impl Iterator<Item = (&'a RuleInfo, &'a str)>) -> Self {
        Self(pages.filter_map(|(info, page)| file::parse_built_in(info, page).ok()).collect())
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
}

/// Runs the enabled rules of these sets over one file. A rule that takes too long, or finds too much, is stopped; what it
/// found until then stays. One that takes too long in all is not run any more.
#[must_use]
pub fn check<'r>(
    sets: &[&'r CustomRules],
    enabled: &BTreeSet<CompactString>,
    path: &str,
    texts: RuleText,
    facts: &FileFacts,
) -> (Vec<Diagnostic>, Vec<(&'r str, Stop)>) {
    let rules = sets.iter().flat_map(|set| &set.0);
    let rules = rules.filter(|rule| enabled.contains(rule.info.name.as_str()) && !rule.effort.is_too_much());
    let rules: Vec<&CustomRule> =
        rules.filter(|rule| rule.matcher.may_match(path, texts.text, facts)).collect();
    run::run(&rules, path, texts, facts)
}

/// Packages of which a file must import one for a page's query to match; none: any file may match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gate(Option<BTreeSet<String>>);

impl Gate {
    /// The gate of a page, read without compiling its query: that takes longer than a check of many files.
    pub(crate) fn of(page: &str) -> Self {
        let query = page.split_once(QUERY).and_then(|(_, rest)| rest.split_once("\n```"));
        let predicates = query.map(|(query, _)| prefilter::predicates(query)).unwrap_or_default();
        let names = predicates.iter().filter(|predicate| predicate.name == "resolves-to?");
        let heads = names.flat_map(|predicate| &predicate.strings).map(|name| head(name).to_owned());
        let heads: BTreeSet<String> = heads.collect();
        Self((!heads.is_empty() && !heads.contains("builtins")).then_some(heads))
    }

    /// Whether the query may match in a file with these imports. Relative ones lead to no library.
    pub(crate) fn is_open(&self, facts: &FileFacts) -> bool {
        self.0.as_ref().is_none_or(|heads| {
            let mut imports = facts.imports.iter().filter(|import| import.level == 0);
            imports.any(|import| heads.contains(head(&import.module)))
        })
    }
}

fn head(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or_default()
}

/// The line that opens a query on a page.
pub(crate) const QUERY: &str = "\n```query\n";
