//! How large a file is, compressed: a guess that is never too low and costs nothing, and a measure. It must not know what
//! to leave out.

use std::io::{self, Write};

use analyzer_diagnostics::{Report, RuleInfo};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::limits::Budget;
use crate::RenderOptions;

/// A larger file, compressed, is refused.
const MAX_COMPRESSED: usize = 10_000_000;
/// Compressed bytes that a result takes beside its texts: names of keys, numbers, fingerprints.
const RESULT: usize = 250;
/// The same of a place.
const PLACE: usize = 100;

/// Whether it is worth measuring: texts are counted as if nothing made them smaller.
pub(super) fn may_be_too_large(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    budget: Budget,
) -> bool {
    // Each quotation occurs twice: as a region and as its lines.
    let quoted = |text: &str| if budget.source { 2 * text.len() } else { 0 };
    let rules: usize = rules.iter().map(|rule| RESULT + 2 * rule.page.len()).sum();
    let mut total = rules;
    for finding in options.reported(report) {
        total += RESULT + finding.message.len() + finding.location.path.len() + quoted(&finding.source.text);
        for related in budget.related(finding) {
            // A related place is a step of the flow as well.
            let once =
                PLACE + related.message.len() + related.location.path.len() + quoted(&related.source.text);
            total += 2 * once;
        }
        for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
            total += PLACE + edit.content.len();
        }
        for value in finding.properties.values() {
            total += value.to_string().len();
        }
        if total > MAX_COMPRESSED {
            return true;
        }
    }
    false
}

/// Takes bytes, and keeps only how many they come to, compressed.
pub(super) struct Compressed(GzEncoder<Count>);

impl Default for Compressed {
    fn default() -> Self {
        Self(GzEncoder::new(Count(0), Compression::fast()))
    }
}

impl Compressed {
    /// Whether they are more than is taken.
    pub(super) fn into_too_large(self) -> io::Result<bool> {
        Ok(self.0.finish()?.0 > MAX_COMPRESSED)
    }
}

impl Write for Compressed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

struct Count(usize);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
