//! GitHub's `primaryLocationLineHash`: the one fingerprint by which code scanning recognises an alert again.
//! It must not know findings or SARIF.
//!
//! The algorithm is that of `fingerprints.ts` in github/codeql-action: a rolling hash over the 100 UTF-16 code
//! units from a line's first character on, without spaces and tabs, CR and CRLF taken as LF.

use rustc_hash::FxHashMap;

/// Code units that a line's hash covers.
const BLOCK: usize = 100;
/// The multiplier of the rolling hash.
const BASE: u64 = 37;
/// Fed after the last character, so that a text's last line has a hash even where it is empty.
const END: u16 = 65_535;
/// 37^100 modulo 2^64: what the unit that leaves the block was multiplied with.
const LEAVING: u64 = {
    let mut power = 1_u64;
    let mut step = 0;
    while step < BLOCK {
        power = power.wrapping_mul(BASE);
        step += 1;
    }
    power
};

/// The hashes of a text's lines, kept as numbers until asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineHashes {
    /// A line's hash, and its 1-based rank among lines with the same hash.
    lines: Vec<(u64, u32)>,
}

impl LineHashes {
    /// Hashes all lines of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::up_to(text, u32::MAX)
    }

    /// Hashes the lines up to `last_line` (from 1), and reads no further than they need: the cheapest way where
    /// only some lines are asked for, since a hash's number depends on all the lines above.
    #[must_use]
    pub fn up_to(text: &str, last_line: u32) -> Self {
        let wanted = last_line as usize;
        let mut roller = Roller::new();
        let mut after_cr = false;
        for unit in text.encode_utf16() {
            if roller.lines.len() >= wanted {
                break;
            }
            let skipped = unit == 0x20 || unit == 0x09 || (after_cr && unit == 0x0A);
            after_cr = unit == 0x0D;
            if !skipped {
                roller.push(if after_cr { 0x0A } else { unit });
            }
        }
        roller.push(END);
        for _ in 0..BLOCK {
            roller.emit();
            roller.roll(0);
        }
        roller.lines.truncate(wanted);
        Self { lines: roller.lines }
    }

    /// The hash of a line (from 1) as code scanning takes it, such as `c129715d7a2bc9a3:1`.
    #[must_use]
    pub fn get(&self, line: u32) -> Option<String> {
        let (hash, number) = self.lines.get((line as usize).checked_sub(1)?)?;
        Some(format!("{hash:x}:{number}"))
    }

    /// Number of lines: one more than there are line ends.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether no line was asked for; even an empty text has one line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// The hash of every line of `text`, in order; there is one line more than there are line ends.
#[must_use]
pub fn line_hashes(text: &str) -> Vec<String> {
    LineHashes::new(text).lines.iter().map(|(hash, number)| format!("{hash:x}:{number}")).collect()
}

/// The block as a ring: what lies at `at` is the unit that leaves next.
struct Roller {
    units: [u16; BLOCK],
    starts_line: [bool; BLOCK],
    at: usize,
    hash: u64,
    at_line_start: bool,
    seen: FxHashMap<u64, u32>,
    lines: Vec<(u64, u32)>,
}

impl Roller {
    fn new() -> Self {
        Self {
            units: [0; BLOCK],
            starts_line: [false; BLOCK],
            at: 0,
            hash: 0,
            at_line_start: true,
            seen: FxHashMap::default(),
            lines: Vec::new(),
        }
    }

    fn push(&mut self, unit: u16) {
        self.emit();
        self.starts_line[self.at] = self.at_line_start;
        self.at_line_start = unit == 0x0A;
        self.roll(unit);
    }

    /// Writes down the hash of the line whose first unit is about to leave the block.
    fn emit(&mut self) {
        if std::mem::take(&mut self.starts_line[self.at]) {
            let number = self.seen.entry(self.hash).or_insert(0);
            *number += 1;
            self.lines.push((self.hash, *number));
        }
    }

    fn roll(&mut self, unit: u16) {
        let leaving = std::mem::replace(&mut self.units[self.at], unit);
        self.hash = self
            .hash
            .wrapping_mul(BASE)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(LEAVING.wrapping_mul(u64::from(leaving)));
        self.at = if self.at + 1 == BLOCK { 0 } else { self.at + 1 };
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{LineHashes, line_hashes};

    /// The definition read literally: each line's block is cut out and evaluated as a polynomial.
    fn naive(text: &str) -> Vec<String> {
        let unified = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut units = Vec::new();
        let mut starts = vec![0];
        for unit in unified.encode_utf16() {
            if unit != u16::from(b' ') && unit != u16::from(b'\t') {
                units.push(unit);
            }
            if unit == u16::from(b'\n') {
                starts.push(units.len());
            }
        }
        units.push(65_535);
        units.extend([0; 100]);
        let mut counts = BTreeMap::new();
        let hash = |start: &usize| {
            let block = &units[*start..start + 100];
            let value = block.iter().fold(0_u64, |h, u| h.wrapping_mul(37).wrapping_add(u64::from(*u)));
            let count = counts.entry(value).and_modify(|count| *count += 1).or_insert(1);
            format!("{value:x}:{count}")
        };
        starts.iter().map(hash).collect()
    }

    #[test]
    fn equals_the_published_vectors() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            line_hashes(" a\nb\n  \t\tc\n d"),
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
        );
        let greeting = line_hashes(" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n");
        assert_eq!(greeting[0], "e9496ae3ebfced30:1");
        assert_eq!(greeting.len(), 7);
    }

    #[test]
    fn equal_lines_are_numbered() {
        let hashes = line_hashes(&"x\n".repeat(300));
        let (first, number) = hashes[0].split_once(':').unwrap();
        assert_eq!(number, "1");
        assert_eq!(hashes[7], format!("{first}:8"));
    }

    #[test]
    fn lines_out_of_range_have_no_hash() {
        let hashes = LineHashes::new("a\nb");
        assert_eq!((hashes.len(), hashes.get(0), hashes.get(3)), (2, None, None));
        assert!(hashes.get(2).is_some());
    }

    proptest! {
        #[test]
        fn equals_the_naive_reading(text in "([ab \t\r\n]|\r\n|é|🦀|[a-c]{40}){0,90}") {
            prop_assert_eq!(line_hashes(&text), naive(&text));
        }

        #[test]
        fn a_part_equals_the_whole(text in "([ab \t\n]|[a-c]{30}\n){0,60}", last in 0_u32..40) {
            let (part, whole) = (LineHashes::up_to(&text, last), LineHashes::new(&text));
            prop_assert_eq!(part.len(), whole.len().min(last as usize));
            for line in 1..=last {
                prop_assert_eq!(part.get(line), whole.get(line).filter(|_| line as usize <= part.len()));
            }
        }
    }
}
