//! The settings of one project, checked and with defaults filled in.
//! It must not know how they were written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use analyzer_diagnostics::Severity;
use compact_str::CompactString;
use globset::Glob;

use super::RuleOptions;
use crate::contracts::Contract;

/// A version of the language, such as 3.12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PythonVersion {
    /// Before the dot.
    pub major: u8,
    /// Behind the dot.
    pub minor: u8,
}

impl PythonVersion {
    /// Reads `3.12`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.')?;
        let version = Self { major: major.parse().ok()?, minor: minor.parse().ok()? };
        (version.major == 3 || version == Self { major: 2, minor: 7 }).then_some(version)
    }
}

impl PythonVersion {
    /// The lowest version that a specifier such as `>=3.11,<4` admits, where it names one.
    #[must_use]
    pub fn lower_bound(requires: &str) -> Option<Self> {
        requires.split(',').find_map(|part| {
            let part = part.trim();
            let version = part.strip_prefix(">=").or_else(|| part.strip_prefix("~="))?.trim();
            let mut numbers = version.splitn(3, '.');
            Self::parse(&format!("{}.{}", numbers.next()?, numbers.next().unwrap_or("0")))
        })
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The treatment of folders that are copies of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Copies {
    /// One finding names each, and its files count for nothing else.
    #[default]
    Fold,
    /// Their files are files like all others.
    Report,
}

impl Copies {
    /// Reads `fold` or `report`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "fold" => Some(Self::Fold),
            "report" => Some(Self::Report),
            _ => None,
        }
    }
}

/// Settings for the files that a glob matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerFile {
    /// Matched against the path relative to the project root.
    pub glob: String,
    /// Rules that report nothing there.
    pub ignore: BTreeSet<CompactString>,
}

impl PerFile {
    /// Whether its settings hold for the file at a path, relative to the project root.
    #[must_use]
    pub fn holds_for(&self, path: &str) -> bool {
        Glob::new(&self.glob).is_ok_and(|glob| glob.compile_matcher().is_match(path))
    }
}

/// All settings of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Names of the rules that run.
    pub enabled: BTreeSet<CompactString>,
    /// Severities that replace the rules' own.
    pub severity: BTreeMap<CompactString, Severity>,
    /// The rules' options.
    pub options: RuleOptions,
    /// Globs of files that are not analysed at all, relative to the project root.
    pub exclude: Vec<String>,
    /// Globs of folders that are analysed although they are left out by default, relative to the project root.
    pub include: Vec<String>,
    /// Folders from which absolute imports resolve, relative to the project root; empty: found automatically.
    pub roots: Vec<String>,
    /// Contracts on who may import whom.
    pub contracts: Vec<Contract>,
    /// Settings by file.
    pub per_file: Vec<PerFile>,
    /// The oldest Python that the code must run on.
    pub target_version: PythonVersion,
    /// The lowest severity that makes a run fail.
    pub fail_on: Severity,
    /// The file of findings that are not reported, relative to the project root; none: the default name, if it exists.
    pub baseline: Option<String>,
    /// The registry of ports, relative to the project root; none: the `ports.yaml` nearest to the root.
    pub ports: Option<String>,
    /// In bytes; larger files are skipped and reported.
    pub max_file_size: u64,
    /// Whether `.gitignore` files are honoured.
    pub respect_gitignore: bool,
    /// Whether git is asked how often files changed.
    pub churn: bool,
    /// The treatment of folders that are copies of others.
    pub copies: Copies,
}

/// The largest `max-file-size`: a tree takes 80 bytes for each byte of its text.
pub const MOST_BYTES: u64 = 16 << 20;

impl Settings {
    /// The settings of a project without configuration, with these rules enabled.
    #[must_use]
    pub fn with_rules(enabled: BTreeSet<CompactString>) -> Self {
        Self {
            enabled,
            severity: BTreeMap::new(),
            options: RuleOptions::default(),
            exclude: Vec::new(),
            include: Vec::new(),
            roots: Vec::new(),
            contracts: Vec::new(),
            per_file: Vec::new(),
            target_version: PythonVersion { major: 3, minor: 9 },
            fail_on: Severity::Warning,
            baseline: None,
            ports: None,
            max_file_size: 1024 * 1024,
            respect_gitignore: true,
            churn: true,
            copies: Copies::default(),
        }
    }
}
