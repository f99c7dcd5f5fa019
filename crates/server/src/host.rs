//! Questions of the server to the program that it is part of. It must not know how that finds its answers.

use std::sync::Arc;

use analyzer_diagnostics::Baseline;
use analyzer_engine::Options;
use analyzer_project::Settings;
use analyzer_project::config::ConfigProblem;
use analyzer_rules::custom::CustomRules;
use camino::{Utf8Path, Utf8PathBuf};

/// Finds projects and reads their configuration, as every other door does.
pub trait Host: Send + Sync {
    /// The root of the project that a folder belongs to; none if nothing marks one.
    fn root_of(&self, folder: &Utf8Path) -> Option<Utf8PathBuf>;

    /// The configuration of the project at `root`.
    ///
    /// # Errors
    /// When it cannot be used as it is.
    fn configuration(&self, root: &Utf8Path) -> Result<Configuration, ConfigurationFailure>;

    /// The configuration for files that belong to no project.
    fn without_project(&self) -> Settings;

    /// Called with the name of each request or command before its answer is made; for tests of what a defect in one does.
    fn before(&self, _request: &str) {}
}

/// How to analyse one project.
#[derive(Clone)]
pub struct Configuration {
    /// Its settings.
    pub settings: Settings,
    /// The rules that it wrote itself.
    pub custom: Arc<CustomRules>,
    /// How to run the engine on it.
    pub options: Options,
    /// The findings that it lives with, and the file that lists them.
    pub baseline: Option<(Baseline, Utf8PathBuf)>,
}

/// Why a project's configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationFailure {
    /// In one line.
    pub message: String,
    /// The files with mistakes in them.
    pub files: Vec<BrokenFile>,
}

/// A configuration file with mistakes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenFile {
    /// Relative to the project's root.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The mistakes.
    pub problems: Vec<ConfigProblem>,
}
