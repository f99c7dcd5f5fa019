//! The house checks: what the compiler, clippy and rustfmt cannot see. Each finding is `path:line: message`.
//! It must not change anything.

mod layers;
mod licences;
mod metadata;
mod pages;
mod repository;
mod rust_text;
mod sources;
mod spdx;
mod tracked;
mod workflows;

use std::fmt;
use std::process::ExitCode;

use repository::Repository;

/// A rule of the house that is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    /// From the repository's root.
    path: String,
    /// From 1.
    line: usize,
    /// The mistake and its remedy, in one line.
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// Runs every check on the repository that this program was built in.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let repository = Repository::open()?;
    let metadata = metadata::read(repository.root())?;
    let mut findings = layers::check(&metadata);
    findings.extend(licences::check(&metadata, &repository)?);
    findings.extend(sources::check(&repository));
    findings.extend(pages::check(&repository));
    findings.extend(tracked::check(&repository));
    findings.extend(workflows::check(&repository)?);
    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{finding}");
    }
    let files = repository.files().len();
    if findings.is_empty() {
        eprintln!("house checks: {files} files, nothing to report");
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("house checks: {files} files, {} findings", findings.len());
    Ok(ExitCode::FAILURE)
}
