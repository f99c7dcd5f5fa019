//! Reads ordinary expressions byte by byte: names, attributes, calls, subscripts, literals, operators. Whatever is rare
//! is not recognised. It must not know trees, nor what words mean to anybody.

use crate::scan::{is_keyword, is_prefix, is_reserved, is_word, plain_end, word_end};

/// Brackets that may be open at once; an expression with more is not recognised.
const DEEPEST: usize = 24;

/// What a word in an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A name: one that is read, or given a value.
    Name,
    /// An attribute.
    Attribute,
    /// The name of a keyword argument.
    Argument,
    /// The name of a parameter.
    Parameter,
}

/// Reads what an opening bracket, the first byte of `text`, begins; returns its length, closing bracket included. `word` is
/// told every word with its offset.
pub(crate) fn read_bracket(
    text: &[u8],
    bracket: Bracket,
    mut word: impl FnMut(usize, &[u8], Word),
) -> Option<usize> {
    let mut reader = Reader::new(text, &mut word);
    reader.open(bracket)?;
    while reader.depth > 0 {
        let byte = reader.next()?;
        if reader.is_after() { reader.after(byte)? } else { reader.operand(byte)? }
    }
    Some(reader.at)
}

/// What encloses an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bracket {
    Group,
    Call,
    Subscript,
    List,
    Brace,
}

/// One open bracket, or the statement itself.
#[derive(Clone, Copy)]
struct Level {
    bracket: Bracket,
    /// Whether anything stands in it.
    filled: bool,
    /// Whether the current entry is one name so far, so that `=` may follow.
    name: bool,
    /// Colons in the current entry.
    colons: u8,
    /// Of braces: whether they enclose a dictionary, once that is known.
    dictionary: Option<bool>,
}

impl Level {
    fn new(bracket: Bracket) -> Self {
        Self { bracket, filled: false, name: false, colons: 0, dictionary: None }
    }
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// An expression, or the end of an empty entry.
    Entry,
    Operand,
    /// An operator, a trailer, or the end of an entry.
    Operator,
    /// As `Operator`, or one more string.
    MoreString,
}

pub(crate) struct Reader<'t, 'w> {
    pub(crate) text: &'t [u8],
    pub(crate) at: usize,
    word: &'w mut dyn FnMut(usize, &[u8], Word),
    levels: [Level; DEEPEST],
    pub(crate) depth: usize,
    expect: Expect,
    /// Where the value begins.
    pub(crate) value: usize,
    /// Whether each part so far can be given a value.
    pub(crate) targets: bool,
    /// Whether the current part can.
    pub(crate) target: bool,
    /// Whether it has an operator outside brackets.
    operated: bool,
    /// Whether it is names and dots so far.
    pub(crate) dotted: bool,
    pub(crate) commas: bool,
    pub(crate) augmented: bool,
    /// Whether brackets are open around it, so that it goes on below.
    enclosed: bool,
}

impl<'t, 'w> Reader<'t, 'w> {
    pub(crate) fn new(text: &'t [u8], word: &'w mut dyn FnMut(usize, &[u8], Word)) -> Self {
        Self {
            text,
            at: 0,
            word,
            levels: [Level::new(Bracket::Group); DEEPEST],
            depth: 0,
            expect: Expect::Entry,
            value: 0,
            targets: true,
            target: true,
            operated: false,
            dotted: true,
            commas: false,
            augmented: false,
            enclosed: false,
        }
    }

    /// Reads one expression, up to what can be no part of it, such as a comma, `if` or a closing bracket; `enclosed` if
    /// brackets are open around it. Returns its end.
    pub(crate) fn expression(&mut self, enclosed: bool) -> Option<usize> {
        self.enclosed = enclosed;
        loop {
            let end = self.at;
            let next = self.next();
            if self.depth == 0 && self.is_after() && next.is_none_or(|byte| self.ends(byte)) {
                return Some(end);
            }
            let byte = next?;
            if self.is_after() { self.after(byte)? } else { self.operand(byte)? }
        }
    }

    /// Whether this byte, outside of all brackets and behind an operand, is no part of the expression.
    fn ends(&self, byte: u8) -> bool {
        match byte {
            b',' | b')' | b']' | b'}' | b':' | b';' | b'\n' | b'\r' | b'#' => true,
            b'=' => self.text.get(self.at + 1) != Some(&b'='),
            _ => {
                let word = &self.text[self.at..word_end(self.text, self.at)];
                matches!(word, b"if" | b"else" | b"for" | b"async" | b"and" | b"or" | b"as" | b"from")
            }
        }
    }

    /// The next byte that is neither a blank nor, inside brackets, a line break or part of a comment.
    pub(crate) fn next(&mut self) -> Option<u8> {
        loop {
            match *self.text.get(self.at)? {
                b' ' | b'\t' => self.at += 1,
                b'\n' | b'\r' if self.depth > 0 || self.enclosed => self.at += 1,
                b'#' if self.depth > 0 || self.enclosed => {
                    let rest = &self.text[self.at..];
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                byte => return Some(byte),
            }
        }
    }

    pub(crate) fn is_after(&self) -> bool {
        matches!(self.expect, Expect::Operator | Expect::MoreString)
    }

    pub(crate) fn begin_value(&mut self) {
        (self.value, self.expect) = (self.at, Expect::Entry);
        (self.targets, self.commas) = (true, false);
        self.begin_part();
    }

    fn begin_part(&mut self) {
        (self.target, self.operated, self.dotted) = (true, false, true);
    }

    /// The length of `+=` and the like.
    pub(crate) fn augmentation(&self, byte: u8) -> Option<usize> {
        let next = |at: usize| self.text.get(self.at + at).copied().unwrap_or(0);
        match byte {
            b'+' | b'-' | b'%' | b'@' | b'&' | b'|' | b'^' | b'*' | b'/' if next(1) == b'=' => Some(2),
            b'*' | b'/' | b'<' | b'>' if next(1) == byte && next(2) == b'=' => Some(3),
            _ => None,
        }
    }

    /// An operator makes the current part neither a target nor dotted, whatever follows.
    fn operator(&mut self) {
        self.compound();
        self.operated |= self.depth == 0;
    }

    /// What stands in the current part is neither a target nor dotted.
    fn compound(&mut self) {
        if self.depth == 0 {
            (self.target, self.dotted) = (false, false);
        }
        self.level().name = false;
    }

    fn level(&mut self) -> &mut Level {
        &mut self.levels[self.depth.min(DEEPEST - 1)]
    }

    fn open(&mut self, bracket: Bracket) -> Option<()> {
        self.level().filled = true;
        if self.depth + 1 >= DEEPEST {
            return None;
        }
        self.depth += 1;
        *self.level() = Level::new(bracket);
        self.expect = Expect::Entry;
        self.at += 1;
        Some(())
    }

    /// A closing bracket.
    fn close(&mut self, byte: u8) -> Option<()> {
        if self.depth == 0 || self.expect == Expect::Operand {
            return None;
        }
        let level = *self.level();
        let fits = match level.bracket {
            Bracket::Group | Bracket::Call => byte == b')',
            Bracket::Subscript => byte == b']' && level.filled,
            Bracket::List => byte == b']',
            Bracket::Brace => byte == b'}' && self.is_entry_complete(),
        };
        if !fits {
            return None;
        }
        self.depth -= 1;
        self.at += 1;
        self.expect = Expect::Operator;
        Some(())
    }

    /// Whether the entry of a set or dictionary has all that it needs.
    fn is_entry_complete(&mut self) -> bool {
        let empty = self.expect == Expect::Entry;
        let level = self.level();
        match (level.dictionary, level.colons) {
            (None, 0) => true,
            (Some(false), 0) => true,
            (Some(true), 1) => !empty,
            (Some(true), 0) => empty,
            _ => false,
        }
    }

    /// Where an expression may begin.
    pub(crate) fn operand(&mut self, byte: u8) -> Option<()> {
        let entry = self.expect == Expect::Entry;
        match byte {
            b'"' | b'\'' => self.string(self.at),
            b'(' => {
                self.compound();
                self.open(Bracket::Group)
            }
            b'[' => {
                self.compound();
                self.open(Bracket::List)
            }
            b'{' => {
                self.compound();
                self.open(Bracket::Brace)
            }
            b')' | b']' | b'}' if entry => self.close(byte),
            b':' if entry => self.colon(),
            b'0'..=b'9' => self.number(),
            b'-' | b'+' | b'~' => {
                self.operator();
                self.level().filled = true;
                self.expect = Expect::Operand;
                self.at += 1;
                Some(())
            }
            b'*' if entry && self.depth > 0 && self.level().bracket == Bracket::Call => {
                let double = self.text.get(self.at + 1) == Some(&b'*');
                self.level().filled = true;
                self.level().name = false;
                self.expect = Expect::Operand;
                self.at += if double { 2 } else { 1 };
                Some(())
            }
            _ if byte.is_ascii_alphabetic() || byte == b'_' => self.name(entry),
            _ => None,
        }
    }

    fn name(&mut self, entry: bool) -> Option<()> {
        let start = self.at;
        let end = word_end(self.text, start);
        let name = &self.text[start..end];
        if !name.is_ascii() {
            return None;
        }
        if matches!(self.text.get(end), Some(b'"' | b'\'')) {
            return if is_prefix(name) { self.string(end) } else { None };
        }
        self.at = end;
        self.level().filled = true;
        match name {
            b"None" | b"True" | b"False" => self.compound(),
            b"not" if entry => {
                self.operator();
                self.expect = Expect::Operand;
                return Some(());
            }
            _ if is_keyword(name) => return None,
            _ => {
                let named = entry && self.level().bracket == Bracket::Call && self.is_assigned();
                (self.word)(start, name, if named { Word::Argument } else { Word::Name });
                self.level().name = entry;
            }
        }
        self.expect = Expect::Operator;
        Some(())
    }

    /// Whether `=` comes next.
    fn is_assigned(&mut self) -> bool {
        let here = self.at;
        let next = self.next();
        let assigned = next == Some(b'=') && self.text.get(self.at + 1) != Some(&b'=');
        self.at = here;
        assigned
    }

    fn number(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        let digits = |from: usize| rest[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let hexadecimal = rest.starts_with(b"0x") || rest.starts_with(b"0X");
        let length = if hexadecimal {
            let digits = rest[2..].iter().take_while(|b| b.is_ascii_hexdigit()).count();
            if digits == 0 {
                return None;
            }
            2 + digits
        } else {
            let whole = digits(0);
            if whole > 1 && rest[0] == b'0' {
                return None;
            }
            match (rest.get(whole), rest.get(whole + 1)) {
                (Some(b'.'), Some(b'0'..=b'9')) => whole + 1 + digits(whole + 1),
                (Some(b'.'), _) => return None,
                _ => whole,
            }
        };
        if rest.get(length).is_some_and(|&next| is_word(next) || next == b'.') {
            return None;
        }
        self.compound();
        self.level().filled = true;
        self.at += length;
        self.expect = Expect::Operator;
        Some(())
    }

    /// A string whose prefix, if any, ends at `quote`, where its quotes begin.
    fn string(&mut self, quote: usize) -> Option<()> {
        let prefix = &self.text[self.at..quote];
        let has = |letter: u8| prefix.iter().any(|byte| byte.eq_ignore_ascii_case(&letter));
        if has(b't') || prefix.len() == 2 && (!has(b'r') || has(b'u')) {
            return None;
        }
        let end = if has(b'f') { self.formatted(quote)? } else { plain_end(self.text, quote)? };
        self.compound();
        self.level().filled = true;
        self.at = end;
        self.expect = Expect::MoreString;
        Some(())
    }

    /// Behind a formatted string in single quotes.
    fn formatted(&mut self, quote: usize) -> Option<usize> {
        let delimiter = self.text[quote];
        if self.text.get(quote + 1) == Some(&delimiter) && self.text.get(quote + 2) == Some(&delimiter) {
            return None;
        }
        let mut at = quote + 1;
        loop {
            match *self.text.get(at)? {
                b'\\' | b'\n' => return None,
                byte if byte == delimiter => return Some(at + 1),
                b'{' if self.text.get(at + 1) == Some(&b'{') => at += 2,
                b'}' if self.text.get(at + 1) == Some(&b'}') => at += 2,
                b'}' => return None,
                b'{' => at = self.field(at + 1)?,
                _ => at += 1,
            }
        }
    }

    /// Behind the `}` of a field that begins at `start`.
    fn field(&mut self, start: usize) -> Option<usize> {
        let rest = &self.text[start..];
        let end = rest.iter().position(|byte| matches!(byte, b'}' | b'{' | b'"' | b'\'' | b'\\' | b'\n'))?;
        let field = &rest[..end];
        if rest[end] != b'}' {
            return None;
        }
        let part = field.iter().position(|byte| matches!(byte, b':' | b'!' | b'='));
        let (expression, rest) = field.split_at(part.unwrap_or(field.len()));
        let told = match rest {
            [] => true,
            [b'!', b'r' | b's' | b'a'] => true,
            [b':', format @ ..] => {
                let known = |byte: &u8| byte.is_ascii_alphanumeric() || b"<>^+.,%_#- ".contains(byte);
                !format.is_empty() && format.iter().all(known)
            }
            _ => false,
        };
        if !told {
            return None;
        }
        let word = &mut *self.word;
        let mut shifted = |at: usize, name: &[u8], role: Word| word(start + at, name, role);
        let read = Reader::new(expression, &mut shifted).expression(false)?;
        let trimmed = expression.trim_ascii_start().len() == expression.len();
        let whole = expression.get(read..).is_some_and(|rest| rest.trim_ascii().is_empty());
        (trimmed && whole).then_some(start + end + 1)
    }

    /// A colon of a slice or of a dictionary's entry.
    fn colon(&mut self) -> Option<()> {
        let empty = self.expect == Expect::Entry;
        let level = self.level();
        let allowed = match level.bracket {
            Bracket::Subscript => level.colons < 2,
            Bracket::Brace => !empty && level.colons == 0 && level.dictionary != Some(false),
            _ => false,
        };
        if !allowed {
            return None;
        }
        (level.filled, level.name) = (true, false);
        level.colons += 1;
        if level.bracket == Bracket::Brace {
            level.dictionary = Some(true);
        }
        self.expect = Expect::Entry;
        self.at += 1;
        Some(())
    }

    fn comma(&mut self) -> Option<()> {
        if self.depth == 0 {
            self.targets &= self.target;
            self.commas = true;
            self.begin_part();
        } else {
            let complete = self.is_entry_complete() || self.level().bracket != Bracket::Brace;
            let level = self.level();
            if !complete {
                return None;
            }
            if level.bracket == Bracket::Brace && level.dictionary.is_none() {
                level.dictionary = Some(false);
            }
            (level.name, level.colons) = (false, 0);
        }
        self.expect = Expect::Entry;
        self.at += 1;
        Some(())
    }

    /// Behind an operand.
    pub(crate) fn after(&mut self, byte: u8) -> Option<()> {
        let next = self.text.get(self.at + 1).copied().unwrap_or(0);
        let operator = match byte {
            b'.' => return self.attribute(),
            b'(' => {
                let plain = self.expect == Expect::Operator;
                self.level().name = false;
                if self.depth == 0 {
                    (self.target, self.dotted) = (false, false);
                }
                return if plain { self.open(Bracket::Call) } else { None };
            }
            b'[' => {
                self.level().name = false;
                if self.depth == 0 {
                    self.dotted = false;
                    // What is called and then subscripted can be given a value.
                    self.target = !self.operated;
                }
                return self.open(Bracket::Subscript);
            }
            b')' | b']' | b'}' => return self.close(byte),
            b',' => return self.comma(),
            b':' => return self.colon(),
            b'=' if next != b'=' => {
                let level = self.level();
                // The statement itself counts as a group, so this is inside a call.
                if level.bracket != Bracket::Call || !level.name {
                    return None;
                }
                level.name = false;
                self.expect = Expect::Operand;
                self.at += 1;
                return Some(());
            }
            b'"' | b'\'' if self.expect == Expect::MoreString => return self.string(self.at),
            b'*' | b'/' | b'<' | b'>' if next == byte => 2,
            b'=' | b'!' | b'<' | b'>' if next == b'=' => 2,
            b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' => 1,
            b'<' | b'>' => 1,
            _ if byte.is_ascii_alphabetic() => {
                let end = word_end(self.text, self.at);
                let quoted = matches!(self.text.get(end), Some(b'"' | b'\''));
                if quoted && self.expect == Expect::MoreString && is_prefix(&self.text[self.at..end]) {
                    return self.string(end);
                }
                self.word_operator(end)?
            }
            _ => return None,
        };
        self.operator();
        self.at += operator;
        self.expect = Expect::Operand;
        Some(())
    }

    /// The length of `in`, `is`, `is not` or `not in`, the first word of which ends at `end`.
    fn word_operator(&self, end: usize) -> Option<usize> {
        let second = |from: usize| {
            let blanks = self.text[from..].iter().take_while(|&&byte| byte == b' ').count();
            let end = word_end(self.text, from + blanks);
            (&self.text[from + blanks..end], end)
        };
        match &self.text[self.at..end] {
            b"in" => Some(end - self.at),
            b"is" => match second(end) {
                (b"not", end) => Some(end - self.at),
                _ => Some(end - self.at),
            },
            b"not" => match second(end) {
                (b"in", end) => Some(end - self.at),
                _ => None,
            },
            _ => None,
        }
    }

    fn attribute(&mut self) -> Option<()> {
        let mut start = self.at + 1;
        while let Some(b' ' | b'\t') = self.text.get(start) {
            start += 1;
        }
        let end = word_end(self.text, start);
        let name = self.text.get(start..end).filter(|name| !name.is_empty() && name.is_ascii())?;
        if name[0].is_ascii_digit() || is_reserved(name) {
            return None;
        }
        (self.word)(start, name, Word::Attribute);
        self.level().name = false;
        if self.depth == 0 {
            // What is called and then has an attribute can be given a value.
            self.target = !self.operated;
        }
        self.at = end;
        self.expect = Expect::Operator;
        Some(())
    }
}
