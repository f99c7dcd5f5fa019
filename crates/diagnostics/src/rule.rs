//! Metadata of a rule: the front matter and the text of its Markdown file.
//! Parsing such files is the rules crate's work, not this module's.

use serde::{Deserialize, Serialize};

use crate::{Precision, Severity};

/// How much of the project a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// One file's facts alone.
    File,
    /// Results over all files, projected on one file.
    Project,
}

/// The safest class of fix that a rule offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FixKind {
    /// There is none.
    #[default]
    None,
    /// Only fixes that may change behaviour.
    Unsafe,
    /// Some or all fixes leave behaviour identical.
    Safe,
}

/// One option of a rule, as `[rules.NAME]` takes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionInfo {
    /// The key.
    pub name: String,
    /// One of `bool`, `integer`, `string`, `strings`, or `choice`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The accepted values of a `choice`.
    #[serde(default)]
    pub choices: Vec<String>,
    /// The value where nothing is configured, as TOML writes it.
    pub default: String,
    /// Its effect, in one sentence.
    pub doc: String,
}

/// A rule's metadata and documentation.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleInfo {
    /// Kebab-case name, unique over all families.
    pub name: String,
    /// The family: the folder below `rules/`.
    pub family: String,
    /// Severity before options and grading.
    pub severity: Severity,
    /// How sure the rule is on code that parses.
    pub precision: Precision,
    /// Code scanning's score, "0.1" to "10.0"; only on security rules.
    pub security_severity: Option<String>,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// How much of the project it looks at.
    pub scope: Scope,
    /// The kind of its fix.
    pub fix: FixKind,
    /// Its options.
    pub options: Vec<OptionInfo>,
    /// Codes of other tools' rules that it covers, such as `E722`.
    pub replaces: Vec<String>,
    /// The heading's one-line summary.
    pub summary: String,
    /// The whole page after the front matter, Markdown.
    pub page: String,
}

impl RuleInfo {
    /// The text of the page's section `## title`, without the heading; empty where there is none.
    #[must_use]
    pub fn section(&self, title: &str) -> &str {
        let heading = format!("\n## {title}\n");
        let Some(at) = self.page.find(&heading) else { return "" };
        let body = &self.page[at + heading.len()..];
        body.find("\n## ").map_or(body, |end| &body[..end]).trim()
    }
}
