//! One run's outcome: findings and the figures that a maintainer wants to see at its end.
//! It must not know how they were made or how they are shown.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::Finding;

/// A function at the top of the complexity table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hotspot {
    /// The file, relative to the project root.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// Qualified name within the file.
    pub function: String,
    /// Value under the configured metric.
    pub complexity: u32,
}

/// One component of the import graph that is a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CycleSummary {
    /// Module names of its shortest cycle, in import order, beginning with the smallest.
    pub modules: Vec<String>,
    /// Number of modules in the component.
    pub size: u32,
    /// `crash`, `entry-dependent`, `masked` or `tolerated`.
    pub verdict: String,
    /// Whether only deferred imports close it.
    pub deferred: bool,
}

/// Whose package is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The project's own.
    Project,
    /// Of an installed package, or of one that is missing.
    Installed,
    /// Of the standard library.
    StandardLibrary,
}

impl Origin {
    /// `project`, `installed` or `standard-library`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Installed => "installed",
            Self::StandardLibrary => "standard-library",
        }
    }
}

/// A package that a project imports, its own or another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedPackage {
    /// Its dotted name.
    pub package: String,
    /// Whose it is.
    pub origin: Origin,
    /// Number of import statements that name it or something in it.
    pub statements: u32,
    /// The project's modules in it with their numbers of statements, most often named first.
    pub modules: Vec<(String, u32)>,
}

/// The parts of a project: its packages, services and the like; no faults.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inventory {
    /// The packages that are imported, most often named first.
    pub imported: Vec<ImportedPackage>,
    /// Files of tests by outermost folder; empty for those that are in none.
    pub tests: BTreeMap<String, u32>,
    /// Programs that a file of configuration starts, by its path.
    pub started: BTreeMap<String, u32>,
    /// Calls that bind or connect to an endpoint.
    pub endpoints: u32,
    /// Of these, calls that have the port's number in them.
    pub literal_endpoints: u32,
}

/// The figures of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Python files that were analysed.
    pub files: u32,
    /// Of these, files in folders that are copies of others.
    pub folded_files: u32,
    /// Of these, files with syntax errors.
    pub broken_files: u32,
    /// Files that were skipped, for whatever reason.
    pub skipped_files: u32,
    /// Files with syntax errors that are code templates, which are not reported.
    pub templates: u32,
    /// Files that a program wrote, whose unused imports are not reported.
    pub generated_files: u32,
    /// Folders of downloaded code that were left out.
    pub downloaded: Vec<String>,
    /// Lines of Python.
    pub lines: u64,
    /// Edges of the import graph without implicit ones.
    pub import_edges: u32,
    /// Findings by family, reported ones only.
    pub by_family: BTreeMap<String, u32>,
    /// Findings by rule, reported ones only.
    pub by_rule: BTreeMap<String, u32>,
    /// Findings by severity's name, reported ones only.
    pub by_severity: BTreeMap<&'static str, u32>,
    /// The most complex functions over the threshold, at most ten, most complex first.
    pub hotspots: Vec<Hotspot>,
    /// Import cycles, eager ones first.
    pub cycles: Vec<CycleSummary>,
    /// Paths of the modules that use the graphics card, sorted.
    pub gpu_modules: Vec<String>,
    /// Findings that comments suppressed.
    pub suppressed: u32,
    /// Findings that are not reported because the baseline knows them.
    pub baselined: u32,
    /// Findings of the baseline that are gone.
    pub resolved: u32,
    /// Files whose facts came from the cache.
    pub cached_files: u32,
    /// The parts of the project; none unless asked for.
    pub inventory: Option<Inventory>,
    /// From start to the last finding. Never part of machine-readable output.
    pub elapsed: Duration,
}

/// One run's outcome.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Sorted by path, range and rule.
    pub findings: Vec<Finding>,
    /// The figures.
    pub summary: Summary,
}

impl Summary {
    /// Counts findings by family, rule and severity, and those that are suppressed.
    pub fn count(&mut self, findings: &[Finding], family_of: impl Fn(&str) -> String) {
        self.suppressed = 0;
        self.by_family.clear();
        self.by_rule.clear();
        self.by_severity.clear();
        for finding in findings {
            if finding.suppressed {
                self.suppressed += 1;
                continue;
            }
            if finding.baselined {
                continue;
            }
            *self.by_severity.entry(finding.severity.as_str()).or_default() += 1;
            *self.by_rule.entry(finding.rule.to_string()).or_default() += 1;
            *self.by_family.entry(family_of(&finding.rule)).or_default() += 1;
        }
    }
}
