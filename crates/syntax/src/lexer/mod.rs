//! Text to tokens, in one pass: every token with its range, ends of logical lines, indentation, comments, and the pieces
//! of strings. It must not know the grammar of statements. A text that CPython's tokenizer would not take is refused.

mod code;
mod lines;
mod numbers;
mod state;
mod strings;
mod table;
pub mod token;

pub use token::{Refused, Soft, Token};

use crate::kind;
use state::{Lexer, Stacks};

/// Most bytes of a text.
const MOST_BYTES: usize = 1 << 30;

/// The tokens of a text, in its order; the buffers are kept from text to text.
///
/// Comments and continuations of lines are tokens. [`token::NEWLINE`], [`token::INDENT`] and [`token::DEDENT`] are without
/// width, and lie where the grammar has them: an indentation before the comments that precede its first statement, its
/// end after the comments that belong to it.
#[derive(Debug, Default)]
pub struct Tokens {
    list: Vec<Token>,
    stacks: Stacks,
}

impl Tokens {
    /// Reads the tokens of a text.
    ///
    /// # Errors
    /// [`Refused`] where the text has something that is no token, or a string, a bracket or an indentation is not sound.
    /// The tokens before that place can be read nevertheless.
    pub fn read(&mut self, text: &str) -> Result<(), Refused> {
        self.read_text(text, false)
    }

    /// As [`Tokens::read`], with [`token::BAD_NUMBER`] for numbers that are not well formed.
    pub(crate) fn read_leniently(&mut self, text: &str) -> Result<(), Refused> {
        self.read_text(text, true)
    }

    fn read_text(&mut self, text: &str, lenient: bool) -> Result<(), Refused> {
        let Self { list, stacks } = self;
        list.clear();
        stacks.brackets.clear();
        stacks.strings.clear();
        stacks.indents.clear();
        stacks.comments.clear();
        let bytes = text.as_bytes();
        if bytes.len() > MOST_BYTES {
            return Err(Refused { offset: 0, reason: "text is too long", certain: false });
        }
        if let Some(at) = memchr::memchr(0, bytes) {
            return Err(Refused { offset: at as u32, reason: "null character", certain: true });
        }
        for at in memchr::memchr_iter(b'\r', bytes) {
            if bytes.get(at + 1) != Some(&b'\n') {
                return Err(Refused {
                    offset: at as u32,
                    reason: "carriage return inside a line",
                    certain: false,
                });
            }
        }
        list.reserve(bytes.len() / 4);
        Lexer { text, bytes, at: 0, tokens: list, stacks, first: true, lenient }.run()
    }

    /// All tokens.
    #[must_use]
    pub fn list(&self) -> &[Token] {
        &self.list
    }

    /// Logical lines: the tokens of each, without its [`token::NEWLINE`] and without what lies between lines.
    pub fn lines(&self) -> impl Iterator<Item = &[Token]> {
        let between = |token: &Token| {
            matches!(token.kind, token::INDENT | token::DEDENT | token::END) || token.kind == kind::COMMENT
        };
        self.list.split(|token| token.kind == token::NEWLINE).filter_map(move |line| {
            let start = line.iter().position(|token| !between(token))?;
            line.get(start..)
        })
    }
}
