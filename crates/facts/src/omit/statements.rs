//! The statements of a text: what each binds, names and asks for, and which of them may be omitted.
//! It must not know what is written in their place.

use analyzer_syntax::tokens::{Keyword, Line, LineKind};
use analyzer_syntax::{Action, Simple, Word, simple_statement};
use rustc_hash::FxHashSet;

use super::trace::{Bound, bound_part, words};
use super::{Told, hash, may_be_told};
use crate::interest::Interest;

/// A logical line, as far as it matters here.
pub(super) struct Statement {
    /// What may be replaced.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Its words, a range in [`Statements::words`].
    pub(super) words: (u32, u32),
    /// Behind the words that it may bind.
    pub(super) targets: u32,
    pub(super) kept: bool,
    /// Whether the names in it lead to the statements that bind them.
    pub(super) traced: bool,
    /// Whether what it binds leads on to the names in its value.
    pub(super) leads: bool,
    /// Whether it is traced for what it says.
    pub(super) seed: bool,
    /// Whether it is traced for a name that is followed to where it is used.
    pub(super) followed: bool,
    /// Whether what it binds is followed to where it is used, if it is a seed or was followed to: it gives something
    /// another name, or makes something of it.
    pub(super) makes: bool,
    /// The name of the function around it, as a hash; 0 where none is.
    pub(super) function: u64,
    /// Whether it stands in a function or class.
    pub(super) local: bool,
    /// What it begins with.
    pub(super) keyword: Keyword,
    /// Whether names may stand in place of its operands, if nothing in it is traced.
    pub(super) divisible: bool,
    /// Whether what is traced leads to it.
    pub(super) reached: bool,
    /// The names that are read in it, a range in [`Statements::told`].
    pub(super) told: (u32, u32),
    /// The number of its logical line.
    pub(super) line: u32,
    /// The number of the logical line before it, if that is a statement of the same block.
    pub(super) row: Option<u32>,
    /// Whether it is all of its physical lines, and none of it stays.
    pub(super) alone: bool,
}

pub(super) struct Statements<'a> {
    pub(super) text: &'a str,
    pub(super) interest: &'a Interest<'a>,
    pub(super) all: Vec<Statement>,
    /// Hashes of the words of all statements.
    pub(super) words: Vec<u64>,
    /// The names that imports may bind and that are read in statements that may be omitted.
    pub(super) told: Vec<Told>,
    /// Hashes of the words that what is traced leads to.
    pub(super) reached: FxHashSet<u64>,
}

impl<'a> Statements<'a> {
    pub(super) fn of(text: &'a str, lines: &[Line], interest: &'a Interest<'a>) -> Self {
        let (all, words, told, reached) = (Vec::new(), Vec::new(), Vec::new(), FxHashSet::default());
        let mut statements = Self { text, interest, all, words, told, reached };
        statements.read(lines);
        statements.trace();
        statements
    }

    fn read(&mut self, lines: &[Line]) {
        // Columns of the definitions and handlers around the current line, and which of these they are; of functions
        // the hash of the name, and whether they are coroutines.
        let mut open: Vec<(u32, Keyword, u64, bool)> = Vec::new();
        let mut handlers = 0_u32;
        let mut marks = self.interest.marks().iter().copied().peekable();
        let mut kept_places = self.interest.kept_places().iter().copied().peekable();
        let mut previous: Option<&Line> = None;
        for (number, line) in lines.iter().filter(|line| line.kind == LineKind::Code).enumerate() {
            let before_it = previous.replace(line);
            while let Some(closed) = open.pop_if(|open| open.0 >= line.column) {
                handlers -= u32::from(closed.1 == Keyword::Except);
            }
            while marks.next_if(|&mark| mark < line.start).is_some() {}
            let marked = marks.peek().is_some_and(|&mark| mark < line.end);
            while kept_places.next_if(|&place| place < line.start).is_some() {}
            let stays = kept_places.peek().is_some_and(|&place| place < line.end);
            let around = open.iter().rev().find(|open| open.1 != Keyword::Except);
            let function = around.is_some_and(|open| open.1 == Keyword::Def);
            let name = around.map_or(0, |open| open.2);
            let coroutine = self.interest.traces_coroutines() && open.iter().any(|open| open.3);
            let before = self.all.len();
            let divisible = !stays && handlers == 0 && self.is_divisible(line);
            let omissible = function && handlers == 0 && !stays;
            let wanted = omissible || self.interest.traces();
            if !(wanted && line.keyword == Keyword::None && self.simple(line, omissible, marked)) {
                self.other(line, marked, divisible);
            }
            // How a `try` begins is looked at.
            let begins = |before: &Line| {
                before.keyword == Keyword::Try || self.interest.needs_beginnings() && before.is_header()
            };
            let alone = omissible && !before_it.is_some_and(begins) && self.is_alone(line);
            for statement in self.all.get_mut(before..).unwrap_or_default() {
                statement.function = name;
                (statement.divisible, statement.local) = (divisible, around.is_some());
                statement.line = number as u32;
                let row = before_it.filter(|before| before.column == line.column && !before.is_header());
                statement.row = row.and(statement.line.checked_sub(1));
                statement.alone = alone && statement.start == line.start;
                statement.traced |= coroutine;
                statement.kept |= coroutine;
            }
            if line.is_header() && matches!(line.keyword, Keyword::Def | Keyword::Class | Keyword::Except) {
                handlers += u32::from(line.keyword == Keyword::Except);
                let (name, coroutine) = self.definition(line);
                open.push((line.column, line.keyword, name, coroutine));
            }
        }
    }

    /// Whether no other statement stands beside a line.
    fn is_alone(&self, line: &Line) -> bool {
        let bytes = self.text.as_bytes();
        let start = memchr::memrchr(b'\n', &bytes[..line.start]).map_or(0, |at| at + 1);
        let rest = bytes.get(line.end..).unwrap_or_default();
        let behind = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
        bytes[start..line.start].iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\x0c'))
            && behind.is_none_or(|byte| matches!(byte, b'\r' | b'\n' | b'#'))
    }

    /// The hash of the name of a function that a line defines, and whether it is a coroutine.
    fn definition(&self, line: &Line) -> (u64, bool) {
        let text = self.text.get(line.start..line.end).unwrap_or("");
        let mut words =
            text.split(|c: char| !(c == '_' || c.is_alphanumeric())).filter(|word| !word.is_empty());
        let coroutine = line.keyword == Keyword::Def && text.starts_with("async");
        let name = words.find(|word| !matches!(*word, "async" | "def"));
        (name.filter(|_| line.keyword == Keyword::Def).map_or(0, |name| hash(name.as_bytes())), coroutine)
    }

    /// Whether names may stand in place of the operands of a line, if nothing in it is traced.
    fn is_divisible(&self, line: &Line) -> bool {
        if !self.interest.omits_arguments() {
            return false;
        }
        match line.keyword {
            Keyword::If | Keyword::Elif | Keyword::While | Keyword::For | Keyword::With => true,
            Keyword::Def | Keyword::Decorator => !self.interest.needs_definitions(),
            Keyword::None => {
                let text = self.text.get(line.start..line.end).unwrap_or("");
                let annotated =
                    || text.split(['=', '(', '[', '{', '"', '\'']).next().unwrap_or("").contains(':');
                let shown = text.starts_with("__") || self.interest.needs_definitions() && annotated();
                !shown
            }
            _ => false,
        }
    }

    /// A statement that may be omitted where it is `omissible`; false where it is not certain to parse.
    fn simple(&mut self, line: &Line, omissible: bool, marked: bool) -> bool {
        let Some(bytes) = self.text.as_bytes().get(line.start..line.end) else { return false };
        if matches!(bytes.first(), Some(b'"' | b'\'')) {
            return false;
        }
        let Self { text, interest, words, told, .. } = self;
        let (first, first_told) = (words.len(), told.len());
        let (mut needed, mut traced, mut makes, mut sought) = (marked, marked, false, false);
        let mut offsets = [0_u32; 32];
        let traces = interest.traces();
        let tells = omissible && interest.omits_arguments();
        let quotes = memchr::memchr2(b'"', b'\'', bytes).is_some();
        let read = simple_statement(bytes, |at, word, role| {
            if let Some(need) = interest.need(word) {
                sought = true;
                if !tells || !may_be_told(need, quotes) {
                    needed = true;
                } else if role == Word::Name {
                    let start = line.start + at;
                    told.push(Told::new(text.as_bytes(), start..start + word.len(), false));
                }
            }
            if traces && !is_receiver(word) {
                traced |= interest.is_traced(word);
                makes |= interest.is_maker(word);
                if let Some(offset) = offsets.get_mut(words.len() - first) {
                    *offset = at as u32;
                }
                words.push(hash(word));
            }
        });
        let Some(Simple { action, value, dotted }) = read else {
            words.truncate(first);
            told.truncate(first_told);
            return false;
        };
        let bound = match action {
            Action::Assign => {
                let known = offsets.len().min(words.len() - first);
                let before = offsets[..known].iter().take_while(|&&at| (at as usize) < value).count();
                if before == offsets.len() { words.len() - first } else { before }
            }
            Action::Compute | Action::Leave => 0,
        };
        // What is given a value there is more than read.
        let value_start = (line.start + value) as u32;
        needed |=
            action == Action::Assign && told.get(first_told).is_some_and(|told| told.start < value_start);
        let skipped = match action {
            Action::Leave => {
                value + bytes[value..].iter().take_while(|byte| byte.is_ascii_whitespace()).count()
            }
            Action::Compute | Action::Assign => 0,
        };
        let alias = dotted && action == Action::Assign && interest.follows_aliases();
        self.all.push(Statement {
            start: line.start + skipped,
            end: line.end,
            words: (first as u32, self.words.len() as u32),
            targets: (first + bound) as u32,
            kept: needed || traced || !omissible || sought && alias,
            traced: traced || sought && alias,
            seed: traced || sought && alias,
            followed: false,
            leads: interest.follows_aliases() || memchr::memchr2(b'(', b'"', &bytes[value..]).is_none(),
            makes: makes || alias,
            function: 0,
            local: false,
            keyword: line.keyword,
            divisible: false,
            reached: false,
            told: (first_told as u32, self.told.len() as u32),
            line: 0,
            row: None,
            alone: false,
        });
        true
    }

    /// A line that stays.
    fn other(&mut self, line: &Line, marked: bool, divisible: bool) {
        let Some(text) = self.text.get(line.start..line.end) else { return };
        let traces = self.interest.traces();
        if text.starts_with(['"', '\'']) || !traces && !divisible {
            return;
        }
        let first = self.words.len() as u32;
        let follows = self.interest.follows_aliases();
        let mut traced = marked || traces && line.keyword == Keyword::Except;
        let mut makes = false;
        let mut targets = first;
        if traces {
            let spoken = match line.keyword {
                // Of a clause only the classes are looked up.
                Keyword::Except => text.split(" as ").next().unwrap_or(""),
                // Its own name tells nothing.
                Keyword::Def => text.find('(').map_or("", |at| &text[at..]),
                _ => text,
            };
            // What is bound for certain comes first.
            let bound = if follows { bound_part(text, line.keyword) } else { Bound::Unknown };
            if let Bound::Names(part) = bound {
                for (before, word) in words(part) {
                    if line.keyword == Keyword::None || matches!(before, b'(' | b',' | b'*') {
                        self.words.push(hash(word));
                    }
                }
                targets = self.words.len() as u32;
                makes = true;
            }
            for (_, word) in words(spoken) {
                traced |= self.interest.is_traced(word);
                makes |= self.interest.is_maker(word);
                if !is_receiver(word) {
                    self.words.push(hash(word));
                }
            }
            let binds = match line.keyword {
                Keyword::For | Keyword::With => true,
                Keyword::Def => text.contains('='),
                Keyword::None => makes || text.contains('='),
                _ => text.contains(":="),
            };
            if binds && targets == first {
                targets = self.words.len() as u32;
                makes |= line.keyword == Keyword::With;
            }
        }
        let (start, end, words) = (line.start, line.end, (first, self.words.len() as u32));
        self.all.push(Statement {
            start,
            end,
            words,
            targets,
            kept: true,
            traced,
            seed: traced && line.keyword != Keyword::Except,
            followed: false,
            makes,
            leads: follows,
            function: 0,
            local: false,
            keyword: line.keyword,
            divisible: false,
            reached: false,
            told: (0, 0),
            line: 0,
            row: None,
            alone: false,
        });
    }
}

impl Statement {
    /// Whether the one before it can be left out entirely if this one is omitted.
    pub(super) fn stands_for(&self, before: &Self, text: &str) -> bool {
        let between = || text.as_bytes().get(before.end..self.start).unwrap_or_default();
        // Where a comment belongs depends on the statement above it.
        before.alone
            && self.alone
            && !self.kept
            && self.row == Some(before.line)
            && memchr::memchr(b'#', between()).is_none()
    }
}

/// Whether a word is what methods call the object that they belong to.
fn is_receiver(word: &[u8]) -> bool {
    matches!(word, b"self" | b"cls")
}
