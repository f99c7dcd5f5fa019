//! What need not be parsed: simple statements in functions, and operands of others, where they are certain to parse
//! and hold nothing that a collector looks for, or only names that are read, which are told apart from the tree. The
//! parser is given a name of the same length in their place, so that every offset stays.
//! It must not know trees, nor what the collectors make of what is left.
//!
//! What a name stands for may be told by a statement without any telling word in it. So from each statement that is
//! traced, the names in it lead to the statements that bind these names, and so on.

use std::hash::BuildHasher;
use std::ops::Range;

use analyzer_syntax::tokens::{Keyword, Line, LineKind};
use analyzer_syntax::{Action, OperandKind, OperandWord, Simple, Word, operands, simple_statement};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::interest::{Interest, Need};

/// How many times something is given another name on the way to where it is used; no collector follows further.
const MOST_NAMES: usize = 32;
/// Longest statement that is looked into, in bytes.
const LONGEST: usize = 20_000;

/// A text with names in place of what need not be parsed.
pub(crate) struct Outline {
    /// As long as the text that it stands for.
    pub(crate) text: String,
    /// The names that are read in what it leaves out, in order.
    pub(crate) told: Vec<Told>,
}

/// A name that is read in what an outline leaves out, by offsets of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    /// Its first byte.
    pub(crate) start: u32,
    /// Behind its last byte.
    pub(crate) end: u32,
    /// Behind the attributes that are read of it.
    pub(crate) path_end: u32,
    /// Whether it stands in an annotation, and what stands for it does not.
    pub(crate) annotates: bool,
}

impl Told {
    /// The name in these bytes of a text.
    fn new(text: &[u8], range: Range<usize>, annotates: bool) -> Self {
        let (start, end, path_end) = (range.start as u32, range.end as u32, path_end(text, range.end) as u32);
        Self { start, end, path_end, annotates }
    }
}

/// Behind the attributes of the name that ends at `end`, which may be parted by blanks, line breaks and comments.
fn path_end(text: &[u8], mut end: usize) -> usize {
    let skip = |mut at: usize| {
        while let Some(byte) = text.get(at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => at += 1,
                b'#' => at += memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at),
                _ => break,
            }
        }
        at
    };
    loop {
        let dot = if text.get(end) == Some(&b'.') { end } else { skip(end) };
        if text.get(dot) != Some(&b'.') {
            return end;
        }
        let start = skip(dot + 1);
        let length = text.get(start..).unwrap_or_default().iter().take_while(|&&byte| is_word(byte)).count();
        if length == 0 {
            return end;
        }
        end = start + length;
    }
}

/// An outline of `text`, whose `lines` are sound; none where everything is needed.
pub(crate) fn outline(text: &str, lines: &[Line], interest: &Interest) -> Option<Outline> {
    if interest.needs_all() {
        return None;
    }
    let statements = Statements::of(text, lines, interest);
    let mut bytes = text.as_bytes().to_vec();
    let mut told = Vec::new();
    for (index, statement) in statements.all.iter().enumerate() {
        let next = statements.all.get(index + 1);
        let Some(whole) = bytes.get_mut(statement.start..statement.end) else { continue };
        if !statement.kept {
            // The last one of a row stands for all.
            let more = next.is_some_and(|next| next.stands_for(statement, text));
            whole.fill(if more { b' ' } else { b'x' });
            let (from, to) = statement.told;
            told.extend_from_slice(statements.told.get(from as usize..to as usize).unwrap_or_default());
        } else if statement.divisible && !statement.traced && !statement.reached && whole.len() <= LONGEST {
            statements.reduce(statement, whole, &mut told);
        }
    }
    Some(Outline { text: String::from_utf8(bytes).ok()?, told })
}

/// The hashes of all words that tell something in a text, whose `lines` are sound: a simple statement in a function that
/// certainly parses and holds none of them is omitted, and may be exchanged for another one of the kind. None where
/// everything is needed, or values are followed.
pub(crate) fn telling(text: &str, lines: &[Line], interest: &Interest) -> Option<FxHashSet<u64>> {
    if interest.needs_all() || interest.follows_values() {
        return None;
    }
    let mut telling = Statements::of(text, lines, interest).reached;
    telling.extend(interest.all_words().map(hash));
    Some(telling)
}

/// Whether a simple statement certainly parses and holds no word with one of these hashes.
pub(crate) fn tells_nothing(statement: &str, telling: &FxHashSet<u64>) -> bool {
    let mut tells = statement.starts_with(['"', '\'']);
    let read = simple_statement(statement.as_bytes(), |_, word, _| tells |= telling.contains(&hash(word)));
    read.is_some() && !tells
}

/// A logical line, as far as it matters here.
struct Statement {
    /// What may be replaced.
    start: usize,
    end: usize,
    /// Its words, a range in [`Statements::words`].
    words: (u32, u32),
    /// Behind the words that it may bind.
    targets: u32,
    kept: bool,
    /// Whether the names in it lead to the statements that bind them.
    traced: bool,
    /// Whether what it binds leads on to the names in its value.
    leads: bool,
    /// Whether it is traced for what it says.
    seed: bool,
    /// Whether it is traced for a name that is followed to where it is used.
    followed: bool,
    /// Whether what it binds is followed to where it is used, if it is a seed or was followed to: it gives something
    /// another name, or makes something of it.
    makes: bool,
    /// The name of the function around it, as a hash; 0 where none is.
    function: u64,
    /// Whether it stands in a function or class.
    local: bool,
    /// What it begins with.
    keyword: Keyword,
    /// Whether names may stand in place of its operands, if nothing in it is traced.
    divisible: bool,
    /// Whether what is traced leads to it.
    reached: bool,
    /// The names that are read in it, a range in [`Statements::told`].
    told: (u32, u32),
    /// The number of its logical line.
    line: u32,
    /// The number of the logical line before it, if that is a statement of the same block.
    row: Option<u32>,
    /// Whether it is all of its physical lines, and none of it stays.
    alone: bool,
}

struct Statements<'a> {
    text: &'a str,
    interest: &'a Interest<'a>,
    all: Vec<Statement>,
    /// Hashes of the words of all statements.
    words: Vec<u64>,
    /// The names that imports may bind and that are read in statements that may be omitted.
    told: Vec<Told>,
    /// Hashes of the words that what is traced leads to.
    reached: FxHashSet<u64>,
}

impl<'a> Statements<'a> {
    fn of(text: &'a str, lines: &[Line], interest: &'a Interest<'a>) -> Self {
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
            let alone = omissible && !before_it.is_some_and(is_try) && self.is_alone(line);
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
                !text.starts_with("__") && !(self.interest.needs_definitions() && annotated())
            }
            _ => false,
        }
    }

    /// Writes names in place of the operands of a statement, `whole`, that hold nothing which must be seen.
    fn reduce(&self, statement: &Statement, whole: &mut [u8], told: &mut Vec<Told>) {
        let text = self.text.as_bytes();
        let Some(source) = text.get(statement.start..statement.end) else { return };
        // What a module binds is looked at, and so is what is done with a name that must be seen.
        let need = self.need(source);
        if need == Some(Need::Whole) {
            return;
        }
        let shown = statement.keyword == Keyword::None && !statement.local || need == Some(Need::Seen);
        operands(source, statement.keyword, |operand, words| {
            if shown && operand.kind == OperandKind::Value {
                return false;
            }
            let Some(part) = source.get(operand.range.clone()) else { return false };
            let quotes = memchr::memchr2(b'"', b'\'', part).is_some();
            // The word that makes a cast's first argument matter stands in front of it.
            let cast = source.get(..operand.range.start).is_some_and(|before| {
                before.trim_ascii_end().strip_suffix(b"(").is_some_and(|callee| callee.ends_with(b"cast"))
            });
            // Strings of annotations name things.
            let names = matches!(operand.kind, OperandKind::Annotation | OperandKind::Parameters);
            if cast || quotes && names {
                return false;
            }
            let before = told.len();
            for OperandWord { range, role, annotates } in words {
                let Some(need) = source.get(range.clone()).and_then(|word| self.interest.need(word)) else {
                    continue;
                };
                if !may_be_told(need, quotes) || *role == Word::Parameter {
                    told.truncate(before);
                    return false;
                }
                if *role == Word::Name {
                    let (start, end) = (statement.start + range.start, statement.start + range.end);
                    let annotates = *annotates && operand.kind == OperandKind::Parameters;
                    told.push(Told::new(text, start..end, annotates));
                }
            }
            if let Some(part) = whole.get_mut(operand.range) {
                part.fill(b'x');
            }
            true
        });
    }

    /// What the words of a statement ask for at most.
    fn need(&self, statement: &[u8]) -> Option<Need> {
        let mut most = None;
        let mut rest = statement;
        while let Some(start) = rest.iter().position(|&byte| is_word(byte)) {
            let length = rest[start..].iter().take_while(|&&byte| is_word(byte)).count();
            let (word, behind) = rest[start..].split_at(length);
            most = most.max(self.interest.need(word));
            rest = behind;
        }
        most
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

    /// Keeps what binds the names of what is traced.
    fn trace(&mut self) {
        let mut pending: Vec<usize> = (0..self.all.len()).filter(|&index| self.all[index].traced).collect();
        if pending.is_empty() {
            return;
        }
        let mut binders: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        for (index, statement) in self.all.iter().enumerate().filter(|(_, statement)| !statement.traced) {
            let targets = self.words.get(statement.words.0 as usize..statement.targets as usize);
            for &word in targets.unwrap_or_default() {
                binders.entry(word).or_default().push(index as u32);
            }
        }
        let mut seen: FxHashSet<u64> = FxHashSet::default();
        let mut named: FxHashSet<u64> = FxHashSet::default();
        for _ in 0..MOST_NAMES {
            let known = named.len();
            while let Some(index) = pending.pop() {
                let Statement { words: (from, to), targets, seed, followed, makes, function, .. } =
                    self.all[index];
                if makes && (seed || followed) {
                    named.extend(self.words.get(from as usize..targets as usize).unwrap_or_default());
                }
                if seed && function != 0 && self.interest.traces_callers() {
                    named.insert(function);
                }
                for at in from..to {
                    let word = self.words[at as usize];
                    if !seen.insert(word) {
                        continue;
                    }
                    for &binder in binders.get(&word).map(Vec::as_slice).unwrap_or_default() {
                        pending.extend(self.all[binder as usize].follow().then_some(binder as usize));
                    }
                }
            }
            if named.len() == known {
                seen.extend(named);
                self.reached = seen;
                return;
            }
            // Another name of something that matters does so wherever it is used.
            for (index, statement) in self.all.iter_mut().enumerate() {
                let words = self.words.get(statement.words.0 as usize..statement.words.1 as usize);
                if !statement.followed && words.unwrap_or_default().iter().any(|word| named.contains(word)) {
                    statement.followed = true;
                    // What it makes of the name is followed even where it was traced already.
                    if statement.follow() || statement.makes {
                        pending.push(index);
                    }
                }
            }
        }
    }
}

impl Statement {
    /// Whether the one before it can be left out entirely if this one is omitted.
    fn stands_for(&self, before: &Self, text: &str) -> bool {
        let between = || text.as_bytes().get(before.end..self.start).unwrap_or_default();
        // Where a comment belongs depends on the statement above it.
        before.alone
            && self.alone
            && !self.kept
            && self.row == Some(before.line)
            && memchr::memchr(b'#', between()).is_none()
    }

    /// Keeps it, and traces it if it leads on; false where it was traced already.
    fn follow(&mut self) -> bool {
        (self.kept, self.reached) = (true, true);
        self.leads && !std::mem::replace(&mut self.traced, true)
    }
}

/// Whether a line begins a `try`.
fn is_try(line: &Line) -> bool {
    line.keyword == Keyword::Try
}

/// Whether a byte can be part of an ASCII name.
const fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

/// Whether nothing need be seen of a word that asks for this; `quotes` if there is something in quotes beside it.
fn may_be_told(need: Need, quotes: bool) -> bool {
    match need {
        Need::Told => true,
        Need::Quoting => !quotes,
        Need::Seen | Need::Whole => false,
    }
}

/// What a line binds.
enum Bound<'t> {
    /// Some of its words.
    Unknown,
    /// Names in this part of it: what an import brings, or the parameters of a function.
    Names(&'t str),
}

/// What a line of this text binds.
fn bound_part(text: &str, keyword: Keyword) -> Bound<'_> {
    match keyword {
        Keyword::Def => text.find('(').map_or(Bound::Unknown, |at| Bound::Names(&text[at..])),
        Keyword::None if text.starts_with("import ") => Bound::Names(&text["import ".len()..]),
        Keyword::None if text.starts_with("from ") => {
            text.split_once(" import").map_or(Bound::Unknown, |(_, names)| Bound::Names(names))
        }
        _ => Bound::Unknown,
    }
}

/// The words of a text that are no keywords or numbers, each with the last byte before it that is no blank.
fn words(text: &str) -> impl Iterator<Item = (u8, &[u8])> {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| is_word(byte) || byte >= 0x80;
    let (mut at, mut before) = (0, b' ');
    std::iter::from_fn(move || {
        while let Some(&byte) = bytes.get(at) {
            if !is_word(byte) {
                before = if byte.is_ascii_whitespace() { before } else { byte };
                at += 1;
                continue;
            }
            let length = bytes[at..].iter().take_while(|&&byte| is_word(byte)).count();
            let (word, found) = (&bytes[at..at + length], before);
            (at, before) = (at + length, b' ');
            let keyword = matches!(
                word,
                b"def"
                    | b"async"
                    | b"for"
                    | b"in"
                    | b"with"
                    | b"as"
                    | b"import"
                    | b"from"
                    | b"class"
                    | b"if"
                    | b"elif"
                    | b"while"
                    | b"not"
                    | b"and"
                    | b"or"
                    | b"is"
                    | b"None"
                    | b"True"
                    | b"False"
                    | b"self"
                    | b"cls"
                    | b"await"
                    | b"lambda"
            );
            if !keyword && !byte.is_ascii_digit() {
                return Some((found, word));
            }
        }
        None
    })
}

/// Whether a word is what methods call the object that they belong to.
fn is_receiver(word: &[u8]) -> bool {
    matches!(word, b"self" | b"cls")
}

fn hash(word: &[u8]) -> u64 {
    FxBuildHasher.hash_one(word)
}
