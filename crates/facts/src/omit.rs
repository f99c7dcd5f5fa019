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
/// everything is needed.
pub(crate) fn telling(text: &str, lines: &[Line], interest: &Interest) -> Option<FxHashSet<u64>> {
    if interest.needs_all() {
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
    /// Whether it gives something another name.
    alias: bool,
    /// Whether what it binds leads on to the names in its value.
    leads: bool,
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
        // Columns of the definitions and handlers around the current line, and which of these they are.
        let mut open: Vec<(u32, Keyword)> = Vec::new();
        let mut handlers = 0_u32;
        let mut marks = self.interest.marks().iter().copied().peekable();
        for line in lines.iter().filter(|line| line.kind == LineKind::Code) {
            while let Some((_, keyword)) = open.pop_if(|open| open.0 >= line.column) {
                handlers -= u32::from(keyword == Keyword::Except);
            }
            while marks.next_if(|&mark| mark < line.start).is_some() {}
            let marked = marks.peek().is_some_and(|&mark| mark < line.end);
            let around = open.iter().rev().map(|open| open.1).find(|keyword| *keyword != Keyword::Except);
            let function = around == Some(Keyword::Def);
            let brackets = self.brackets(line, function, handlers > 0);
            let omissible = function && handlers == 0;
            let wanted = omissible || self.interest.traces();
            if !(wanted && line.keyword == Keyword::None && self.simple(line, omissible, marked, brackets)) {
                self.other(line, marked, brackets);
            }
            if line.is_header() && matches!(line.keyword, Keyword::Def | Keyword::Class | Keyword::Except) {
                handlers += u32::from(line.keyword == Keyword::Except);
                open.push((line.column, line.keyword));
            }
        }
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
        let (mut needed, mut traced) = (marked, marked);
        let mut offsets = [0_u32; 32];
        let traces = interest.traces();
        let read = simple_statement(bytes, |at, word| {
            needed |= interest.has(word);
            if traces && !is_receiver(word) {
                traced |= interest.is_traced(word);
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
            alias,
            leads: interest.follows_aliases() || memchr::memchr2(b'(', b'"', &bytes[value..]).is_none(),
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
        let mut traced = marked || traces && line.keyword == Keyword::Except;
        let mut targets = first;
        if traces {
            // Of a clause only the classes are looked up.
            let spoken =
                if line.keyword == Keyword::Except { text.split(" as ").next().unwrap_or("") } else { text };
            for word in spoken.split(|c: char| !(c == '_' || c.is_alphanumeric())) {
                if !word.is_empty() && !word.starts_with(|c: char| c.is_ascii_digit()) {
                    traced |= self.interest.is_traced(word.as_bytes());
                    if !is_receiver(word.as_bytes()) {
                        self.words.push(hash(word.as_bytes()));
                    }
                }
            }
            let binds = match line.keyword {
                Keyword::For | Keyword::With => true,
                Keyword::None | Keyword::Def => text.contains('='),
                _ => text.contains(":="),
            };
            targets = if binds { self.words.len() as u32 } else { first };
        }
        let (start, end, words) = (line.start, line.end, (first, self.words.len() as u32));
        let leads = self.interest.follows_aliases();
        self.all.push(Statement {
            start,
            end,
            words,
            targets,
            kept: true,
            traced,
            alias: false,
            leads,
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
        loop {
            let known = named.len();
            while let Some(index) = pending.pop() {
                let Statement { words: (from, to), targets, alias, .. } = self.all[index];
                if alias {
                    named.extend(self.words.get(from as usize..targets as usize).unwrap_or_default());
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
                if words.unwrap_or_default().iter().any(|word| named.contains(word)) && statement.follow() {
                    pending.push(index);
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

/// Whether a word is what methods call the object that they belong to.
fn is_receiver(word: &[u8]) -> bool {
    matches!(word, b"self" | b"cls")
}

fn hash(word: &[u8]) -> u64 {
    FxBuildHasher.hash_one(word)
}
