//! Encodings as Python understands them: the cookie of PEP 263, Python's codec names, and converting
//! between bytes and text.
//!
//! It must not know about line ends, problems or files.

use std::borrow::Cow;

use encoding_rs as rs;

/// The mapping of a file's bytes to characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Encoding(Repr);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Repr {
    Utf8,
    Ascii,
    Utf16Le,
    Utf16Be,
    /// A true ISO 8859 part: bytes below 0xA0 are the code points of the same number, the others are
    /// those of the Windows code page. The WHATWG labels, which `encoding_rs` follows, name the whole code page.
    Iso {
        name: &'static str,
        upper: &'static rs::Encoding,
    },
    Other(&'static rs::Encoding),
}

impl Encoding {
    /// UTF-8, with or without a byte-order mark.
    pub const UTF_8: Self = Self(Repr::Utf8);
    /// Seven bits.
    pub const ASCII: Self = Self(Repr::Ascii);
    /// ISO 8859-1, byte = code point.
    pub const LATIN_1: Self = Self(Repr::Iso { name: "iso-8859-1", upper: rs::WINDOWS_1252 });
    pub(crate) const UTF_16_LE: Self = Self(Repr::Utf16Le);
    pub(crate) const UTF_16_BE: Self = Self(Repr::Utf16Be);

    /// The usual name, in lower case.
    pub fn name(self) -> Cow<'static, str> {
        match self.0 {
            Repr::Utf8 => "utf-8".into(),
            Repr::Ascii => "ascii".into(),
            Repr::Utf16Le => "utf-16-le".into(),
            Repr::Utf16Be => "utf-16-be".into(),
            Repr::Iso { name, .. } => name.into(),
            Repr::Other(encoding) => encoding.name().to_ascii_lowercase().into(),
        }
    }

    /// The text, with U+FFFD for bytes without meaning. ASCII is read as UTF-8, which loses nothing.
    pub(crate) fn decode(self, bytes: Vec<u8>) -> Decoded {
        match self.0 {
            Repr::Utf8 | Repr::Ascii => match String::from_utf8(bytes) {
                Ok(text) => {
                    let wrong = match self.0 {
                        Repr::Ascii => text.bytes().enumerate().find(|(_, byte)| !byte.is_ascii()),
                        _ => None,
                    };
                    let wrong = wrong.map(|(offset, byte)| Wrong { offset, byte: Some(byte) });
                    Decoded { text, wrong, lossy: false }
                }
                Err(error) => {
                    let offset = error.utf8_error().valid_up_to();
                    let byte = error.as_bytes().get(offset).copied();
                    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                    Decoded { text, wrong: Some(Wrong { offset, byte }), lossy: true }
                }
            },
            Repr::Utf16Le => decode_with(rs::UTF_16LE, &bytes),
            Repr::Utf16Be => decode_with(rs::UTF_16BE, &bytes),
            Repr::Iso { upper, .. } => {
                let table = upper_half(upper);
                let text: String = bytes
                    .iter()
                    .map(|&byte| match usize::from(byte).checked_sub(0xA0) {
                        Some(index) => table.get(index).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
                        None => char::from(byte),
                    })
                    .collect();
                let wrong = text.find(char::REPLACEMENT_CHARACTER);
                let wrong = wrong.map(|offset| Wrong { offset, byte: None });
                Decoded { text, lossy: wrong.is_some(), wrong }
            }
            Repr::Other(encoding) => {
                let mut decoded = decode_with(encoding, &bytes);
                // Some sets have two codes for one character: there the text does not determine the bytes.
                decoded.lossy |= self.encode(&decoded.text).as_ref() != Ok(&bytes);
                decoded
            }
        }
    }

    /// The bytes of a text, or the first character that the encoding has no bytes for.
    pub(crate) fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        match self.0 {
            Repr::Utf8 => Ok(text.as_bytes().to_vec()),
            Repr::Ascii => match text.chars().find(|c| !c.is_ascii()) {
                Some(c) => Err(c),
                None => Ok(text.as_bytes().to_vec()),
            },
            Repr::Utf16Le => Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            Repr::Utf16Be => Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            Repr::Iso { upper, .. } => {
                let table = upper_half(upper);
                text.chars()
                    .map(|c| match u8::try_from(c) {
                        Ok(byte) if byte < 0xA0 => Ok(byte),
                        _ => (0xA0..=0xFF_u8)
                            .zip(table.iter())
                            .find(|&(_, &known)| known == c && c != char::REPLACEMENT_CHARACTER)
                            .map(|(byte, _)| byte)
                            .ok_or(c),
                    })
                    .collect()
            }
            Repr::Other(encoding) => {
                let (bytes, _, unmappable) = encoding.encode(text);
                if !unmappable {
                    return Ok(bytes.into_owned());
                }
                let mut buffer = [0; 4];
                let culprit = text.chars().find(|c| encoding.encode(c.encode_utf8(&mut buffer)).2);
                Err(culprit.unwrap_or(char::REPLACEMENT_CHARACTER))
            }
        }
    }
}

/// The outcome of [`Encoding::decode`].
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    /// The first place where the bytes are not of the encoding.
    pub(crate) wrong: Option<Wrong>,
    /// Whether the text no longer determines the bytes.
    pub(crate) lossy: bool,
}

/// Bytes that are not of the encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// Byte offset in the text.
    pub(crate) offset: usize,
    /// The byte, where it is known.
    pub(crate) byte: Option<u8>,
}

fn decode_with(encoding: &'static rs::Encoding, bytes: &[u8]) -> Decoded {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let wrong = if had_errors { text.find(char::REPLACEMENT_CHARACTER) } else { None };
    let wrong = wrong.map(|offset| Wrong { offset, byte: None });
    Decoded { text: text.into_owned(), wrong, lossy: had_errors }
}

/// The characters of the bytes from 0xA0 to 0xFF.
fn upper_half(encoding: &'static rs::Encoding) -> Vec<char> {
    let bytes: Vec<u8> = (0xA0..=0xFF).collect();
    encoding.decode_without_bom_handling(&bytes).0.chars().collect()
}

/// The result of looking up the encoding name of a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    Known(Encoding),
    /// Python has such a codec, but no source file can usefully be written in it, or it is not implemented here.
    Unsupported,
    Unknown,
}

/// Finds an encoding by one of the names that Python's codecs have.
pub(crate) fn lookup(name: &str) -> Lookup {
    let dashed = name.to_ascii_lowercase().replace('_', "-");
    // CPython's tokenizer takes these whatever follows: Emacs writes `utf-8-unix`.
    let is =
        |stem: &str| dashed.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    if is("utf-8") {
        return Lookup::Known(Encoding::UTF_8);
    }
    if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        return Lookup::Known(Encoding::LATIN_1);
    }
    // Python compares names with runs of punctuation folded; without any the table is shorter.
    let key: String = dashed.chars().filter(char::is_ascii_alphanumeric).collect();
    let other = |encoding| Lookup::Known(Encoding(Repr::Other(encoding)));
    let iso = |name, upper| Lookup::Known(Encoding(Repr::Iso { name, upper }));
    match key.as_str() {
        "utf8" | "utf8sig" | "u8" | "utf" | "utf8ucs2" | "utf8ucs4" | "cp65001" => {
            Lookup::Known(Encoding::UTF_8)
        }
        "ascii" | "usascii" | "us" | "646" | "iso646us" | "iso646irv1991" | "isoir6" | "cp367" | "ibm367"
        | "csascii" | "ansix341968" | "ansix341986" => Lookup::Known(Encoding::ASCII),
        "latin1" | "latin" | "l1" | "iso88591" | "iso8859" | "8859" | "cp819" | "ibm819" | "isoir100"
        | "csisolatin1" | "iso885911987" => Lookup::Known(Encoding::LATIN_1),
        "iso88599" | "iso885991989" | "latin5" | "l5" | "isoir148" | "csisolatin5" => {
            iso("iso-8859-9", rs::WINDOWS_1254)
        }
        "iso885911" | "iso8859112001" | "thai" => iso("iso-8859-11", rs::WINDOWS_874),
        "tis620" | "tis6200" | "tis62025290" | "tis62025291" | "isoir166" => iso("tis-620", rs::WINDOWS_874),
        "cp874" | "windows874" => other(rs::WINDOWS_874),
        "iso88592" | "iso885921987" | "latin2" | "l2" => other(rs::ISO_8859_2),
        "iso88593" | "iso885931988" | "latin3" | "l3" => other(rs::ISO_8859_3),
        "iso88594" | "iso885941988" | "latin4" | "l4" => other(rs::ISO_8859_4),
        "iso88595" | "iso885951988" | "cyrillic" => other(rs::ISO_8859_5),
        "iso88596" | "iso885961987" | "arabic" | "asmo708" | "ecma114" => other(rs::ISO_8859_6),
        "iso88597" | "iso885971987" | "greek" | "greek8" | "ecma118" | "elot928" => other(rs::ISO_8859_7),
        "iso88598" | "iso885981988" | "hebrew" => other(rs::ISO_8859_8),
        "iso885910" | "iso8859101992" | "latin6" | "l6" => other(rs::ISO_8859_10),
        "iso885913" | "latin7" | "l7" => other(rs::ISO_8859_13),
        "iso885914" | "iso8859141998" | "latin8" | "l8" | "isoceltic" => other(rs::ISO_8859_14),
        "iso885915" | "latin9" | "l9" => other(rs::ISO_8859_15),
        "iso885916" | "iso8859162001" | "latin10" | "l10" => other(rs::ISO_8859_16),
        "cp1250" | "1250" | "windows1250" => other(rs::WINDOWS_1250),
        "cp1251" | "1251" | "windows1251" => other(rs::WINDOWS_1251),
        "cp1252" | "1252" | "windows1252" => other(rs::WINDOWS_1252),
        "cp1253" | "1253" | "windows1253" => other(rs::WINDOWS_1253),
        "cp1254" | "1254" | "windows1254" => other(rs::WINDOWS_1254),
        "cp1255" | "1255" | "windows1255" => other(rs::WINDOWS_1255),
        "cp1256" | "1256" | "windows1256" => other(rs::WINDOWS_1256),
        "cp1257" | "1257" | "windows1257" => other(rs::WINDOWS_1257),
        "cp1258" | "1258" | "windows1258" => other(rs::WINDOWS_1258),
        "cp866" | "866" | "ibm866" | "csibm866" => other(rs::IBM866),
        "koi8r" | "cskoi8r" => other(rs::KOI8_R),
        "koi8u" => other(rs::KOI8_U),
        "macroman" | "macintosh" => other(rs::MACINTOSH),
        "maccyrillic" => other(rs::X_MAC_CYRILLIC),
        "shiftjis" | "sjis" | "csshiftjis" | "xmacjapanese" | "cp932" | "932" | "ms932" | "mskanji"
        | "windows31j" => other(rs::SHIFT_JIS),
        "eucjp" | "ujis" => other(rs::EUC_JP),
        "iso2022jp" | "csiso2022jp" => other(rs::ISO_2022_JP),
        "euckr" | "korean" | "ksc5601" | "ksc56011987" | "ksx1001" | "xmackorean" | "cp949" | "949"
        | "ms949" | "uhc" => other(rs::EUC_KR),
        "big5" | "big5tw" | "csbig5" | "xmactradchinese" | "big5hkscs" | "hkscs" | "cp950" | "950"
        | "ms950" => other(rs::BIG5),
        "gb2312" | "chinese" | "csiso58gb231280" | "euccn" | "eucgb2312cn" | "gb23121980" | "gb231280"
        | "isoir58" | "xmacsimpchinese" | "gbk" | "936" | "cp936" | "ms936" => other(rs::GBK),
        "gb18030" | "gb180302000" => other(rs::GB18030),
        "isoir199" => other(rs::ISO_8859_14),
        "isoir226" => other(rs::ISO_8859_16),
        key if is_unsupported(key) => Lookup::Unsupported,
        // The alias groups of the standard's registry are WHATWG labels too: `iso-ir-101`, `csisolatin2` …
        _ => match rs::Encoding::for_label_no_replacement(dashed.as_bytes()) {
            Some(encoding) if encoding.is_ascii_compatible() && encoding != rs::X_USER_DEFINED => {
                other(encoding)
            }
            _ => Lookup::Unknown,
        },
    }
}

fn is_unsupported(key: &str) -> bool {
    let number = ["csibm", "ibm", "cp"].iter().find_map(|vendor| key.strip_prefix(vendor)).unwrap_or(key);
    UNSUPPORTED.contains(&key)
        || UNSUPPORTED.contains(&number)
        || key.starts_with("utf16")
        || key.starts_with("utf32")
}

/// Python's other text codecs, by [`lookup`]'s key, code pages by their number: EBCDIC, DOS, rare Asian
/// and Mac sets, escapes.
const UNSUPPORTED: &[&str] = &[
    "037",
    "039",
    "273",
    "424",
    "437",
    "500",
    "720",
    "737",
    "775",
    "850",
    "852",
    "855",
    "856",
    "857",
    "858",
    "860",
    "861",
    "862",
    "863",
    "864",
    "865",
    "866u",
    "869",
    "875",
    "1006",
    "1026",
    "1051",
    "1125",
    "1140",
    "1361",
    "154",
    "ansi",
    "charmap",
    "cpgr",
    "cpis",
    "cspc775baltic",
    "cspc850multilingual",
    "cspc862latinhebrew",
    "cspc8codepage437",
    "cspcp852",
    "cshproman8",
    "csptcp154",
    "csiso2022kr",
    "cyrillicasian",
    "ebcdiccpbe",
    "ebcdiccpca",
    "ebcdiccpch",
    "ebcdiccphe",
    "ebcdiccpnl",
    "ebcdiccpus",
    "ebcdiccpwt",
    "eucjis2004",
    "eucjisx0213",
    "hproman8",
    "hz",
    "hzgb",
    "hzgb2312",
    "idna",
    "iso2022jp1",
    "iso2022jp2",
    "iso2022jp2004",
    "iso2022jp3",
    "iso2022jpext",
    "iso2022kr",
    "jisx0213",
    "johab",
    "koi8t",
    "kz1048",
    "macarabic",
    "maccenteuro",
    "maccentraleurope",
    "maccroatian",
    "macfarsi",
    "macgreek",
    "maciceland",
    "maclatin2",
    "macromanian",
    "macturkish",
    "mbcs",
    "ms1361",
    "oem",
    "palmos",
    "pt154",
    "ptcp154",
    "punycode",
    "r8",
    "rawunicodeescape",
    "rk1048",
    "roman8",
    "ruscii",
    "shiftjis2004",
    "shiftjisx0213",
    "sjis2004",
    "sjisx0213",
    "strk10482002",
    "u16",
    "u32",
    "u7",
    "undefined",
    "unicode11utf7",
    "unicodebigunmarked",
    "unicodeescape",
    "unicodelittleunmarked",
    "utf7",
];

/// The encoding declared by the comment of PEP 263, with its byte offset: the first match of
/// `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)` on line one, or on line two if line one is blank or a comment.
/// A byte-order mark must be gone already.
pub(crate) fn cookie(bytes: &[u8]) -> Option<(usize, &str)> {
    let mut start = 0;
    for _ in 0..2 {
        let rest = bytes.get(start..)?;
        let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let line = rest.get(..length)?;
        let blank = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
        match line.get(blank) {
            Some(b'#') => {
                if let Some((at, name)) = declared(line) {
                    return Some((start + at, name));
                }
            }
            Some(_) => return None,
            None => {}
        }
        let crlf = rest.get(length..).is_some_and(|end| end.starts_with(b"\r\n"));
        start += length + 1 + usize::from(crlf);
    }
    None
}

/// The encoding that a comment in the first two lines of a text declares, by the name that it has there.
#[must_use]
pub fn declared_encoding(text: &str) -> Option<&str> {
    cookie(text.as_bytes()).map(|(_, name)| name)
}

fn declared(comment: &[u8]) -> Option<(usize, &str)> {
    for found in memchr::memmem::find_iter(comment, b"coding") {
        let after = found + b"coding".len();
        if !matches!(comment.get(after), Some(b':' | b'=')) {
            continue;
        }
        let rest = comment.get(after + 1..)?;
        let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let name = rest.get(spaces..)?;
        let length =
            name.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')).count();
        if length > 0 {
            return Some((after + 1 + spaces, str::from_utf8(name.get(..length)?).ok()?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(name: &str) -> String {
        match lookup(name) {
            Lookup::Known(encoding) => encoding.name().into_owned(),
            Lookup::Unsupported => "unsupported".to_owned(),
            Lookup::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn cookies_follow_the_pep() {
        let found = |text: &'static str| cookie(text.as_bytes()).map(|(at, name)| (at, name.to_owned()));
        let some = |at, name: &str| Some((at, name.to_owned()));
        assert_eq!(found("# -*- coding: latin-1 -*-\n"), some(14, "latin-1"));
        assert_eq!(found("#!/usr/bin/python\r\n# vim: set fileencoding=cp1252 :\r\n"), some(43, "cp1252"));
        assert_eq!(found("\n\t\x0c # coding:\t utf8"), some(15, "utf8"));
        assert_eq!(found("# coding\n#coding=x\n"), some(17, "x"));
        assert_eq!(found("# coding = utf-8\n"), None, "no space before the sign");
        assert_eq!(found("# coding: !\n"), None);
        assert_eq!(found("# coding: ! coding:a\n"), some(19, "a"));
        assert_eq!(found("# codingcoding=k\n"), some(15, "k"));
        assert_eq!(found("#\n#\n# coding: latin-1\n"), None, "third line");
        assert_eq!(found("x = 1 # coding: latin-1\n"), None, "not a comment line");
        assert_eq!(found("x = 1\n# coding: latin-1\n"), None, "line one is code");
        assert_eq!(found("#\r# coding: latin-1\r"), some(12, "latin-1"), "a lone CR ends a line");
        assert_eq!(found(""), None);
    }

    #[test]
    fn names_are_pythons() {
        for (name, expected) in [
            ("UTF8", "utf-8"),
            ("utf_8_sig", "utf-8"),
            ("utf-8-unix", "utf-8"),
            ("Latin_1", "iso-8859-1"),
            ("iso-8859-1-dos", "iso-8859-1"),
            ("L1", "iso-8859-1"),
            ("us-ascii", "ascii"),
            ("ISO-8859-15", "iso-8859-15"),
            ("latin9", "iso-8859-15"),
            ("cp1252", "windows-1252"),
            ("windows-1252", "windows-1252"),
            ("sjis", "shift_jis"),
            ("euc_jp", "euc-jp"),
            ("gb2312", "gbk"),
            ("koi8-r", "koi8-r"),
            ("iso8859-9", "iso-8859-9"),
            ("csISOLatin2", "iso-8859-2"),
            ("iso_ir_199", "iso-8859-14"),
            ("cp437", "unsupported"),
            ("csIBM858", "unsupported"),
            ("mac_centeuro", "unsupported"),
            ("utf-16", "unsupported"),
            ("utf_7", "unsupported"),
            ("klingon", "unknown"),
            ("x-user-defined", "unknown"),
            ("-", "unknown"),
        ] {
            assert_eq!(name_of(name), expected, "{name}");
        }
    }

    #[test]
    fn latin_1_is_not_windows_1252() {
        let all: Vec<u8> = (0..=255).collect();
        let Decoded { text, wrong, lossy } = Encoding::LATIN_1.decode(all.clone());
        assert_eq!((wrong, lossy), (None, false));
        assert!(text.chars().map(u32::from).eq(0..256));
        assert_eq!(Encoding::LATIN_1.encode(&text), Ok(all));
        assert_eq!(Encoding::LATIN_1.encode("a€"), Err('€'));
        let Lookup::Known(turkish) = lookup("latin5") else { panic!("latin5 is known") };
        assert_eq!(turkish.decode(vec![0x80, 0xF0]).text, "\u{80}ğ");
        assert_eq!(turkish.encode("\u{80}ğ"), Ok(vec![0x80, 0xF0]));
        assert_eq!(turkish.encode("€"), Err('€'));
    }
}
