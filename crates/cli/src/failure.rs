//! Early end of a run: a message for people and an exit code for programs.
//! It must not know which command failed.

use std::io;

use analyzer_engine::{masked_text, quotable, random_looking};
use analyzer_project::config::ConfigProblem;
use analyzer_report::{hanging, inert, is_obeyed};
use analyzer_source::TextRange;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use camino::Utf8Path;

use crate::log;
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

    /// A configuration file with mistakes, without the secrets that it may hold. Nothing is quoted of a file that the
    /// repository leads to outside of the project: it is not its `own`.
    pub(crate) fn config(path: &Utf8Path, text: &str, mut problems: Vec<ConfigProblem>, own: bool) -> Self {
        let ranges: Vec<TextRange> = problems.iter().map(|problem| problem.range).collect();
        let text = if own { quotable(text, &ranges) } else { blank(text) };
        for problem in &mut problems {
            if own {
                problem.message = random_looking(&masked_text(&problem.message));
                problem.help = problem.help.as_deref().map(random_looking);
            } else {
                problem.message = "a mistake, in a file outside of the project that is not shown".to_owned();
                problem.help = None;
            }
        }
        Self::Config { path: path.to_string(), text, problems }
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
        // Room for the prefixes of annotate-snippets: `error: `, and the gutter with ` = help: `.
        let title =
            |message: &str| hanging(&masked_text(message), 0, width.map(|width| width.saturating_sub(7)));
        let advice = |help: &str, digits: usize| {
            hanging(help, 0, width.map(|width| width.saturating_sub(digits + 10)))
        };
        match self {
            Self::Interrupted => log::tell("interrupted"),
            // None of them holds several itself.
            Self::Several(failures) => failures.iter().for_each(|failure| failure.print(colour)),
            Self::Message { message, help } => {
                let mut group = Group::with_title(Level::ERROR.primary_title(title(message)));
                if let Some(help) = help {
                    group = group.element(Level::HELP.message(advice(help, 1)));
                }
                log::tell_rendered(&renderer.render(&[group]).to_string());
            }
            Self::Config { path, text, problems } => {
                // Characters that a terminal would obey, at the same width in bytes.
                let text: String = text.chars().map(visible).collect();
                let path = inert(path);
                for problem in problems {
                    let range = problem.range.start as usize..(problem.range.end as usize).min(text.len());
                    let snippet = Snippet::source(text.as_str())
                        .path(&*path)
                        .annotation(AnnotationKind::Primary.span(range));
                    let mut group = Group::with_title(Level::ERROR.primary_title(title(&problem.message)))
                        .element(snippet);
                    if let Some(help) = &problem.help {
                        let line =
                            text.get(..problem.range.end as usize).map_or(1, |text| text.lines().count());
                        group = group.element(Level::HELP.message(advice(help, line.to_string().len())));
                    }
                    log::tell_rendered(&renderer.render(&[group]).to_string());
                }
            }
        }
    }
}

/// As many bytes and lines, without a word of the text.
fn blank(text: &str) -> String {
    let blank = |byte| if byte == b'\n' { '\n' } else { ' ' };
    text.bytes().map(blank).collect()
}

/// A character in place of one that a terminal would obey; annotate-snippets does the same for ASCII.
fn visible(c: char) -> char {
    match c.len_utf8() {
        1 => c,
        _ if !is_obeyed(c) => c,
        2 => '¤',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

impl From<analyzer_source::FileError> for Failure {
    fn from(error: analyzer_source::FileError) -> Self {
        Self::new(error.to_string())
    }
}
