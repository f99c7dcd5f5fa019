//! The report of a rule: a message at a byte range. It must not know lines, columns or output formats.

use std::collections::BTreeMap;
use std::sync::Arc;

use analyzer_source::TextRange;
use compact_str::CompactString;
use serde_json::Value;

use crate::{Fix, Severity, Tier};

/// A second place that a finding is about, such as a hop of an import cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The file, relative to the project root, with forward slashes.
    pub path: Arc<str>,
    /// The bytes in that file.
    pub range: TextRange,
    /// A note on that place, for the reader.
    pub message: String,
}

/// The part of a finding's fingerprint besides rule and path; never a line number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Anchor {
    /// The enclosing qualified name and the normalised text of the range.
    #[default]
    Snippet,
    /// A key of the rule's own, such as the edge to break of a cycle.
    Key(String),
    /// A key of the rule's own that is the only one of the project, such as a module that is missing: the file that the
    /// finding is made in is not part of it, since it is another one when a place joins or goes.
    Project(String),
}

/// One fault that a rule found.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// The rule's kebab-case name.
    pub rule: CompactString,
    /// After options and grading; configuration may still change it.
    pub severity: Severity,
    /// The fault, in one line, without a full stop at the end.
    pub message: String,
    /// Where, in the file that was checked.
    pub range: TextRange,
    /// Further places, in the order in which they should be read.
    pub related: Vec<Related>,
    /// Why it is wrong.
    pub notes: Vec<String>,
    /// Advice on how to mend it.
    pub help: Option<String>,
    /// How well the code parsed that it was read from.
    pub tier: Tier,
    /// Machine-readable details, sorted by key.
    pub properties: BTreeMap<&'static str, Value>,
    /// The change that mends it, if the rule knows one.
    pub fix: Option<Fix>,
    /// A safe change for those who do not want an unsafe `fix`.
    pub safe_fix: Option<Fix>,
    /// Its identity across edits.
    pub anchor: Anchor,
    /// Whether it is only a further place of a finding that is made elsewhere: it is never shown, but comments that ask for
    /// silence there have their reason.
    pub elsewhere: bool,
    /// Whether a comment at another of its places asks for silence.
    pub silenced: bool,
}

impl Diagnostic {
    /// A diagnostic without notes, help, fix or properties.
    #[must_use]
    pub fn new(rule: &str, severity: Severity, range: TextRange, message: impl Into<String>) -> Self {
        Self {
            rule: CompactString::new(rule),
            severity,
            message: message.into(),
            range,
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
            tier: Tier::A,
            properties: BTreeMap::new(),
            fix: None,
            safe_fix: None,
            anchor: Anchor::Snippet,
            elsewhere: false,
            silenced: false,
        }
    }

    /// Adds why it is wrong.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Sets what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets how well the code parsed that it was read from.
    #[must_use]
    pub fn tier(mut self, tier: Tier) -> Self {
        self.tier = tier;
        self
    }

    /// Adds a machine-readable detail.
    #[must_use]
    pub fn property(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.properties.insert(key, value.into());
        self
    }

    /// Sets the change that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// Sets a safe change beside an unsafe one.
    #[must_use]
    pub fn safe_fix(mut self, fix: Option<Fix>) -> Self {
        self.safe_fix = fix;
        self
    }

    /// Sets the rule's own fingerprint key, of which there is one in the project.
    #[must_use]
    pub fn project_key(mut self, key: impl Into<String>) -> Self {
        self.anchor = Anchor::Project(key.into());
        self
    }

    /// Sets the rule's own fingerprint key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.anchor = Anchor::Key(key.into());
        self
    }
}
