//! The identity of a finding across edits: a hash over its rule, its file, the definition it lies in and its
//! text without layout. It must not know line numbers or how a snippet was found.

use xxhash_rust::xxh3::Xxh3;

/// Parts this use of the hash from all others; changing it makes every finding a new one to code scanning.
const DOMAIN: &str = "analyzer/finding/v1";

/// A finding's fingerprint: 32 hexadecimal digits (XXH3, 128 bits, every field preceded by its length).
///
/// `anchor` is the [normalised](normalised_snippet) text of the finding's range, or the rule's own key.
/// `ordinal` counts the findings, from 0, that agree in everything else, in the order of the text.
#[must_use]
pub fn fingerprint(rule: &str, path: &str, qualified_name: &str, anchor: &str, ordinal: u32) -> String {
    let mut hasher = Xxh3::new();
    for field in [DOMAIN, rule, path, qualified_name, anchor] {
        hasher.update(&(field.len() as u64).to_le_bytes());
        hasher.update(field.as_bytes());
    }
    hasher.update(&ordinal.to_le_bytes());
    format!("{:032x}", hasher.digest128())
}

/// Python text reduced to what a formatter leaves alone.
///
/// White space, line ends, comments, parentheses, commas, semicolons and line continuations go; strings lose
/// prefix, quote style and the borders between implicitly joined ones; numbers are lower case. Text that holds
/// nothing but comments keeps their words. Two different texts may come out equal, which the ordinal of a
/// fingerprint takes care of. Text that is not Python is taken as far as it goes.
#[must_use]
pub fn normalised_snippet(text: &str) -> String {
    let mut reader = Reader { rest: text, out: String::with_capacity(text.len()), after_string: false };
    let mut comments = String::new();
    while let Some(first) = reader.rest.chars().next() {
        match first {
            '#' => {
                let comment = reader.take_while(|c| c != '\n' && c != '\r');
                for word in comment.trim_start_matches('#').split_whitespace() {
                    comments.push_str(word);
                    comments.push(' ');
                }
            }
            '"' | '\'' => reader.string(),
            '(' | ')' | ',' | ';' => {
                reader.skip(first);
                reader.after_string = false;
            }
            '\\' => reader.skip(first),
            _ if first.is_whitespace() => reader.skip(first),
            _ if is_word(first) => reader.word(),
            _ => {
                reader.skip(first);
                reader.token(|out| out.push(first));
            }
        }
    }
    let normalised = if reader.out.is_empty() { comments } else { reader.out };
    normalised.trim_end().to_owned()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// How far a text is read, and what came out of it: tokens with a blank after each.
struct Reader<'a> {
    rest: &'a str,
    out: String,
    /// Whether `out` ends with a string that the next token, if it is one too, continues.
    after_string: bool,
}

/// A string that is open while its end is sought: f-strings nest.
struct Open {
    quote: char,
    triple: bool,
    raw: bool,
    formatted: bool,
    /// Braces open in a replacement field; 0 in the literal part.
    depth: u32,
}

impl<'a> Reader<'a> {
    fn skip(&mut self, c: char) {
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or("");
    }

    fn take_while(&mut self, mut belongs: impl FnMut(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn token(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.out);
        self.out.push(' ');
        self.after_string = false;
    }

    fn word(&mut self) {
        let start = self.rest;
        let word = self.take_while(is_word);
        let quoted = self.rest.starts_with(['"', '\'']);
        if quoted && word.len() <= 2 && word.chars().all(|c| "rRbBuUfFtT".contains(c)) {
            self.rest = start;
            self.string();
        } else if word.starts_with(|c: char| c.is_ascii_digit()) {
            self.token(|out| out.extend(word.chars().map(|c| c.to_ascii_lowercase())));
        } else {
            self.token(|out| out.push_str(word));
        }
    }

    /// Reads a string literal, prefix included, with all that is nested in its replacement fields.
    fn string(&mut self) {
        let mut open: Vec<Open> = Vec::new();
        open.extend(self.opening());
        let docstring = open.first().is_some_and(|string| string.triple);
        if self.after_string && !docstring {
            // Formatters join `"a" "b"` where the whole fits on a line.
            self.out.truncate(self.out.len().saturating_sub(2));
        } else {
            self.out.push('"');
        }
        let body = self.out.len();
        while let Some(string) = open.last_mut() {
            let Some(c) = self.rest.chars().next() else { break };
            if string.depth > 0 {
                match c {
                    '{' | '[' | '(' => string.depth += 1,
                    '}' | ']' | ')' => string.depth -= 1,
                    '"' | '\'' => {
                        self.out.push('"');
                        open.extend(self.opening());
                        continue;
                    }
                    _ => {}
                }
                let prefix = is_word(c).then(|| self.nested_prefix()).flatten();
                if let Some(nested) = prefix {
                    self.out.push('"');
                    open.push(nested);
                    continue;
                }
                if !c.is_whitespace() && c != ',' {
                    self.out.push(c);
                }
                self.skip(c);
            } else if self.closes(open.last()) {
                open.pop();
                if !open.is_empty() {
                    self.out.push('"');
                }
            } else if !self.literal_character(open.last_mut(), c) {
                break;
            }
        }
        if docstring {
            let words = self.out.split_off(body);
            for (index, word) in words.split_whitespace().enumerate() {
                if index > 0 {
                    self.out.push(' ');
                }
                self.out.push_str(word);
            }
        }
        self.out.push_str("\" ");
        self.after_string = !docstring;
    }

    /// Reads prefix and opening quotes, if they come next.
    fn opening(&mut self) -> Option<Open> {
        let prefix = self.take_while(is_word);
        let quote = self.rest.chars().next()?;
        let triple = quote_run(self.rest, quote) >= 3;
        self.rest = self.rest.get(if triple { 3 } else { 1 }..).unwrap_or("");
        Some(Open {
            quote,
            triple,
            raw: prefix.contains(['r', 'R']),
            formatted: prefix.contains(['f', 'F', 't', 'T']),
            depth: 0,
        })
    }

    /// A string with a prefix that begins inside a replacement field; names are left where they are.
    fn nested_prefix(&mut self) -> Option<Open> {
        let after = self.rest.trim_start_matches(|c| "rRbBuUfFtT".contains(c));
        let fits = after.starts_with(['"', '\'']) && self.rest.len() - after.len() <= 2;
        let in_word = self.out.ends_with(is_word);
        if fits && !in_word { self.opening() } else { None }
    }

    /// Whether the string ends here; its closing quotes are read then.
    fn closes(&mut self, string: Option<&Open>) -> bool {
        let Some(string) = string else { return false };
        let length = if string.triple { 3 } else { 1 };
        let ends = quote_run(self.rest, string.quote) >= length;
        if ends {
            self.rest = self.rest.get(length..).unwrap_or("");
        }
        ends
    }

    /// Copies one character of a literal part. False where the string cannot go on: a line end without closing quote.
    fn literal_character(&mut self, string: Option<&mut Open>, c: char) -> bool {
        let Some(string) = string else { return false };
        if (c == '\n' || c == '\r') && !string.triple {
            return false;
        }
        self.skip(c);
        match c {
            '\\' => {
                let next = self.rest.chars().next();
                let quote = matches!(next, Some('"' | '\''));
                if !quote || string.raw {
                    self.out.push('\\');
                }
                if let Some(next) = next {
                    self.skip(next);
                    self.out.push(if quote { '"' } else { next });
                }
            }
            '{' if string.formatted && self.rest.starts_with('{') => {
                self.skip('{');
                self.out.push('{');
            }
            '}' if string.formatted && self.rest.starts_with('}') => {
                self.skip('}');
                self.out.push('}');
            }
            '{' if string.formatted => {
                string.depth = 1;
                self.out.push('{');
            }
            '\'' => self.out.push('"'),
            _ => self.out.push(c),
        }
        true
    }
}

/// How many quotes of one kind come next, counted up to three.
fn quote_run(text: &str, quote: char) -> usize {
    text.chars().take(3).take_while(|c| *c == quote).count()
}

#[cfg(test)]
mod tests;
