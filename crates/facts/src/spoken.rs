//! The words that show the subjects of a text, found in one pass over it for all collectors.
//! It must not know what the words mean, nor Python.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::{flows, markers, suppressions, usage};

/// Who looks for a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Programs and the network.
    Usage,
    /// Coroutines, routes, models.
    Flows,
    /// Requests for silence.
    Silence,
    /// Things that are left to do.
    Markers,
}

/// The words of a subject, and whether their case counts.
const SUBJECTS: [(Subject, &[&str], bool); 4] = [
    (Subject::Usage, &usage::WORDS, true),
    (Subject::Flows, &flows::WORDS, true),
    (Subject::Silence, &suppressions::MARKERS, false),
    (Subject::Markers, &markers::WORDS, false),
];

/// One word in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Its first byte.
    pub(crate) start: usize,
    /// Behind its last byte.
    pub(crate) end: usize,
    /// Index among the words of its subject.
    pub(crate) word: usize,
}

/// Occurrences of the subjects' words in a text.
#[derive(Debug, Default)]
pub(crate) struct Spoken {
    /// In the order of their ends.
    hits: Vec<(Subject, Hit)>,
}

/// One automaton over all words, of any case, with what each of its patterns is.
struct Finder {
    automaton: AhoCorasick,
    patterns: Vec<(Subject, usize, Option<&'static str>)>,
}

/// None only if the automaton could not be built: then no text speaks of anything.
static FINDER: LazyLock<Option<Finder>> = LazyLock::new(|| {
    let mut patterns = Vec::new();
    for (subject, words, exact) in SUBJECTS {
        patterns.extend(words.iter().enumerate().map(|(at, &word)| (subject, at, exact.then_some(word))));
    }
    let words = SUBJECTS.iter().flat_map(|(_, words, _)| words.iter());
    let automaton =
        AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(words);
    Some(Finder { automaton: automaton.ok()?, patterns })
});

impl Spoken {
    /// Reads a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut spoken = Self::default();
        spoken.read(text, 0, text.len());
        spoken
    }

    /// Reads only what may be a comment of a text: from each `#` to the end of its line.
    pub(crate) fn of_comments(text: &str) -> Self {
        let mut spoken = Self::default();
        let mut at = 0;
        while let Some(found) = text.as_bytes().get(at..).and_then(|rest| memchr::memchr(b'#', rest)) {
            let start = at + found;
            at = start + memchr::memchr(b'\n', &text.as_bytes()[start..]).unwrap_or(text.len() - start);
            spoken.read(text, start, at);
        }
        spoken
    }

    fn read(&mut self, text: &str, from: usize, to: usize) {
        let (Some(finder), Some(part)) = (&*FINDER, text.get(from..to)) else { return };
        self.hits.extend(finder.automaton.find_overlapping_iter(part).filter_map(|found| {
            let (subject, word, exact) = *finder.patterns.get(found.pattern().as_usize())?;
            let same = exact.is_none_or(|word| part.as_bytes().get(found.range()) == Some(word.as_bytes()));
            same.then_some((subject, Hit { start: from + found.start(), end: from + found.end(), word }))
        }));
    }

    /// The words of one subject, in the order of their ends.
    pub(crate) fn hits(&self, subject: Subject) -> impl Iterator<Item = Hit> {
        self.hits.iter().filter(move |hit| hit.0 == subject).map(|hit| hit.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_subjects_are_found_in_one_pass() {
        let text = "import subprocess  # ToDo, # NOQA: system(\nSUBPROCESS\n";
        let spoken = Spoken::of(text);
        let shown = |subject| {
            let hits = spoken.hits(subject);
            hits.map(|hit| &text[hit.start..hit.end]).collect::<Vec<_>>()
        };
        assert_eq!(shown(Subject::Usage), ["port", "subprocess", "system("]);
        assert_eq!(shown(Subject::Flows), ["subprocess"]);
        assert_eq!(shown(Subject::Silence), ["NOQA"]);
        assert_eq!(shown(Subject::Markers), ["ToDo"]);
    }
}
