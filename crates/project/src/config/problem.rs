//! A mistake in a configuration file, with its place. It must not know how it is shown.

use analyzer_source::TextRange;

/// One mistake in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The bytes that are wrong; empty at the start of the file where the place is unknown.
    pub range: TextRange,
    /// The mistake, in one line.
    pub message: String,
    /// Advice on how to mend it.
    pub help: Option<String>,
}

impl ConfigProblem {
    /// A mistake without advice.
    pub(crate) fn new(range: std::ops::Range<usize>, message: impl Into<String>) -> Self {
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { range: TextRange::new(at(range.start), at(range.end)), message: message.into(), help: None }
    }

    /// A name at a known place that names nothing, with the nearest of those that exist.
    pub(crate) fn unknown(range: TextRange, message: String, name: &str, known: &[&str]) -> Self {
        Self { range, message, help: did_you_mean(name, known.iter().copied()) }
    }

    /// Adds what to do.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// "did you mean `…`?" for the candidate that is nearest to `word`, if any is near.
pub(crate) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let near = candidates.into_iter().map(|candidate| (distance(word, candidate), candidate)).min()?;
    (near.0 <= 2.max(word.chars().count() / 3)).then(|| format!("did you mean `{}`?", near.1))
}

/// Levenshtein's distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
