//! Rule names, family names and ALL, as `select` and `ignore` take them.
//! It must not know what the rules do.

use std::collections::BTreeSet;

use analyzer_diagnostics::RuleInfo;
use compact_str::CompactString;

use super::problem::did_you_mean;

/// The rules that exist, for checking names.
#[derive(Debug, Clone, Copy)]
pub struct Catalogue<'a>(pub &'a [&'a RuleInfo]);

/// A word in `select` or `ignore` that names nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule or family named `{word}`")]
pub struct UnknownSelector {
    /// The word.
    pub word: String,
    /// A name that was perhaps meant, as a question.
    pub hint: Option<String>,
}

impl<'a> Catalogue<'a> {
    /// The rule with this name.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&'a RuleInfo> {
        self.0.iter().copied().find(|rule| rule.name == name)
    }

    /// Names of all rules.
    #[must_use]
    pub fn names(&self) -> BTreeSet<CompactString> {
        self.0.iter().map(|rule| CompactString::new(&rule.name)).collect()
    }

    /// The rules that `word` selects: a rule's name, a family's name, or `ALL`.
    ///
    /// # Errors
    /// When it names none of these.
    pub fn expand(&self, word: &str) -> Result<BTreeSet<CompactString>, UnknownSelector> {
        let chosen = self.0.iter().filter(|rule| word == "ALL" || rule.name == word || rule.family == word);
        let chosen: BTreeSet<_> = chosen.map(|rule| CompactString::new(&rule.name)).collect();
        if !chosen.is_empty() {
            return Ok(chosen);
        }
        if let Some(rule) = self.0.iter().find(|rule| rule.replaces.iter().any(|code| code == word)) {
            let hint = Some(format!("here it is called `{}`", rule.name));
            return Err(UnknownSelector { word: word.to_owned(), hint });
        }
        let known = self.0.iter().flat_map(|rule| [rule.name.as_str(), rule.family.as_str()]).chain(["ALL"]);
        Err(UnknownSelector { word: word.to_owned(), hint: did_you_mean(word, known) })
    }
}
