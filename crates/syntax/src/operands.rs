//! Operands of statements of any kind that are certain to parse, so that a name could stand in their place: values,
//! conditions, arguments, defaults, annotations. It must not know what words mean.

use std::ops::Range;

use crate::reader::{Bracket, Reader, Word, read_bracket};
use crate::scan::{is_reserved, is_word, quoted_end, word_end};
use crate::tokens::Keyword;

/// A part of a statement that a name could stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// Its bytes; more than one word.
    pub range: Range<usize>,
    /// What it is.
    pub kind: OperandKind,
}

/// What kind of thing a name could stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperandKind {
    /// An expression.
    Value,
    /// All that stands in a pair of brackets.
    Contents,
    /// An annotation.
    Annotation,
    /// All parameters of a function.
    Parameters,
}

/// A word in an operand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperandWord {
    /// Its bytes in the statement.
    pub range: Range<usize>,
    /// What it is.
    pub role: Word,
    /// Whether it stands in an annotation.
    pub annotates: bool,
}

/// Hands the operands of a statement that are read to `take`, in order, each with its words; what is inside one that is
/// not taken is looked at, too. What is given a value is no operand.
///
/// `text` is a logical line that begins with `keyword`. Behind the colon of a header nothing is looked at.
pub fn operands(text: &[u8], keyword: Keyword, take: impl FnMut(Operand, &[OperandWord]) -> bool) {
    let mut scan = Scan {
        text,
        take,
        words: Vec::new(),
        at: 0,
        depth: 0,
        waits: Vec::new(),
        starts: true,
        header: false,
    };
    match keyword {
        Keyword::If | Keyword::Elif | Keyword::While | Keyword::For | Keyword::With => {
            scan.header = true;
            scan.run(text.len());
        }
        // The name of what decorates is looked up by its words.
        Keyword::Decorator => scan.unnamed(),
        Keyword::Def => scan.definition(),
        Keyword::None => scan.statement(),
        _ => {}
    }
}

/// Until what nothing is read: names that are given a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wait {
    /// Behind `for`.
    In,
    /// Behind `lambda`.
    Colon,
    /// Behind `as`.
    Comma,
    /// Before an assignment, or behind `del`.
    Never,
}

struct Scan<'t, F> {
    text: &'t [u8],
    take: F,
    words: Vec<OperandWord>,
    at: usize,
    /// Brackets that are open.
    depth: usize,
    /// What is waited for, at which depth.
    waits: Vec<(usize, Wait)>,
    /// Whether an operand may begin here.
    starts: bool,
    /// Whether it is a header, which ends with a colon.
    header: bool,
}

impl<F: FnMut(Operand, &[OperandWord]) -> bool> Scan<'_, F> {
    /// A statement without a header: targets, an annotation, a value.
    fn statement(&mut self) {
        let first = &self.text[..word_end(self.text, 0)];
        match first {
            b"import" | b"from" | b"global" | b"nonlocal" | b"type" | b"exec" | b"match" | b"case" => return,
            // It may be the statement of Python 2, if more follows than the brackets.
            b"print" => return self.unnamed(),
            _ => {}
        }
        let Some(Assignment { colon, value }) = assignment(self.text) else { return };
        if first == b"del" {
            self.waits.push((0, Wait::Never));
            return self.run(self.text.len());
        }
        if value > 0 || colon.is_some() {
            self.waits.push((0, Wait::Never));
            self.run(colon.unwrap_or(value));
        }
        if let Some(colon) = colon {
            let end = if value > 0 { value - 1 } else { self.text.len() };
            self.annotation(colon + 1, end);
        }
        if value > 0 || colon.is_none() {
            (self.at, self.depth, self.starts) = (value, 0, true);
            self.waits.clear();
            self.run(self.text.len());
        }
    }

    /// What stands in the brackets of a line that begins with what is no operand.
    fn unnamed(&mut self) {
        self.starts = false;
        self.run(self.text.len());
    }

    /// An annotation between two places.
    fn annotation(&mut self, from: usize, to: usize) {
        let start = self.skip_blanks(from, false);
        self.words.clear();
        let end = self.expression(start, false, true);
        let whole = end.filter(|&end| end <= to && self.skip_blanks(end, false) >= to);
        if let Some(end) = whole {
            self.offer(start..end, OperandKind::Annotation);
        }
    }

    /// The parameters of a function, and what it returns.
    fn definition(&mut self) {
        let Some(open) = memchr::memchr2(b'(', b'[', self.text) else { return };
        if self.text[open] != b'(' {
            return;
        }
        let Some(Parameters { pieces, words, close }) = self.parameters(open + 1) else { return };
        let end = self.text[..close].trim_ascii_end().len();
        let start = self.skip_blanks(open + 1, true);
        let whole = start < end && self.text[start..end].iter().any(|&byte| !is_word(byte));
        // A comment behind the last one would be left alone.
        let whole = whole && memchr::memchr(b'#', &self.text[start..end]).is_none();
        self.words = words;
        let taken =
            whole && (self.take)(Operand { range: start..end, kind: OperandKind::Parameters }, &self.words);
        if !taken {
            let words = std::mem::take(&mut self.words);
            for (range, kind) in pieces {
                let of = |word: &&OperandWord| range.contains(&word.range.start);
                self.words = words.iter().filter(of).cloned().collect();
                self.offer(range.clone(), kind);
            }
        }
        let arrow = self.skip_blanks(close + 1, false);
        if self.text.get(arrow..).is_some_and(|rest| rest.starts_with(b"->")) {
            self.words.clear();
            let start = self.skip_blanks(arrow + 2, false);
            if let Some(end) = self.expression(start, false, true)
                && self.text.get(self.skip_blanks(end, false)) == Some(&b':')
            {
                self.offer(start..end, OperandKind::Annotation);
            }
        }
    }

    /// Reads parameters that are certain to parse.
    fn parameters(&mut self, from: usize) -> Option<Parameters> {
        self.words.clear();
        let mut pieces = Vec::new();
        let mut at = self.skip_blanks(from, true);
        while self.text.get(at) != Some(&b')') {
            let starred = self.text.get(at) == Some(&b'*');
            match self.text.get(at)? {
                b'*' => {
                    at = self.skip_blanks(at + 1, true);
                    if self.text.get(at) == Some(&b'*') {
                        at = self.skip_blanks(at + 1, true);
                    } else if self.text.get(at) == Some(&b',') {
                        at = self.skip_blanks(at + 1, true);
                        // A star needs a name behind it.
                        if self.text.get(at) == Some(&b')') {
                            return None;
                        }
                        continue;
                    }
                }
                b'/' => {
                    at = self.skip_blanks(at + 1, true);
                    match self.text.get(at)? {
                        b',' => at = self.skip_blanks(at + 1, true),
                        b')' => {}
                        _ => return None,
                    }
                    continue;
                }
                _ => {}
            }
            let end = word_end(self.text, at);
            let name = &self.text[at..end];
            if name.is_empty() || !name.is_ascii() || name[0].is_ascii_digit() || is_reserved(name) {
                return None;
            }
            self.words.push(OperandWord { range: at..end, role: Word::Parameter, annotates: false });
            at = self.skip_blanks(end, true);
            for (mark, kind) in [(b':', OperandKind::Annotation), (b'=', OperandKind::Value)] {
                if self.text.get(at) == Some(&mark) {
                    if starred && kind == OperandKind::Value {
                        return None;
                    }
                    let start = self.skip_blanks(at + 1, true);
                    let end = self.expression(start, true, kind == OperandKind::Annotation)?;
                    pieces.push((start..end, kind));
                    at = self.skip_blanks(end, true);
                }
            }
            match self.text.get(at)? {
                b',' => at = self.skip_blanks(at + 1, true),
                b')' => {}
                _ => return None,
            }
        }
        Some(Parameters { pieces, words: std::mem::take(&mut self.words), close: at })
    }

    /// Behind blanks and, where brackets are open, line breaks and comments.
    fn skip_blanks(&self, mut at: usize, enclosed: bool) -> usize {
        loop {
            match self.text.get(at) {
                Some(b' ' | b'\t') => at += 1,
                Some(b'\n' | b'\r') if enclosed => at += 1,
                Some(b'#') if enclosed => {
                    at += memchr::memchr(b'\n', &self.text[at..]).unwrap_or(self.text.len() - at);
                }
                _ => return at,
            }
        }
    }

    /// The end of the expression that begins at `start`, the words of which are added.
    fn expression(&mut self, start: usize, enclosed: bool, annotates: bool) -> Option<usize> {
        let words = &mut self.words;
        let mut word = |at: usize, name: &[u8], role: Word| {
            words.push(OperandWord { range: start + at..start + at + name.len(), role, annotates });
        };
        let end = start + Reader::new(self.text.get(start..)?, &mut word).expression(enclosed)?;
        // What is given a value is none.
        let next = self.text.get(self.skip_blanks(end, enclosed)..).unwrap_or_default();
        (!next.starts_with(b":=")).then_some(end)
    }

    /// Offers what is more than a word, and would not become one with what stands beside it.
    fn offer(&mut self, range: Range<usize>, kind: OperandKind) -> bool {
        let joined =
            |at: Option<usize>| at.and_then(|at| self.text.get(at)).is_some_and(|&byte| is_word(byte));
        let apart = !joined(range.start.checked_sub(1)) && !joined(Some(range.end));
        let compound = self.text[range.clone()].iter().any(|&byte| !is_word(byte));
        apart && compound && (self.take)(Operand { range, kind }, &self.words)
    }

    /// Whether names are read here.
    fn reads(&self) -> bool {
        self.waits.is_empty()
    }

    /// Looks for operands up to `to`, or to the colon of a header.
    fn run(&mut self, to: usize) {
        while self.at < to {
            let byte = self.text[self.at];
            let begins = self.starts && self.reads();
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'\n' | b'\r' if self.depth > 0 => self.at += 1,
                b'#' => self.at = self.skip_blanks(self.at, true),
                b';' | b'\n' | b'\r' => return,
                b'"' | b'\'' => {
                    if begins && self.operand() {
                        continue;
                    }
                    let Some(end) = quoted_end(self.text, self.at) else { return };
                    (self.at, self.starts) = (end, false);
                }
                b'(' | b'[' | b'{' => {
                    if !(begins && self.operand()) {
                        self.bracket();
                    }
                }
                b')' | b']' | b'}' => {
                    self.waits.retain(|wait| wait.0 < self.depth || wait.1 == Wait::Never);
                    self.depth = self.depth.saturating_sub(1);
                    (self.at, self.starts) = (self.at + 1, false);
                }
                b',' => {
                    self.wait_over(Wait::Comma);
                    (self.at, self.starts) = (self.at + 1, true);
                }
                b':' => {
                    if !self.wait_over(Wait::Colon) && self.depth == 0 && self.header {
                        return;
                    }
                    (self.at, self.starts) = (self.at + 1, true);
                }
                b'=' => {
                    let compared = self.text.get(self.at + 1) == Some(&b'=');
                    self.starts = !compared;
                    self.at += if compared { 2 } else { 1 };
                }
                b'!' | b'<' | b'>' => {
                    self.at += if self.text.get(self.at + 1) == Some(&b'=') { 2 } else { 1 };
                    self.starts = false;
                }
                _ if is_word(byte) => {
                    if !(begins && self.operand()) {
                        self.word();
                    }
                }
                _ => {
                    if !(begins && matches!(byte, b'-' | b'+' | b'~') && self.operand()) {
                        (self.at, self.starts) = (self.at + 1, false);
                    }
                }
            }
        }
    }

    /// Whether something was waited for at this depth, which is here.
    fn wait_over(&mut self, wait: Wait) -> bool {
        self.waits.pop_if(|last| *last == (self.depth, wait)).is_some()
    }

    /// A word that begins no operand that was taken.
    fn word(&mut self) {
        let end = word_end(self.text, self.at);
        let word = &self.text[self.at..end];
        self.starts = matches!(
            word,
            b"if"
                | b"elif"
                | b"else"
                | b"while"
                | b"and"
                | b"or"
                | b"with"
                | b"from"
                | b"return"
                | b"raise"
                | b"assert"
                | b"yield"
        );
        match word {
            b"for" => self.waits.push((self.depth, Wait::In)),
            b"lambda" => self.waits.push((self.depth, Wait::Colon)),
            b"as" => self.waits.push((self.depth, Wait::Comma)),
            b"in" => self.starts = self.wait_over(Wait::In),
            _ => {}
        }
        self.at = end;
    }

    /// Takes the operand that begins here.
    fn operand(&mut self) -> bool {
        self.words.clear();
        let start = self.at;
        let Some(end) = self.expression(start, self.depth > 0, false) else { return false };
        let next = self.text.get(self.skip_blanks(end, self.depth > 0)..).unwrap_or_default();
        // What stands before `=` is no value, nor what is annotated; a mere name has nothing to leave out.
        let annotated = next.starts_with(b":") && self.depth == 0 && !self.header;
        if next.starts_with(b"=") || annotated || !self.offer(start..end, OperandKind::Value) {
            return false;
        }
        (self.at, self.starts) = (end, false);
        true
    }

    /// Takes all that stands in the brackets that open here, or goes into them.
    fn bracket(&mut self) {
        let start = self.at;
        let bracket = bracket_kind(self.text, start);
        if self.reads() || matches!(bracket, Bracket::Call | Bracket::Subscript) {
            self.words.clear();
            let words = &mut self.words;
            let length = read_bracket(&self.text[start..], bracket, |at, name, role| {
                words.push(OperandWord {
                    range: start + at..start + at + name.len(),
                    role,
                    annotates: false,
                });
            });
            if let Some(length) = length
                && self.offer(start + 1..start + length - 1, OperandKind::Contents)
            {
                (self.at, self.starts) = (start + length, false);
                return;
            }
        }
        self.depth += 1;
        // What stands in the brackets of a call is read even in a target.
        (self.at, self.starts) = (start + 1, true);
    }
}

/// Parameters that are certain to parse.
struct Parameters {
    /// Their annotations and defaults.
    pieces: Vec<(Range<usize>, OperandKind)>,
    words: Vec<OperandWord>,
    /// The bracket that closes them.
    close: usize,
}

/// Where the parts of a statement begin.
struct Assignment {
    /// The colon of an annotation.
    colon: Option<usize>,
    /// Behind the last `=`; 0 where nothing is assigned.
    value: usize,
}

/// Looks for the parts of a statement; none where its strings do not tell where they end.
fn assignment(text: &[u8]) -> Option<Assignment> {
    let mut found = Assignment { colon: None, value: 0 };
    let (mut at, mut depth, mut lambda) = (0, 0_usize, false);
    while let Some(&byte) = text.get(at) {
        let next = text.get(at + 1);
        match byte {
            b'"' | b'\'' => {
                at = quoted_end(text, at)?;
                continue;
            }
            b'#' => {
                at += memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at);
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'=' if next == Some(&b'=') => at += 1,
            b'!' | b'<' | b'>' | b':' if next == Some(&b'=') => at += 1,
            b'=' if depth == 0 => found.value = at + 1,
            b':' if depth == 0 && found.value == 0 && !lambda && found.colon.is_none() => {
                found.colon = Some(at)
            }
            _ if is_word(byte) => {
                let end = word_end(text, at);
                lambda |= depth == 0 && &text[at..end] == b"lambda";
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    Some(found)
}

/// What a bracket is, by what stands in front of it.
fn bracket_kind(text: &[u8], at: usize) -> Bracket {
    let before = &text[..at];
    let word = before.iter().rev().take_while(|&&byte| is_word(byte)).count();
    let trails = match before.last() {
        Some(b')' | b']') => true,
        Some(_) if word > 0 => {
            let word = &before[at - word..];
            !is_reserved(word) && !word[0].is_ascii_digit()
        }
        _ => false,
    };
    match (text.get(at), trails) {
        (Some(b'('), true) => Bracket::Call,
        (Some(b'('), false) => Bracket::Group,
        (Some(b'['), true) => Bracket::Subscript,
        (Some(b'['), false) => Bracket::List,
        _ => Bracket::Brace,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::logical_lines;

    /// The line with `_` for each operand without the word `os`.
    fn reduced(line: &str) -> String {
        let keyword = logical_lines(line)[0].keyword;
        let mut out = line.to_owned();
        let mut taken = Vec::new();
        operands(line.as_bytes(), keyword, |operand, words| {
            let wanted = words.iter().all(|word| &line[word.range.clone()] != "os");
            if wanted {
                taken.push(operand.range);
            }
            wanted
        });
        for range in taken.into_iter().rev() {
            out.replace_range(range, "_");
        }
        out
    }

    #[test]
    fn values_and_conditions() {
        for (line, expected) in [
            ("if f(a, b) and g(os.x, h(c, d)):", "if _ and g(os.x, _):"),
            ("x = [f(a.b) for a in (1, 2)]", "x = [_ for a in _]"),
            ("return a.b if c.d else -e", "return _ if _ else _"),
            ("x[a.b].c, d = f(lambda: 1)(a=b, **c)", "x[_].c, d = f(lambda: 1)(_)"),
            ("x: Map[K, V] = f(y)", "x: _ = _"),
            ("x: Map['K', V]", "x: _"),
            ("x = y = not a.b", "x = y = _"),
            ("x += a.b", "x += _"),
            ("del a.b[c.d]", "del a.b[_]"),
            ("(a, b) = c.d", "(a, b) = _"),
            ("for (a, b), c[d.e] in f(g):", "for (a, b), c[_] in _:"),
            ("with a.b as (c, d), e.f as g[h.i]:", "with _ as (c, d), _ as g[_]:"),
            ("assert a.b, 'c %s' % d", "assert _, _"),
            ("f(a if b.c else d, k=e.f, *g.h)", "f(a if _ else d, k=_, *g.h)"),
            ("await a.b(c.d)", "await a.b(_)"),
            ("print(a.b if c else d)", "print(_ if c else d)"),
            ("x = f(a := b.c)", "x = f(a := _)"),
            ("@a.b(c.d)", "@a.b(_)"),
            ("x = f'{a + b}' % c.d if e else 'g'", "x = _ if e else _"),
            ("while x: y.z = 1", "while x: y.z = 1"),
            ("x = 'a b'if c else'd e'", "x = 'a b'if c else'd e'"),
        ] {
            assert_eq!(reduced(line), expected);
        }
    }

    #[test]
    fn definitions() {
        for (line, expected) in [
            ("def f(self, a: B[C] = d.e, *, g='h') -> I[J]:", "def f(_) -> _:"),
            ("def f(self):", "def f(self):"),
            ("def f(a: B[C] = d.e, os=1, k: os.x = f(g)):", "def f(a: _ = _, os=1, k: os.x = _):"),
            ("async def f(\n    *a,\n    **b,\n): return 1", "async def f(\n    _\n): return 1"),
            ("def f(a=lambda: 1):", "def f(a=lambda: 1):"),
            ("def f(a, (b, c)):", "def f(a, (b, c)):"),
            ("def f(*):", "def f(*):"),
            ("def f[T](a: T, b):", "def f[T](a: T, b):"),
        ] {
            assert_eq!(reduced(line), expected);
        }
    }
}
