//! Comments that say that something is left to do: TODO, FIXME, XXX, HACK, with who, what and which ticket.
//! It must not know which of them are faults.
//!
//! Words are searched in the text first; what is a comment the tree says, or tokens where the text is broken.

use analyzer_source::TextRange;
use analyzer_syntax::kind;
use analyzer_syntax::tokens::logical_lines;
use analyzer_syntax::{Tier, Tree};
use compact_str::CompactString;

use crate::spoken::{Hit, Spoken, Subject};
use crate::{Marker, MarkerWord};

pub(crate) const WORDS: [&str; 4] = ["todo", "fixme", "xxx", "hack"];
const MEANINGS: [MarkerWord; 4] = [MarkerWord::Todo, MarkerWord::Fixme, MarkerWord::Xxx, MarkerWord::Hack];

/// Longest text that is kept of a marker, in bytes.
const LONGEST_TEXT: usize = 200;
/// Longest name of an author, in bytes.
const LONGEST_AUTHOR: usize = 40;

/// Words that look like a ticket's but name a standard, encoding, algorithm, device, time zone or step.
const NO_PROJECTS: [&str; 84] = [
    "UTF", "ISO", "SHA", "RFC", "PEP", "MD", "AES", "CP", "IEEE", "ECMA", "HTTP", "TLS", "RSA", "GPT", "IPV",
    "ASCII", "RS", "ESP", "RTX", "GTX", "COVID", "USB", "ARM", "STM", "RJ", "IP", "CAT", "NEMA", "BME",
    "BMP", "DHT", "MPU", "HC", "ADS", "MCP", "LM", "PT", "DS", "SIM", "TMC", "IEC", "EN", "DIN", "ANSI",
    "NIST", "FIPS", "EIA", "TIA", "UART", "SPI", "I2C", "CAN", "PCI", "DDR", "HDMI", "MP", "FP", "INT",
    "UINT", "FLOAT", "BF", "BERT", "UTC", "GMT", "CET", "WGS", "EPSG", "WIN", "OS", "IOS", "PY", "CPU",
    "GPU", "TPU", "GPIO", "PIN", "LEVEL", "STEP", "PHASE", "PART", "BLE", "PM", "CO", "LTE",
];

/// A word that may be a marker.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    word: MarkerWord,
    start: usize,
    end: usize,
    /// Written in capitals, as it should be.
    capital: bool,
}

/// The markers of a text that parsed.
pub(crate) fn in_sound_text(text: &str, candidates: &[Candidate], tree: &Tree) -> Vec<Marker> {
    let mut reader = Reader::new(text, Tier::A);
    for candidate in candidates {
        let node = tree.root_node().descendant_for_byte_range(candidate.start, candidate.end);
        if let Some(comment) = node.filter(|node| node.kind_id() == kind::COMMENT) {
            reader.read(candidate, (comment.start_byte(), comment.end_byte()));
        }
    }
    reader.found
}

/// The markers of a text that no parser reads unchanged.
pub(crate) fn in_broken_text(text: &str) -> Vec<Marker> {
    let candidates = candidates(text, &Spoken::of(text));
    let mut reader = Reader::new(text, Tier::B);
    if candidates.is_empty() {
        return Vec::new();
    }
    let mut comments: Vec<(usize, usize)> =
        logical_lines(text).into_iter().flat_map(|line| line.comments).collect();
    comments.sort_unstable();
    for candidate in candidates {
        let after = comments.partition_point(|&(start, _)| start <= candidate.start);
        let comment = after.checked_sub(1).and_then(|at| comments.get(at)).copied();
        if let Some(comment) = comment.filter(|&(_, end)| candidate.end <= end) {
            reader.read(&candidate, comment);
        }
    }
    reader.found
}

/// Words of markers after a `#`, in order.
pub(crate) fn candidates(text: &str, spoken: &Spoken) -> Vec<Candidate> {
    let bytes = text.as_bytes();
    let found = spoken.hits(Subject::Markers).filter_map(|Hit { start, end, word }| {
        let joined = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|&byte| is_word(byte));
        if joined(start.checked_sub(1)) || joined(Some(end)) {
            return None;
        }
        let line = memchr::memrchr(b'\n', &bytes[..start]).map_or(0, |at| at + 1);
        memchr::memchr(b'#', &bytes[line..start])?;
        let word = *MEANINGS.get(word)?;
        Some(Candidate { word, start, end, capital: &bytes[start..end] == word.as_str().as_bytes() })
    });
    found.collect()
}

impl Candidate {
    /// Its first byte.
    pub(crate) fn start(&self) -> usize {
        self.start
    }
}

/// Lines of comments that belong together.
struct Block {
    start: usize,
    end: usize,
    ticket: Option<CompactString>,
}

struct Reader<'a> {
    text: &'a str,
    tier: Tier,
    /// The block of the last comment.
    block: Option<Block>,
    found: Vec<Marker>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, tier: Tier) -> Self {
        Self { text, tier, block: None, found: Vec::new() }
    }

    /// Adds the marker if the word has the place of a marker in the comment.
    fn read(&mut self, candidate: &Candidate, (start, end): (usize, usize)) {
        let before = self.text.get(start..candidate.start).unwrap_or("");
        let after = self.text.get(candidate.end..end).unwrap_or("");
        if !is_marker(candidate, before, after) || self.goes_on(candidate, start, after) {
            return;
        }
        // `TODO FIXME: …` is one marker.
        let last = self.found.last().map(|last| last.range.end as usize);
        let between =
            last.filter(|&last| last >= start).and_then(|last| self.text.get(last..candidate.start));
        if between.is_some_and(|between| !between.contains(char::is_alphanumeric)) {
            return;
        }
        let (block_end, ticket) = self.block((start, end));
        let (author, rest) = author(behind_joined(after));
        let more = self.text.get(end..block_end).unwrap_or("");
        self.found.push(Marker {
            word: candidate.word,
            range: TextRange::new(candidate.start as u32, candidate.end as u32),
            author,
            text: summary(rest, more),
            ticket,
            tier: self.tier,
        });
    }

    /// Whether a word in small letters and without a colon goes on with the sentence of the comment above.
    fn goes_on(&self, candidate: &Candidate, start: usize, after: &str) -> bool {
        if candidate.capital || after.starts_with([':', '(']) {
            return false;
        }
        let before = self.text.get(..start).unwrap_or("").trim_end_matches([' ', '\t']);
        let above =
            before.strip_suffix('\n').and_then(|before| before.rsplit('\n').next()).unwrap_or("").trim();
        above.starts_with('#') && above.ends_with(|c: char| c.is_alphanumeric() || c == ',')
    }

    /// The end of the block that a comment belongs to, and the ticket that the block names.
    fn block(&mut self, (start, end): (usize, usize)) -> (usize, Option<CompactString>) {
        if let Some(block) = self.block.as_ref().filter(|block| block.start <= start && end <= block.end) {
            return (block.end, block.ticket.clone());
        }
        let text = self.text;
        let line_of = |at: usize| text.get(..at).unwrap_or("").rfind('\n').map_or(0, |line| line + 1);
        let line = line_of(start);
        let column = start - line;
        let alone = text.get(line..start).unwrap_or("").trim().is_empty();
        let goes_on =
            |line: &str| line.len() > column && line.find('#') == Some(column) && is_blank(&line[..column]);
        let mut first = start;
        let mut above = line;
        while alone && above > 0 {
            let previous = line_of(above - 1);
            if !goes_on(text.get(previous..above - 1).unwrap_or("")) {
                break;
            }
            (first, above) = (previous + column, previous);
        }
        let mut last = end;
        let mut lines = text.get(end..).unwrap_or("").split_inclusive('\n');
        let mut below = end + lines.next().map_or(0, str::len);
        for line in lines.take_while(|line| goes_on(line)) {
            last = below + line.trim_end().len();
            below += line.len();
        }
        let lines = text.get(first..last).unwrap_or("").lines();
        let mut contents = lines.map(|line| line.trim_start().trim_start_matches('#'));
        let ticket = contents.find_map(ticket);
        self.block = Some(Block { start: first, end: last, ticket: ticket.clone() });
        (last, ticket)
    }
}

/// Whether a word in a comment is a marker rather than a part of a sentence.
fn is_marker(candidate: &Candidate, before: &str, after: &str) -> bool {
    let next = after.chars().next();
    let introduces = matches!(next, Some(':' | '('));
    // `TODO-FIXME`
    let joined = behind_joined(after).len() < after.len();
    let ends_word = next.is_none_or(|c| {
        c.is_whitespace() || matches!(c, ':' | '(' | ']' | ')' | '!' | ',' | '.' | '-' | '?')
    }) && !after.starts_with("-X")
        && !after
            .strip_prefix(['-', '.', ')', ','])
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric()))
        || joined;
    let opens = |c: char| {
        matches!(c, ' ' | '\t' | '#' | '!' | ':' | '-' | '*' | '>' | '@' | '/' | '[' | '(' | '=' | '.')
    };
    let at_start = before.trim_end_matches(opens).is_empty();
    if !candidate.capital {
        let usual = matches!(candidate.word, MarkerWord::Todo | MarkerWord::Fixme);
        return usual && at_start && (introduces || says_what(after));
    }
    let behind_sentence = before.ends_with([' ', '\t'])
        && before.trim_end().ends_with(['.', ';', '!', '?', '#', '-', '–', '—', '|']);
    introduces || (ends_word && (at_start || behind_sentence))
}

/// Skips words of markers that are joined to one: of `TODO-FIXME: x` leaves the text after `FIXME`.
fn behind_joined(after: &str) -> &str {
    let mut rest = after;
    while let Some(next) = rest.strip_prefix(['-', '/']) {
        let word = ["TODO", "FIXME", "HACK"].iter().find_map(|word| next.strip_prefix(*word));
        match word.filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')) {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    rest
}

/// Whether the text after a lower-case word describes a task, rather than mentions tasks.
fn says_what(after: &str) -> bool {
    const NOUNS: [&str; 21] = [
        "list", "lists", "item", "items", "app", "apps", "entry", "entries", "comment", "comments", "note",
        "notes", "file", "files", "marker", "markers", "tag", "tags", "is", "are", "and",
    ];
    let mut words = after.split_whitespace();
    let first = words.next().unwrap_or("").trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    after.starts_with([' ', '\t'])
        && !first.is_empty()
        && !NOUNS.contains(&first.as_str())
        && words.next().is_some()
}

/// The author of `TODO(name)` or `TODO @name`, and what follows.
fn author(after: &str) -> (Option<CompactString>, &str) {
    if let Some((inside, rest)) = after.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        let inside = inside.trim();
        let is_name = !inside.is_empty() && inside.len() <= LONGEST_AUTHOR && ticket(inside).is_none();
        return (is_name.then(|| CompactString::new(inside.trim_start_matches('@'))), rest);
    }
    let rest = after.trim_start_matches([':', ' ', '\t']);
    if let Some(name) = rest.strip_prefix('@') {
        let end = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(name.len());
        if end > 0 && end <= LONGEST_AUTHOR {
            return (Some(CompactString::new(&name[..end])), &name[end..]);
        }
    }
    (None, after)
}

/// Description of the task: the rest of the line, and the lines below that go on with it.
fn summary(rest: &str, below: &str) -> CompactString {
    let mut text = String::new();
    // A suppression after the words is no part of them.
    let rest = rest.split("# analyzer:").next().unwrap_or(rest);
    let first = rest.trim_start_matches([':', ',', ' ', '\t', '-', ')', ']']).trim_end();
    let below = below.lines().skip(1).map(|line| line.trim().trim_start_matches('#').trim());
    for part in std::iter::once(first).chain(below) {
        let marked =
            |word: &&str| part.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if part.is_empty() && !text.is_empty() || WORDS.iter().any(marked) {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(part);
        if text.len() > LONGEST_TEXT {
            let cut = (0..=LONGEST_TEXT).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            text.truncate(cut);
            text.push('…');
            break;
        }
    }
    text.into()
}

/// The first ticket that a line names.
fn ticket(line: &str) -> Option<CompactString> {
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let boundary = !at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(|&b| is_word(b));
        let found = match byte {
            b'#' => number_end(bytes, at + 1),
            b'h' if boundary => address_end(line, at),
            b'g' | b'b' if boundary => {
                let prefix = ["gh-", "bpo-"].iter().find(|prefix| line[at..].starts_with(**prefix));
                prefix.and_then(|prefix| number_end(bytes, at + prefix.len()))
            }
            b'A'..=b'Z' | b't' | b'i' if boundary => named_end(line, at).or_else(|| key_end(bytes, at)),
            _ => None,
        };
        if let Some(end) = found {
            return line.get(at..end).map(CompactString::new);
        }
        at += 1;
    }
    None
}

/// The end of the digits at `at`, if no word follows them directly.
fn number_end(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = at + digits;
    ((1..=9).contains(&digits) && !bytes.get(end).is_some_and(|&byte| is_word(byte))).then_some(end)
}

/// The end of `ticket: 123` or `issue 123` at `at`.
fn named_end(line: &str, at: usize) -> Option<usize> {
    let word = line.get(at..)?;
    let starts = |name: &&&str| word.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let named = ["ticket", "issue"].iter().find(starts)?;
    let rest = word.get(named.len()..)?;
    let number = rest.trim_start_matches([':', '#', ' ']);
    let blanks = rest.len() - number.len();
    if !(1..=3).contains(&blanks) {
        return None;
    }
    number_end(line.as_bytes(), at + named.len() + blanks)
}

/// The end of an address at `at`.
fn address_end(line: &str, at: usize) -> Option<usize> {
    let rest = line.get(at..)?;
    let host = rest.strip_prefix("https://").or_else(|| rest.strip_prefix("http://"))?;
    let length =
        host.find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | ']' | '"')).unwrap_or(host.len());
    (length > 2).then_some(at + rest.len() - host.len() + length)
}

/// The end of a key such as `ABC-123` at `at`.
fn key_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let length = rest.iter().take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()).count();
    let project = str::from_utf8(&rest[..length]).ok()?;
    let known = length < 2
        || NO_PROJECTS.contains(&project)
        || WORDS.iter().any(|word| project.eq_ignore_ascii_case(word));
    if known || rest.get(length) != Some(&b'-') {
        return None;
    }
    number_end(bytes, at + length + 1)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

#[cfg(test)]
mod tests {
    use crate::{Limits, Marker, extract};

    fn markers(text: &str) -> Vec<Marker> {
        let sound = extract(text, Limits::default()).unwrap().markers;
        let broken = extract(&format!("{text}\nx = = 1\n"), Limits::default()).unwrap().markers;
        assert_eq!(sound.len(), broken.len(), "{text}");
        sound
    }

    fn told(text: &str) -> Vec<(&'static str, String, Option<String>)> {
        let told = |marker: Marker| (marker.word.as_str(), marker.text.into(), marker.ticket.map(Into::into));
        markers(text).into_iter().map(told).collect()
    }

    #[test]
    fn markers_stand_where_a_comment_or_sentence_begins() {
        for comment in [
            "# TODO: x",
            "# TODO x",
            "#TODO x",
            "# - FIXME x",
            "# XXX",
            "# [HACK] x",
            "#: TODO(me) x",
            "# todo: x",
            "# Fixme(me): x",
            "x = 1  # TODO x",
            "# noqa  # TODO x",
            "# It works. TODO: x",
            "# slow (TODO: x)",
            "## TODO x",
            "# TODO-FIXME - x",
            "# TODO/HACK: x",
            "# todo other options?",
            "# It works.\n# fixme why this is",
        ] {
            assert_eq!(markers(comment).len(), 1, "{comment}");
        }
        for text in [
            "# the TODO list",
            "# TODOs",
            "# hack: not so",
            "# todo lists",
            "# XXX-XXX-XXX",
            "'TODO: x'",
            "x = '# TODO: x'",
            "'''\n# TODO: x\n'''",
            "# \\uXXX",
            "todo = 1  # done",
            "TODO: int = 1",
            "# hacks. Todo lists",
            "# todo items are kept",
            "# what stands in the\n# todo window of it",
            "# TODO-x",
        ] {
            assert_eq!(markers(text), [], "{text}");
        }
        assert_eq!(markers("# TODO FIXME: x\n# TODO: y\n").len(), 2);
    }

    #[test]
    fn a_ticket_may_stand_anywhere_in_the_block() {
        for (comment, ticket) in [
            ("# TODO(#12): x", "#12"),
            ("# TODO: x\n# see AB-7.", "AB-7"),
            ("# about PROJ2-33\n# TODO: x", "PROJ2-33"),
            ("# TODO: https://example.org/i/1) x", "https://example.org/i/1"),
            ("x = 1  # TODO y\n       # gh-5", "gh-5"),
            ("# TODO: owner/repo#77", "#77"),
            ("# TODO: see [ticket:3633]", "ticket:3633"),
            ("# Issue 12\n# TODO", "Issue 12"),
        ] {
            assert_eq!(markers(comment)[0].ticket.as_deref(), Some(ticket), "{comment}");
        }
        for comment in [
            "# TODO: use UTF-8",
            "#12 x\n\n# TODO: y",
            "# TODO: #abc",
            "x = 1  # AB-1\n# TODO: x",
            "# TODO-1: x",
        ] {
            assert!(markers(comment).iter().all(|marker| marker.ticket.is_none()), "{comment}");
        }
    }

    #[test]
    fn who_and_what() {
        let found = markers(
            "def f():\n    # TODO(@ann): first,\n    # then second\n    #\n    # not this\n    # FIXME @bob-1 third\n    pass\n",
        );
        let parts: Vec<_> = found.iter().map(|m| (m.author.as_deref(), m.text.as_str())).collect();
        assert_eq!(parts, [(Some("ann"), "first, then second"), (Some("bob-1"), "third")]);
        assert_eq!(told("# TODO é"), [("TODO", "é".to_owned(), None)]);
        assert!(told(&format!("# TODO {}", "é".repeat(300)))[0].1.ends_with("é…"));
    }
}
