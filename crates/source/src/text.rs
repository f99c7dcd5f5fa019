//! From the bytes of a file to the text that is parsed, and back to the same bytes.
//!
//! Decoding never fails on text, however odd: what CPython would refuse becomes a [`TextProblem`] and the
//! analysis goes on. It must not know where the bytes come from.

use serde::{Deserialize, Serialize};

use crate::encoding::{Encoding, Lookup, cookie, lookup};
use crate::read::{SkipReason, looks_binary};

/// Text ready to be parsed, and what is needed to turn it, or an edited version of it, back into bytes.
///
/// In `text` there is no byte-order mark and no NUL (each is a space), and each CR is before an LF (a
/// lone CR is an LF). Both replacements keep every offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// The text; offsets everywhere are bytes into it.
    pub text: String,
    /// How the file is encoded.
    pub encoding: Encoding,
    /// Whether the file began with a byte-order mark.
    pub bom: bool,
    /// How its lines end.
    pub line_ending: LineEnding,
    /// Whether NUL bytes were replaced by spaces.
    pub had_nul: bool,
    /// Oddities that CPython would refuse, or that could not be read as meant; by offset.
    pub problems: Vec<TextProblem>,
    /// Whether the text no longer says what the bytes were; such a text cannot be encoded.
    pub lossy: bool,
    /// Where a lone CR was turned into an LF in a file of mixed line ends; ascending.
    lone_crs: Vec<u32>,
}

/// How the lines of a file end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineEnding {
    /// LF, or no line end at all.
    Lf,
    /// CR LF.
    CrLf,
    /// CR alone: LF in the text.
    Cr,
    /// More than one of them.
    Mixed,
}

/// An oddity of the text itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextProblem {
    /// The kind of oddity.
    pub kind: TextProblemKind,
    /// Where: a byte offset into the text.
    pub offset: u32,
    /// The line of `offset`, from 0.
    pub line: u32,
    /// One line for the user.
    pub message: String,
}

/// The kinds of [`TextProblem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TextProblemKind {
    /// Bytes that the encoding gives no meaning, each read as U+FFFD.
    InvalidBytes,
    /// The cookie names an encoding that does not exist.
    UnknownEncoding,
    /// The cookie names an encoding that Python has and this crate has not.
    UnsupportedEncoding,
    /// A UTF-8 byte-order mark and a cookie that says something else.
    BomConflict,
    /// The file is UTF-16.
    Utf16,
    /// NUL bytes, read as spaces.
    Nul,
}

impl TextProblemKind {
    /// Whether CPython refuses such a file.
    pub fn refused_by_python(self) -> bool {
        self != Self::UnsupportedEncoding
    }
}

/// Why a text cannot become the bytes of its file again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// Decoding replaced bytes, so writing would destroy them.
    #[error("the file holds bytes that could not be read as text, so it is not written; repair them first")]
    Lossy,
    /// The edited text has a character that the file's encoding lacks.
    #[error("`{character}` does not exist in the file's encoding {encoding}; save the file as UTF-8 first")]
    Unmappable {
        /// The first such character.
        character: char,
        /// The name of the encoding.
        encoding: String,
    },
}

/// Turns bytes into text. Only what is no text at all is refused, and what is over 1 GiB, for which offsets
/// of 32 bits would not do.
pub fn decode(bytes: Vec<u8>) -> Result<SourceText, SkipReason> {
    decode_as(announced(within_limit(bytes)?)?)
}

/// Turns bytes that came through a pipe into text. An editor sends UTF-8, whatever its file declares to be on disk: bytes that
/// are valid UTF-8 are read as that, and others as they say.
pub fn decode_piped(bytes: Vec<u8>) -> Result<SourceText, SkipReason> {
    let mut announced = announced(within_limit(bytes)?)?;
    if announced.name.is_some() && std::str::from_utf8(&announced.bytes).is_ok() {
        (announced.encoding, announced.name) = (Encoding::UTF_8, None);
    }
    decode_as(announced)
}

fn within_limit(bytes: Vec<u8>) -> Result<Vec<u8>, SkipReason> {
    const LIMIT: u64 = 1 << 30;
    let size = bytes.len() as u64;
    if size > LIMIT { Err(SkipReason::TooLarge { size, limit: LIMIT }) } else { Ok(bytes) }
}

fn decode_as(announced: Announced) -> Result<SourceText, SkipReason> {
    let Announced { encoding, name, bom, bytes, mut problems } = announced;
    let decoded = encoding.decode(bytes);
    let mut text = decoded.text;
    let mut lossy = decoded.lossy;
    let utf_16 = matches!(encoding, Encoding::UTF_16_LE | Encoding::UTF_16_BE);
    if utf_16 && looks_binary(text.as_bytes()) {
        return Err(SkipReason::Binary);
    }
    if let Some(wrong) = decoded.wrong {
        let what = match wrong.byte {
            Some(byte) => format!("byte 0x{byte:02x}"),
            None => "a sequence of bytes".to_owned(),
        };
        let message = match &name {
            Some(name) => format!("{what} does not fit the declared encoding `{name}`"),
            None if utf_16 => format!("{what} is not valid UTF-16"),
            None => format!("{what} is not valid UTF-8, and no other encoding is declared"),
        };
        problems.push(TextProblem::new(TextProblemKind::InvalidBytes, wrong.offset, message));
    }
    let Lines { ending, lone_crs, nul } = normalise(&mut text);
    if let Some(offset) = nul {
        let message = "the file holds NUL bytes, which Python refuses; they are read as spaces".to_owned();
        problems.push(TextProblem::new(TextProblemKind::Nul, offset, message));
        lossy = true;
    }
    problems.sort_by_key(|problem| problem.offset);
    for problem in &mut problems {
        let before = text.as_bytes().get(..problem.offset as usize).unwrap_or(text.as_bytes());
        problem.line = memchr::memchr_iter(b'\n', before).count() as u32;
    }
    // What was declared ASCII but holds more was read as UTF-8, and is that.
    let encoding =
        if encoding == Encoding::ASCII && decoded.wrong.is_some() { Encoding::UTF_8 } else { encoding };
    Ok(SourceText {
        text,
        encoding,
        bom,
        line_ending: ending,
        had_nul: nul.is_some(),
        problems,
        lossy,
        lone_crs,
    })
}

impl TextProblem {
    fn new(kind: TextProblemKind, offset: usize, message: String) -> Self {
        Self { kind, offset: offset as u32, line: 0, message }
    }
}

/// The encoding that a file announces.
struct Announced {
    encoding: Encoding,
    /// The name in the cookie, if it was obeyed.
    name: Option<String>,
    bom: bool,
    /// Without the byte-order mark.
    bytes: Vec<u8>,
    problems: Vec<TextProblem>,
}

fn announced(mut bytes: Vec<u8>) -> Result<Announced, SkipReason> {
    let utf_16 = match bytes.get(..2) {
        Some([0xFF, 0xFE]) => Some(Encoding::UTF_16_LE),
        Some([0xFE, 0xFF]) => Some(Encoding::UTF_16_BE),
        _ => None,
    };
    if let Some(encoding) = utf_16 {
        bytes.drain(..2);
        let message = "the file is UTF-16, which Python does not read; save it as UTF-8".to_owned();
        let problems = vec![TextProblem::new(TextProblemKind::Utf16, 0, message)];
        return Ok(Announced { encoding, name: None, bom: true, bytes, problems });
    }
    if looks_binary(&bytes) {
        return Err(SkipReason::Binary);
    }
    let bom = bytes.starts_with(b"\xEF\xBB\xBF");
    if bom {
        bytes.drain(..3);
    }
    let mut encoding = Encoding::UTF_8;
    let mut obeyed = None;
    let mut problems = Vec::new();
    if let Some((at, name)) = cookie(&bytes) {
        let problem = match lookup(name) {
            Lookup::Known(known) if !bom || known == Encoding::UTF_8 => {
                encoding = known;
                obeyed = Some(name.to_owned());
                None
            }
            Lookup::Known(_) => Some((
                TextProblemKind::BomConflict,
                format!(
                    "the file begins with a UTF-8 byte-order mark, but declares `{name}`; remove one of them"
                ),
            )),
            Lookup::Unsupported => Some((
                TextProblemKind::UnsupportedEncoding,
                format!("the encoding `{name}` is not supported; the file is read as UTF-8"),
            )),
            Lookup::Unknown => Some((
                TextProblemKind::UnknownEncoding,
                format!("unknown encoding `{name}`; the file is read as UTF-8"),
            )),
        };
        problems.extend(problem.map(|(kind, message)| TextProblem::new(kind, at, message)));
    }
    Ok(Announced { encoding, name: obeyed, bom, bytes, problems })
}

struct Lines {
    ending: LineEnding,
    lone_crs: Vec<u32>,
    /// Where the first NUL was.
    nul: Option<usize>,
}

/// Turns each lone CR into an LF and each NUL into a space. Text with neither, nearly all there is, is only
/// searched.
fn normalise(text: &mut String) -> Lines {
    let bytes = text.as_bytes();
    let nul = memchr::memchr(0, bytes);
    let mut crs = memchr::memchr_iter(b'\r', bytes).peekable();
    if crs.peek().is_none() && nul.is_none() {
        return Lines { ending: LineEnding::Lf, lone_crs: Vec::new(), nul };
    }
    let mut lone_crs = Vec::new();
    let mut crlf = 0_usize;
    for at in crs {
        if bytes.get(at + 1) == Some(&b'\n') {
            crlf += 1;
        } else {
            lone_crs.push(at as u32);
        }
    }
    let lf = memchr::memchr_iter(b'\n', bytes).count() - crlf;
    let ending = match (lf > 0, crlf > 0, !lone_crs.is_empty()) {
        (_, false, false) => LineEnding::Lf,
        (false, true, false) => LineEnding::CrLf,
        (false, false, true) => LineEnding::Cr,
        _ => LineEnding::Mixed,
    };
    if nul.is_some() || !lone_crs.is_empty() {
        let lone = |at: usize| lone_crs.binary_search(&(at as u32)).is_ok();
        *text = text
            .char_indices()
            .map(|(at, c)| match c {
                '\0' => ' ',
                '\r' if lone(at) => '\n',
                _ => c,
            })
            .collect();
    }
    if ending != LineEnding::Mixed {
        lone_crs = Vec::new();
    }
    Lines { ending, lone_crs, nul }
}

impl SourceText {
    /// The line end to write after a new line in `text`, so that it looks like the others there.
    pub fn newline(&self) -> &'static str {
        match self.line_ending {
            LineEnding::CrLf => "\r\n",
            LineEnding::Mixed if memchr::memmem::find(self.text.as_bytes(), b"\r\n").is_some() => "\r\n",
            LineEnding::Lf | LineEnding::Cr | LineEnding::Mixed => "\n",
        }
    }

    /// The bytes of a file that is to say `edited`, an edited version of `text`, in the way this file says
    /// `text`: same encoding, byte-order mark and line ends. For `text` itself they are the original bytes.
    pub fn encode(&self, edited: &str) -> Result<Vec<u8>, EncodeError> {
        if self.lossy {
            return Err(EncodeError::Lossy);
        }
        let with_crs = self.with_lone_crs(edited);
        let body = with_crs.as_deref().unwrap_or(edited);
        let encoded = self.encoding.encode(body).map_err(|character| EncodeError::Unmappable {
            character,
            encoding: self.encoding.name().into_owned(),
        })?;
        let mark: &[u8] = match (self.bom, self.encoding) {
            (false, _) => return Ok(encoded),
            (true, Encoding::UTF_16_LE) => b"\xFF\xFE",
            (true, Encoding::UTF_16_BE) => b"\xFE\xFF",
            (true, _) => b"\xEF\xBB\xBF",
        };
        Ok([mark, &encoded].concat())
    }

    /// The text with the CRs that stood alone put back, if there were any. Those of a mixed file are
    /// found again outside the changed part, which is all between the common prefix and suffix.
    fn with_lone_crs(&self, edited: &str) -> Option<String> {
        if self.line_ending == LineEnding::Cr {
            return Some(edited.replace('\n', "\r"));
        }
        if self.lone_crs.is_empty() {
            return None;
        }
        let (old, new) = (self.text.as_bytes(), edited.as_bytes());
        let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let longest = old.len().min(new.len()) - prefix;
        let suffix = old.iter().rev().zip(new.iter().rev()).take(longest).take_while(|(a, b)| a == b).count();
        let mut places = self.lone_crs.iter().map(|&at| at as usize).filter_map(|at| {
            let from_end = old.len() - at;
            match (at < prefix, from_end <= suffix) {
                (true, _) => Some(at),
                (false, true) => Some(new.len() - from_end),
                (false, false) => None,
            }
        });
        let mut next = places.next();
        let restored = edited
            .char_indices()
            .map(|(at, c)| {
                if next != Some(at) {
                    return c;
                }
                next = places.next();
                '\r'
            })
            .collect();
        Some(restored)
    }
}

#[cfg(test)]
mod tests;
