//! Strings: their contents cut into the pieces that the grammar's scanner makes, their escapes, their replacement fields.

use super::state::{Bracket, Lexer, Quotes, Step};
use super::table::{STRING_STOP, class};
use super::token::{self, Refused};
use crate::kind;

/// Continuation after a piece of a string.
enum Piece {
    /// More text.
    More,
    /// A replacement field, whose brace is taken, or the end of the string.
    Done,
}

impl Lexer<'_> {
    /// Adds the string whose quote is at `quote_at` and whose prefix begins here.
    pub(super) fn string(&mut self, quote_at: usize) -> Step {
        let start = self.at;
        let quote = self.byte(quote_at);
        let mut quotes = Quotes { quote, triple: false, raw: false, bytes: false, format: false };
        for at in start..quote_at {
            match self.byte(at) | 0x20 {
                b'r' => quotes.raw = true,
                b'b' => quotes.bytes = true,
                b'f' | b't' => quotes.format = true,
                _ => {}
            }
        }
        quotes.triple = self.byte(quote_at + 1) == quote && self.byte(quote_at + 2) == quote;
        self.at = quote_at + if quotes.triple { 3 } else { 1 };
        self.drop_continuations();
        self.push(kind::STRING_START, start, self.at);
        if quotes.format {
            self.stacks.strings.push(quotes);
            return self.contents(quotes);
        }
        if !quotes.triple && !quotes.raw && self.simple_string(quote) {
            return Ok(());
        }
        let begin = self.at;
        self.contents(quotes)?;
        if quotes.bytes && !self.bytes.get(begin..self.at).unwrap_or_default().is_ascii() {
            return Err(self.refuse(begin, "bytes beyond ASCII"));
        }
        Ok(())
    }

    /// Adds the contents and the end of a string on one line without escapes, if that is all there is to it.
    fn simple_string(&mut self, quote: u8) -> bool {
        let start = self.at;
        let mut end = start;
        loop {
            let byte = self.byte(end);
            if class(byte) & STRING_STOP != 0 {
                if byte == quote {
                    break;
                }
                if matches!(byte, b'\\' | b'\n' | 0) {
                    return false;
                }
            }
            // Bytes beyond ASCII are checked with the other strings.
            if byte >= 128 && self.tokens.last().is_some_and(|token| token.end - token.start > 1) {
                return false;
            }
            end += 1;
        }
        if end > start {
            self.push(token::CONTENT, start, end);
        }
        self.at = end;
        self.take(kind::STRING_END, 1);
        true
    }

    /// Goes on with a string after a replacement field has closed.
    pub(super) fn after_field(&mut self, bracket: Bracket) -> Step {
        if bracket == Bracket::Nested {
            return self.format_text();
        }
        match self.stacks.strings.last() {
            Some(&quotes) => self.contents(quotes),
            None => Err(self.doubt(self.at, "brace without a string")),
        }
    }

    /// Adds the contents of a string up to its next replacement field or its end.
    fn contents(&mut self, quotes: Quotes) -> Step {
        let start = self.at;
        let mut content = None;
        while matches!(self.piece(quotes, start, &mut content)?, Piece::More) {}
        Ok(())
    }

    /// Reads one piece as the grammar's scanner does: whether text came before a quote, a brace or an escape decides
    /// what that becomes. `content` is the token of the stretch that the piece belongs to.
    fn piece(&mut self, quotes: Quotes, stretch: usize, content: &mut Option<usize>) -> Step<Piece> {
        let start = self.at;
        if quotes.format {
            match self.byte(start) {
                brace @ (b'{' | b'}') if self.byte(start + 1) == brace => {
                    self.begin_content(stretch, content);
                    self.take(kind::ESCAPE_INTERPOLATION, 2);
                    return Ok(Piece::More);
                }
                b'{' => {
                    self.end_content(start, content);
                    self.open(kind::L_BRACE, Bracket::Field)?;
                    return Ok(Piece::Done);
                }
                b'}' => return Err(self.refuse(start, "single closing brace in a string")),
                _ => {}
            }
        }
        let mut has_text = false;
        loop {
            if quotes.triple && !quotes.format {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let length =
                    memchr::memchr2(quotes.quote, b'\\', rest).ok_or_else(|| self.open_string(start))?;
                has_text |= length > 0;
                self.at += length;
            } else {
                while class(self.byte(self.at)) & STRING_STOP == 0 {
                    self.at += 1;
                    has_text = true;
                }
            }
            let byte = self.byte(self.at);
            match byte {
                b'{' | b'}' if quotes.format => {
                    if has_text {
                        self.begin_content(stretch, content);
                    } else {
                        self.at = start;
                        self.begin_content(stretch, content);
                        self.escape(quotes)?;
                    }
                    return Ok(Piece::More);
                }
                b'\\' if quotes.raw => self.raw_backslash(quotes)?,
                b'\\' if quotes.bytes && matches!(self.byte(self.at + 1), b'N' | b'u' | b'U') => {
                    // The scanner takes the next byte for text, whatever it is.
                    if matches!(self.byte(self.at + 2), b'"' | b'\'' | b'\\' | b'\n' | b'\r' | 0) {
                        return Err(self.doubt(self.at, "escape of characters in bytes"));
                    }
                    self.at += 3;
                    has_text = true;
                }
                b'\\' => {
                    self.begin_content(stretch, content);
                    if !has_text {
                        self.escape(quotes)?;
                    }
                    return Ok(Piece::More);
                }
                _ if byte == quotes.quote => return Ok(self.quote(quotes, start, has_text, stretch, content)),
                b'\n' if !quotes.triple => return Err(self.open_string(start)),
                0 => return Err(self.open_string(start)),
                _ => {
                    self.at += 1;
                    has_text = true;
                }
            }
        }
    }

    /// Reads a quote of the string's kind: a piece before it, a piece with it, or the end of the string.
    fn quote(
        &mut self,
        quotes: Quotes,
        start: usize,
        has_text: bool,
        stretch: usize,
        content: &mut Option<usize>,
    ) -> Piece {
        let mut length = 1;
        if quotes.triple {
            while length < 3 && self.byte(self.at + length) == quotes.quote {
                length += 1;
            }
            if length < 3 {
                self.at += length;
                self.begin_content(stretch, content);
                return Piece::More;
            }
        }
        if has_text {
            self.begin_content(stretch, content);
            return Piece::More;
        }
        self.end_content(start, content);
        self.at += length;
        self.push(kind::STRING_END, start, self.at);
        if quotes.format {
            self.stacks.strings.pop();
        }
        Piece::Done
    }

    /// Goes past a backslash of a raw string and what the scanner takes with it.
    fn raw_backslash(&mut self, quotes: Quotes) -> Step {
        self.at += 1;
        let pair = self.byte(self.at) == quotes.quote || self.byte(self.at) == b'\\';
        if pair {
            self.at += 1;
        }
        let carriage = usize::from(self.byte(self.at) == b'\r');
        if self.byte(self.at + carriage) == b'\n' {
            if pair && !quotes.triple {
                return Err(self.open_string(self.at));
            }
            self.at += carriage + 1;
        }
        Ok(())
    }

    /// Begins a stretch of contents, unless it is begun.
    fn begin_content(&mut self, start: usize, content: &mut Option<usize>) {
        if content.is_none() {
            *content = Some(self.tokens.len());
            self.push(token::CONTENT, start, start);
        }
    }

    /// Ends a stretch of contents.
    fn end_content(&mut self, end: usize, content: &mut Option<usize>) {
        if let Some(token) = content.take().and_then(|index| self.tokens.get_mut(index)) {
            token.end = end as u32;
        }
    }

    /// Adds the escape that begins here; a backslash alone where it is none.
    fn escape(&mut self, quotes: Quotes) -> Step {
        let at = self.at;
        let length = match self.byte(at + 1) {
            b'x' => self.hexadecimal(at, 2),
            b'u' => self.hexadecimal(at, 4),
            b'U' => self.hexadecimal(at, 8).filter(|_| self.is_character(at + 2)),
            b'N' => self.character_name(at, quotes),
            b'0'..=b'9' => {
                let digits = (1..4).take_while(|&offset| self.byte(at + offset).is_ascii_digit());
                Some(1 + digits.count())
            }
            b'\n' | b'"' | b'\'' | b'a' | b'b' | b'f' | b'r' | b'n' | b't' | b'v' | b'\\' => Some(2),
            b'\r' => Some(3),
            _ => {
                self.take(kind::BACKSLASH, 1);
                return Ok(());
            }
        };
        let Some(length) = length else {
            return Err(self.refuse(at, "escape is not well formed"));
        };
        self.take(kind::ESCAPE_SEQUENCE, length);
        Ok(())
    }

    fn hexadecimal(&self, at: usize, digits: usize) -> Option<usize> {
        (0..digits).all(|digit| self.byte(at + 2 + digit).is_ascii_hexdigit()).then_some(2 + digits)
    }

    /// The eight digits from here on are the number of a character.
    fn is_character(&self, at: usize) -> bool {
        let digits = self.text.get(at..at + 8).unwrap_or_default();
        u32::from_str_radix(digits, 16).is_ok_and(|number| number <= 0x10_ffff)
    }

    /// Length of `\N{…}`.
    fn character_name(&self, at: usize, quotes: Quotes) -> Option<usize> {
        let mut end = at + 3;
        if self.byte(at + 2) != b'{' {
            return None;
        }
        while self.byte(end) != b'}' {
            if matches!(self.byte(end), b'\n' | b'\\' | b'{' | 0) || self.byte(end) == quotes.quote {
                return None;
            }
            end += 1;
        }
        (end > at + 3).then_some(end + 1 - at)
    }

    /// Adds the text of a format specification up to its next field or its end, a token for each line.
    pub(super) fn format_text(&mut self) -> Step {
        let Some(quotes) = self.stacks.strings.last().copied() else {
            return Err(self.doubt(self.at, "format specification without a string"));
        };
        let mut start = self.at;
        let mut ended = false;
        loop {
            let byte = self.byte(self.at);
            match byte {
                b'{' | b'}' | b'\n' => {
                    if self.at > start {
                        self.push(token::FORMAT_TEXT, start, self.at);
                    }
                    match byte {
                        b'{' => return self.open(kind::L_BRACE, Bracket::Nested),
                        b'}' => return self.close_field(),
                        _ => {}
                    }
                    self.at += 1;
                    (start, self.first) = (self.at, true);
                    // Between single quotes the specification ends with its line; only blanks may follow.
                    ended = !quotes.triple;
                }
                0 => return Err(self.open_string(start)),
                _ if ended && !matches!(byte, b' ' | b'\t' | b'\r') => {
                    return Err(self.doubt(self.at, "text after the line of a format specification"));
                }
                b'\\' if matches!(self.byte(self.at + 1), b'"' | b'\'' | b'\\') => self.at += 2,
                b'\\' if !quotes.raw && self.byte(self.at + 1) == b'N' && self.byte(self.at + 2) == b'{' => {
                    let Some(length) = self.character_name(self.at, quotes) else {
                        return Err(self.doubt(self.at, "escape in a format specification"));
                    };
                    self.at += length;
                }
                _ if byte == quotes.quote => {
                    let closing = !quotes.triple || self.bytes[self.at..].starts_with(&[byte; 3]);
                    if closing {
                        return Err(self.open_string(start));
                    }
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
    }

    /// Closes the innermost replacement field, whose brace is here, and goes on with its string.
    pub(super) fn close_field(&mut self) -> Step {
        let Some(bracket) = self.stacks.brackets.pop() else {
            return Err(self.refuse(self.at, "bracket without an opening one"));
        };
        self.take(kind::R_BRACE, 1);
        self.after_field(bracket)
    }

    #[cold]
    fn open_string(&self, start: usize) -> Refused {
        self.refuse(start, "string without an end")
    }
}
