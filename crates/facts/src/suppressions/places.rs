//! Where a suppressing comment for a given byte can be written. It must not know what it would say.

use crate::ConfigKind;
use crate::config_text::lines::{Bodies, lines};
use analyzer_syntax::tokens::{Line, LineKind, logical_lines};

/// Where a comment about one logical line goes; offsets are bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommentPlace {
    /// Behind the line's last token and its comment, if it has one.
    pub behind: u32,
    /// Where the line's first physical line begins, for a comment on a line of its own above.
    pub above: u32,
    /// Where its first token is: what is between is its indentation.
    pub first: u32,
    /// Whether a comment after it may end up inside a string or another value.
    pub damaged: bool,
}

/// The logical lines of one text.
pub struct CommentPlaces<'a> {
    text: &'a str,
    lines: Vec<Line>,
}

impl<'a> CommentPlaces<'a> {
    /// Reads the lines of a text, sound or broken.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, lines: logical_lines(text) }
    }

    /// Reads the lines of a text of configuration.
    #[must_use]
    pub fn of_config(text: &'a str, kind: ConfigKind) -> Self {
        Self { text, lines: lines(text, kind.dialect(), Bodies::Joined) }
    }

    /// The place for the line that `offset` lies in; none on blank lines.
    #[must_use]
    pub fn at(&self, offset: u32) -> Option<CommentPlace> {
        let offset = offset as usize;
        let index = self.lines.partition_point(|line| line.start <= offset).checked_sub(1)?;
        let line = self.lines.get(index)?;
        let end = line.comment_end.max(line.end);
        if offset > end || line.kind == LineKind::Marker {
            return None;
        }
        let text = self.text.get(line.start..end)?;
        let above = self.text.get(..line.start)?.rfind('\n').map_or(0, |at| at + 1);
        Some(CommentPlace {
            behind: (line.start + text.trim_end().len()) as u32,
            above: above as u32,
            first: line.start as u32,
            damaged: line.is_damaged(),
        })
    }
}
