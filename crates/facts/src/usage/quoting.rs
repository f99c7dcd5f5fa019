//! How a shell reads the text around a value: a quoted value is harmless only as a word of its own.
//! It must not know where values come from.

/// Programs that read the word after `-c` as a command of its own.
const READERS: [&str; 8] = ["sh", "bash", "dash", "zsh", "ksh", "ash", "su", "fish"];

/// Construct that a shell is inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Single,
    Double,
    /// `$(…)`, in which quotes begin afresh.
    Command,
}

/// Place of a value in a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A word, or a part of one, outside of quotes.
    Word,
    /// Inside quotes, which those of a quoted value end.
    Quotes,
    /// A word that another shell reads as a command.
    Command,
}

/// Reads a command piece by piece.
#[derive(Debug, Default)]
pub(super) struct Shell {
    inside: Vec<Inside>,
    /// The text since the last value.
    text: String,
}

impl Shell {
    /// Reads a piece of known text.
    pub(super) fn read(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match (c, self.inside.last()) {
                ('\'', Some(Inside::Single)) | ('"', Some(Inside::Double)) | (')', Some(Inside::Command)) => {
                    self.inside.pop();
                }
                (_, Some(Inside::Single)) => {}
                ('\\', _) => {
                    chars.next();
                }
                ('$', _) if chars.peek() == Some(&'(') => {
                    chars.next();
                    self.inside.push(Inside::Command);
                }
                ('"', _) => self.inside.push(Inside::Double),
                ('\'', None | Some(Inside::Command)) => self.inside.push(Inside::Single),
                _ => {}
            }
        }
        self.text.push_str(text);
    }

    /// Place of the next value.
    pub(super) fn value(&mut self) -> Place {
        let text = std::mem::take(&mut self.text);
        if matches!(self.inside.last(), Some(Inside::Single | Inside::Double)) {
            return Place::Quotes;
        }
        let mut words = text.split_whitespace().rev();
        let flag = words.next().filter(|_| text.ends_with([' ', '\t']));
        let is_flag = |word: &str| word.starts_with('-') && !word.starts_with("--");
        if flag.is_none_or(|word| !is_flag(word) || !word.ends_with('c')) {
            return Place::Word;
        }
        let program = words.find(|word| !is_flag(word)).unwrap_or("");
        let name = program.rsplit('/').next().unwrap_or(program);
        if READERS.contains(&name) { Place::Command } else { Place::Word }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(before: &str) -> Place {
        let mut shell = Shell::default();
        shell.read(before);
        shell.value()
    }

    #[test]
    fn quotes_are_open_or_closed() {
        for (before, expected) in [
            ("ls ", Place::Word),
            ("grep 'a b' ", Place::Word),
            ("grep 'a", Place::Quotes),
            ("grep \"a'b", Place::Quotes),
            ("grep \"a\\\"", Place::Quotes),
            ("grep \\\"", Place::Word),
            ("echo 'it'\\''s' ", Place::Word),
            ("echo \"$(cat ", Place::Word),
            ("echo \"$(cat x)", Place::Quotes),
            ("sh -c ", Place::Command),
            ("cd x && /bin/bash -e -lc ", Place::Command),
            ("sh -c 'cat ", Place::Quotes),
            ("gcc -c ", Place::Word),
        ] {
            assert_eq!(place(before), expected, "{before}");
        }
    }
}
