//! Byte ranges within one text: the only kind of position that facts and rules handle.
//! Lines and columns are computed from them at the doors (reports, editors), never stored.

use std::cell::{Cell, RefCell};

use serde::{Deserialize, Serialize};

/// A half-open range of byte offsets into a decoded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct TextRange {
    /// Offset of the first byte, from 0.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl TextRange {
    /// The range from `start` up to, but not including, `end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the range holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether `offset` lies inside the range.
    #[must_use]
    pub const fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }

    /// Whether `other` lies wholly inside the range.
    #[must_use]
    pub const fn contains_range(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The text that the range covers; empty where the range does not fit the text.
    #[must_use]
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// A range as it is written.
#[derive(Deserialize)]
struct Written {
    start: u32,
    end: u32,
}

impl From<Written> for TextRange {
    fn from(Written { start, end }: Written) -> Self {
        MOVES.with_borrow(|moves| match moves {
            None => Self { start, end },
            Some(moves) => Self { start: moves.offset(start), end: moves.offset(end) },
        })
    }
}

thread_local! {
    /// Where the text went that ranges which are read on this thread belong to.
    static MOVES: RefCell<Option<Moves>> = const { RefCell::new(None) };
}

/// Where the parts of a text are in its next version.
#[derive(Debug, Default)]
pub struct Moves {
    /// First and last offset of a part that stayed as it was, and the first one in the next version; in order.
    parts: Vec<(u32, u32, u32)>,
    /// Whether an offset was asked for that lies in no part.
    lost: Cell<bool>,
}

impl Moves {
    /// Adds a part that begins where the last one ended or behind it; `end` is the offset behind its last byte.
    pub fn part(&mut self, start: usize, end: usize, now: usize) {
        self.parts.push((start as u32, end as u32, now as u32));
    }

    /// Where an offset is now; anywhere, and noted, if it lies in no part.
    pub fn offset(&self, offset: u32) -> u32 {
        let after = self.parts.partition_point(|&(start, _, _)| start <= offset);
        let part = after.checked_sub(1).and_then(|at| self.parts.get(at));
        match part.filter(|&&(_, end, _)| offset <= end) {
            Some(&(start, _, now)) => now + (offset - start),
            None => {
                self.lost.set(true);
                offset
            }
        }
    }

    /// What `read` reads, with every range in it moved; none if one of them lies in no part.
    pub fn applied<T>(self, read: impl FnOnce() -> Option<T>) -> Option<T> {
        /// Ends it even if `read` panics.
        struct End;
        impl Drop for End {
            fn drop(&mut self) {
                MOVES.set(None);
            }
        }
        MOVES.set(Some(self));
        let end = End;
        let read = read();
        let lost = MOVES.with_borrow(|moves| moves.as_ref().is_none_or(|moves| moves.lost.get()));
        drop(end);
        read.filter(|_| !lost)
    }
}
