//! What ends a run early: a message for people and an exit code for programs.
//! It must not know which command failed.

use std::io;

use analyzer_project::config::ConfigProblem;
use analyzer_report::hanging;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::terminal::{self, Stream};

/// Exit codes.
pub(crate) mod code {
    /// Nothing to report.
    pub(crate) const CLEAN: u8 = 0;
    /// Findings at or above `fail-on`.
    pub(crate) const FINDINGS: u8 = 1;
    /// Wrong use, configuration or files.
    pub(crate) const USAGE: u8 = 2;
    /// A defect of ours.
    pub(crate) const INTERNAL: u8 = 101;
    /// Ctrl-C.
    pub(crate) const INTERRUPTED: u8 = 130;
}

/// Why a run ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// One line, and what to do.
    Message { message: String, help: Option<String> },
    /// A configuration file with mistakes.
    Config { path: String, text: String, problems: Vec<ConfigProblem> },
    /// Several of these.
    Several(Vec<Failure>),
    /// Ctrl-C.
    Interrupted,
}

impl Failure {
    /// A failure without advice.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Message { message: message.into(), help: None }
    }

    /// A failure with what to do about it.
    pub(crate) fn with_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Message { message: message.into(), help: Some(help.into()) }
    }

    /// Output that could not be written.
    pub(crate) fn output(target: &str, error: &io::Error) -> Self {
        Self::new(format!("cannot write {target}: {}", analyzer_source::files::reason(error)))
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Interrupted => code::INTERRUPTED,
            Self::Message { .. } | Self::Config { .. } | Self::Several(_) => code::USAGE,
        }
    }

    /// Tells it on standard error.
    pub(crate) fn print(&self, colour: bool) {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let width = terminal::width(Stream::Stderr);
        // What annotate-snippets puts before: `error: `, and the gutter with ` = help: `.
        let title = |message: &str| hanging(message, 0, width.map(|width| width.saturating_sub(7)));
        let advice = |help: &str, digits: usize| {
            hanging(help, 0, width.map(|width| width.saturating_sub(digits + 10)))
        };
        match self {
            Self::Interrupted => eprintln!("interrupted"),
            // None of them holds several itself.
            Self::Several(failures) => failures.iter().for_each(|failure| failure.print(colour)),
            Self::Message { message, help } => {
                let mut group = Group::with_title(Level::ERROR.primary_title(title(message)));
                if let Some(help) = help {
                    group = group.element(Level::HELP.message(advice(help, 1)));
                }
                eprintln!("{}", renderer.render(&[group]));
            }
            Self::Config { path, text, problems } => {
                for problem in problems {
                    let range = problem.range.start as usize..(problem.range.end as usize).min(text.len());
                    let snippet = Snippet::source(text.as_str())
                        .path(path.as_str())
                        .annotation(AnnotationKind::Primary.span(range));
                    let mut group = Group::with_title(Level::ERROR.primary_title(title(&problem.message)))
                        .element(snippet);
                    if let Some(help) = &problem.help {
                        let line =
                            text.get(..problem.range.end as usize).map_or(1, |text| text.lines().count());
                        group = group.element(Level::HELP.message(advice(help, line.to_string().len())));
                    }
                    eprintln!("{}", renderer.render(&[group]));
                }
            }
        }
    }
}

impl From<analyzer_source::FileError> for Failure {
    fn from(error: analyzer_source::FileError) -> Self {
        Self::new(error.to_string())
    }
}
