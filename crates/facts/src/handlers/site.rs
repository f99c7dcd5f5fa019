//! Where a swallowed exception could be logged: beside which statement, and by which logger.
//! It must not know rules or fixes.

use std::cell::OnceCell;

use analyzer_source::TextRange;
use compact_str::{CompactString, format_compact};

use super::body::{Place, Swallow};
use super::names::Names;
use crate::head::HeadCollector;
use crate::{Handler, ImportSite, LogSite, LoggerDefinition, Scope};

/// Longest function whose text is searched for the logger's name, in bytes; longer ones get no site.
pub(crate) const LONGEST_FUNCTION: u32 = 50_000;

/// Finds places for calls of a logger.
pub(super) struct Sites<'a> {
    head: &'a HeadCollector,
    /// How a logger could be made; the same for all handlers of the file.
    definition: OnceCell<Option<(LoggerDefinition, ImportSite)>>,
}

impl<'a> Sites<'a> {
    /// For a file with this beginning.
    pub(super) fn new(head: &'a HeadCollector) -> Self {
        Self { head, definition: OnceCell::new() }
    }

    /// Where and how to log what `swallow` hides; none where no logger can be had.
    pub(super) fn find(
        &self,
        swallow: Swallow,
        handler: &Handler,
        names: &Names,
        text: &str,
        scopes: &[Scope],
    ) -> Option<LogSite> {
        let existing =
            names.loggers.iter().find(|logger| handler.scope != 0 || logger.at < handler.range.start);
        let (logger, define) = match existing {
            Some(logger) => (logger.name.clone(), None),
            None => (
                CompactString::const_new("logger"),
                Some((*self.definition.get_or_init(|| self.define(names, text, scopes)))?),
            ),
        };
        if define.is_some_and(|(_, site)| handler.range.start < site.at) {
            return None;
        }
        let define = define.map(|(define, _)| define);
        if is_bound_locally(&logger, handler, text, scopes) {
            return None;
        }
        let newline = newline(text);
        let range = swallow.range;
        let line_start = text.get(..range.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
        let indent = text.get(line_start..range.start as usize)?;
        let separator = if indent.trim().is_empty() {
            format_compact!("{newline}{indent}")
        } else {
            CompactString::const_new("; ")
        };
        let none = CompactString::default();
        Some(match swallow.place {
            Place::Instead => LogSite { range, before: none.clone(), after: none, logger, define },
            Place::Before => LogSite {
                range: TextRange::new(range.start, range.start),
                before: none,
                after: separator,
                logger,
                define,
            },
            Place::After => LogSite {
                range: TextRange::new(range.end, range.end),
                before: separator,
                after: none,
                logger,
                define,
            },
        })
    }

    fn define(&self, names: &Names, text: &str, scopes: &[Scope]) -> Option<(LoggerDefinition, ImportSite)> {
        if names.binds_at_module("logger", text, scopes) {
            return None;
        }
        // `import logging` elsewhere may run later, or not at all; `import x as logging` is another module.
        let imported = self.head.imports("logging", text);
        let bound = names.binds_at_module("logging", text, scopes);
        if bound && !(imported && names.import_target("logging") == Some("logging")) {
            return None;
        }
        Some((LoggerDefinition { import: !imported }, self.head.site(text)?))
    }
}

/// Whether the text around a handler, up to its outermost function, binds the logger's name to something else.
fn is_bound_locally(logger: &str, handler: &Handler, text: &str, scopes: &[Scope]) -> bool {
    let mut at = handler.scope;
    let mut outermost = None;
    while at != 0 {
        let Some(scope) = scopes.get(at as usize) else { break };
        outermost = Some(scope);
        at = scope.parent;
    }
    let Some(scope) = outermost else { return false };
    if scope.range.len() > LONGEST_FUNCTION {
        return true;
    }
    let body = scope.range.slice(text);
    body.match_indices(logger).any(|(at, _)| {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let before = body[..at].trim_end_matches([' ', '\t']);
        let after = body[at + logger.len()..].trim_start();
        if body[..at].ends_with(|c| is_word(c) || c == '.') || body[at + logger.len()..].starts_with(is_word)
        {
            return false;
        }
        let assigned = after.starts_with('=') && !after.starts_with("==") || after.starts_with(":=");
        let parameter = before.ends_with(['(', ',', '*']) && after.starts_with([':', '=', ',', ')']);
        // An argument that is passed on looks like a parameter: that costs only a fix.
        assigned || parameter || before.ends_with(" as") || before.ends_with("for")
    })
}

/// The file's line end, as its first line shows it.
fn newline(text: &str) -> CompactString {
    let crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
    CompactString::const_new(if crlf { "\r\n" } else { "\n" })
}
