//! What need not be parsed: simple statements in functions, and what stands in brackets, where it is certain to parse
//! and holds nothing that a collector looks for. The parser is given a name of the same length in its place, so that
//! every offset stays.
//! It must not know trees, nor what the collectors make of what is left.
//!
//! What a name stands for may be told by a statement without any telling word in it. So from each statement that is
//! traced, the names in it lead to the statements that bind these names, and so on.

use std::hash::BuildHasher;

use analyzer_syntax::tokens::{Keyword, Line, LineKind};
use analyzer_syntax::{Action, Simple, simple_groups, simple_statement};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::interest::Interest;

/// How many times something is given another name on the way to where it is used; no collector follows further.
const MOST_NAMES: usize = 32;
/// Longest statement whose brackets are looked into, in bytes.
const LONGEST: usize = 20_000;

/// A text like `text`, whose `lines` are sound, with what is of no interest omitted; none where everything is needed.
pub(crate) fn outline(text: &str, lines: &[Line], interest: &Interest) -> Option<String> {
    if interest.needs_all() {
        return None;
    }
    let statements = Statements::of(text, lines, interest);
    let mut bytes = text.as_bytes().to_vec();
    for statement in &statements.all {
        let Some(whole) = bytes.get_mut(statement.start..statement.end) else { continue };
        if !statement.kept {
            whole.fill(b'x');
        } else if statement.brackets != Brackets::Stay && !statement.traced && whole.len() <= LONGEST {
            for group in simple_groups(whole, |word| interest.has(word)) {
                // The word that makes a cast's first argument matter stands in front of it.
                let cast = whole.get(..group.start - 1).is_some_and(|before| before.ends_with(b"cast"));
                let omitted = group.arguments || statement.brackets == Brackets::All;
                if let Some(contents) = whole.get_mut(group.start..group.end).filter(|_| omitted && !cast) {
                    contents.fill(b'x');
                }
            }
        }
    }
    String::from_utf8(bytes).ok()
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
    let read = simple_statement(statement.as_bytes(), |_, word| tells |= telling.contains(&hash(word)));
    read.is_some() && !tells
}

/// Which brackets of a statement may be emptied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brackets {
    /// None.
    Stay,
    /// Those of calls: others may hold names that are bound.
    Calls,
    /// All.
    All,
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
    brackets: Brackets,
}

struct Statements<'a> {
    text: &'a str,
    interest: &'a Interest<'a>,
    all: Vec<Statement>,
    /// Hashes of the words of all statements.
    words: Vec<u64>,
    /// Hashes of the words that what is traced leads to.
    reached: FxHashSet<u64>,
}

impl<'a> Statements<'a> {
    fn of(text: &'a str, lines: &[Line], interest: &'a Interest<'a>) -> Self {
        let (all, words, reached) = (Vec::new(), Vec::new(), FxHashSet::default());
        let mut statements = Self { text, interest, all, words, reached };
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
        for line in lines.iter().filter(|line| line.kind == LineKind::Code) {
            while let Some(closed) = open.pop_if(|open| open.0 >= line.column) {
                handlers -= u32::from(closed.1 == Keyword::Except);
            }
            while marks.next_if(|&mark| mark < line.start).is_some() {}
            let marked = marks.peek().is_some_and(|&mark| mark < line.end);
            let around = open.iter().rev().find(|open| open.1 != Keyword::Except);
            let function = around.is_some_and(|open| open.1 == Keyword::Def);
            let name = around.map_or(0, |open| open.2);
            let coroutine = self.interest.traces_coroutines() && open.iter().any(|open| open.3);
            let before = self.all.len();
            let brackets = self.brackets(line, function, handlers > 0);
            let omissible = function && handlers == 0;
            let wanted = omissible || self.interest.traces();
            if !(wanted && line.keyword == Keyword::None && self.simple(line, omissible, marked, brackets)) {
                self.other(line, marked, brackets);
            }
            for statement in self.all.get_mut(before..).unwrap_or_default() {
                statement.function = name;
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

    /// The hash of the name of a function that a line defines, and whether it is a coroutine.
    fn definition(&self, line: &Line) -> (u64, bool) {
        let text = self.text.get(line.start..line.end).unwrap_or("");
        let mut words =
            text.split(|c: char| !(c == '_' || c.is_alphanumeric())).filter(|word| !word.is_empty());
        let coroutine = line.keyword == Keyword::Def && text.starts_with("async");
        let name = words.find(|word| !matches!(*word, "async" | "def"));
        (name.filter(|_| line.keyword == Keyword::Def).map_or(0, |name| hash(name.as_bytes())), coroutine)
    }

    /// Which brackets of a line may be emptied if nothing in it is traced.
    fn brackets(&self, line: &Line, function: bool, handler: bool) -> Brackets {
        let text = self.text.get(line.start..line.end).unwrap_or("");
        let plain = match line.keyword {
            Keyword::If | Keyword::Elif | Keyword::While | Keyword::For | Keyword::With => true,
            // What these begin has parts whose brackets mean something else.
            Keyword::None => {
                let word = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
                let special =
                    ["import", "from", "del", "global", "nonlocal", "type", "print", "exec", "match"];
                let before = text.split(['=', '(', '[', '{', '"', '\'']).next().unwrap_or("");
                // Annotations hold names in strings.
                !special.contains(&&text[..word]) && !text.starts_with("__") && !before.contains(':')
            }
            _ => false,
        };
        match (plain && !handler && self.interest.omits_arguments(), function) {
            (false, _) => Brackets::Stay,
            (true, false) => Brackets::Calls,
            (true, true) => Brackets::All,
        }
    }

    /// A statement that may be omitted where it is `omissible`; false where it is not certain to parse.
    fn simple(&mut self, line: &Line, omissible: bool, marked: bool, brackets: Brackets) -> bool {
        let Some(bytes) = self.text.as_bytes().get(line.start..line.end) else { return false };
        if matches!(bytes.first(), Some(b'"' | b'\'')) {
            return false;
        }
        let Self { interest, words, .. } = self;
        let first = words.len();
        let (mut needed, mut traced, mut makes) = (marked, marked, false);
        let mut offsets = [0_u32; 32];
        let traces = interest.traces();
        let read = simple_statement(bytes, |at, word| {
            needed |= interest.has(word);
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
            kept: needed || traced || !omissible,
            traced: traced || needed && alias,
            seed: traced || needed && alias,
            followed: false,
            leads: interest.follows_aliases() || memchr::memchr2(b'(', b'"', &bytes[value..]).is_none(),
            makes: makes || alias,
            function: 0,
            brackets,
        });
        true
    }

    /// A line that stays.
    fn other(&mut self, line: &Line, marked: bool, brackets: Brackets) {
        let Some(text) = self.text.get(line.start..line.end) else { return };
        let traces = self.interest.traces();
        if text.starts_with(['"', '\'']) || !traces && brackets == Brackets::Stay {
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
                    if line.keyword == Keyword::None || matches!(before, '(' | ',' | '*') {
                        self.words.push(hash(word.as_bytes()));
                    }
                }
                targets = self.words.len() as u32;
                makes = true;
            }
            for (_, word) in words(spoken) {
                traced |= self.interest.is_traced(word.as_bytes());
                makes |= self.interest.is_maker(word.as_bytes());
                if !is_receiver(word.as_bytes()) {
                    self.words.push(hash(word.as_bytes()));
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
            brackets,
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
    /// Keeps it, and traces it if it leads on; false where it was traced already.
    fn follow(&mut self) -> bool {
        self.kept = true;
        self.leads && !std::mem::replace(&mut self.traced, true)
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

/// The words of a text that are no keywords or numbers, each with the last character before it that is no blank.
fn words(text: &str) -> impl Iterator<Item = (char, &str)> {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let mut before = ' ';
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find(is_word)?;
            before = rest[..start].trim_end().chars().next_back().unwrap_or(before);
            let end = rest[start..].find(|c| !is_word(c)).map_or(rest.len(), |length| start + length);
            let (word, found) = (&rest[start..end], before);
            (rest, before) = (&rest[end..], ' ');
            let keyword = matches!(
                word,
                "def"
                    | "async"
                    | "for"
                    | "in"
                    | "with"
                    | "as"
                    | "import"
                    | "from"
                    | "class"
                    | "if"
                    | "elif"
                    | "while"
                    | "not"
                    | "and"
                    | "or"
                    | "is"
                    | "None"
                    | "True"
                    | "False"
                    | "self"
                    | "cls"
                    | "await"
                    | "lambda"
            );
            if !keyword && !word.starts_with(|c: char| c.is_ascii_digit()) {
                return Some((found, word));
            }
        }
    })
}

/// Whether a word is what methods call the object that they belong to.
fn is_receiver(word: &[u8]) -> bool {
    matches!(word, b"self" | b"cls")
}

fn hash(word: &[u8]) -> u64 {
    FxBuildHasher.hash_one(word)
}
