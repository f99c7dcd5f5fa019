//! Whether a value is a password that somebody chose: a word with digits, one with signs, groups of letters.
//! It must not know names, nor where a value was found.

use super::value::entropy;
use super::words::{folded, is_dotted_name, is_wordy, words};

/// How much a value looks like a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// It is none.
    None,
    /// A word, as a password may be one too.
    Word,
    /// Nobody would write it but as a password.
    Password,
}

/// Signs that people put into passwords, and hardly into anything else.
const SIGNS: &[char] = &['!', '@', '#', '$', '%', '^', '&', '*', '?', '+', '~'];

/// Words for kinds of fields, types, states and answers, in lower case: they occur where a password might.
const OF_FIELDS: &[&str] = &[
    "ask",
    "auto",
    "basic",
    "bearer",
    "blank",
    "bool",
    "boolean",
    "bytes",
    "char",
    "correct",
    "credentials",
    "default",
    "deny",
    "disabled",
    "empty",
    "enabled",
    "encrypted",
    "env",
    "environment",
    "false",
    "field",
    "file",
    "hash",
    "hashed",
    "hidden",
    "input",
    "int",
    "integer",
    "invalid",
    "keychain",
    "keyring",
    "label",
    "login",
    "manual",
    "masked",
    "missing",
    "name",
    "never",
    "nil",
    "no",
    "none",
    "null",
    "number",
    "object",
    "off",
    "ok",
    "on",
    "optional",
    "pass",
    "passphrase",
    "passwd",
    "password",
    "passwort",
    "plain",
    "plaintext",
    "private",
    "prompt",
    "protected",
    "public",
    "pw",
    "pwd",
    "random",
    "redacted",
    "required",
    "restricted",
    "secret",
    "secrets",
    "secure",
    "set",
    "str",
    "string",
    "text",
    "token",
    "true",
    "type",
    "undefined",
    "unknown",
    "unset",
    "username",
    "value",
    "varchar",
    "write",
    "wrong",
    "yes",
];

/// Names of algorithms, encodings and the like that end in digits.
const OF_ALGORITHMS: &[&str] = &[
    "aes", "argon", "base", "blake", "des", "ed", "es", "hs", "hmacsha", "http", "ipv", "iso", "latin", "md",
    "oauth", "pbkdf", "python", "ps", "ripemd", "rot", "rs", "rsa", "scram", "sha", "sslv", "tlsv", "utf",
    "wpa", "wep", "win", "x",
];

/// Words that say of a value that it is made up.
const MADE_UP: &[&str] = &[
    "bar",
    "baz",
    "bogus",
    "changeme",
    "dummy",
    "example",
    "fake",
    "foo",
    "foobar",
    "mock",
    "placeholder",
    "replace",
    "replaceme",
    "sample",
    "some",
    "test",
    "testing",
    "tests",
    "todo",
    "whatever",
    "xxx",
    "your",
];

/// Whether a word names a kind of field, a type or a state.
pub(super) fn is_of_field(value: &str) -> bool {
    OF_FIELDS.binary_search(&value.to_lowercase().as_str()).is_ok()
}

/// Words for what is refused: who writes them expects that nobody is let in.
const REFUSED: &[&str] = &[
    "bad",
    "bogus",
    "dummy",
    "fake",
    "incorrect",
    "invalid",
    "mismatch",
    "mistake",
    "nope",
    "not",
    "other",
    "wrong",
];
/// Words for passwords, which are used as passwords too.
const OF_PASSWORDS: &[&str] = &["pass", "passphrase", "passwd", "password", "pw", "pwd", "secret"];

/// Whether a value is a word, or several in any spelling, that somebody wrote for a key: `hard-to-guess`, `topsecret`.
pub(super) fn is_phrase(value: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ' | b'!' | b'\'');
    (4..=64).contains(&value.len())
        && value.bytes().all(plain)
        && value.bytes().any(|byte| byte.is_ascii_alphabetic())
        && (!is_of_field(value) || value == "secret")
        && !value.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'0'..=b'9'))
        && !is_refused(value)
}

/// Whether a text says that it is not accepted.
fn is_refused(value: &str) -> bool {
    let said = words(value);
    let refused = |word: &String| REFUSED.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit()));
    let joined = said.concat();
    said.iter().any(refused) || ["wrong", "invalid", "incorrect"].iter().any(|word| joined.contains(word))
}

/// Whether letters stand for a password that is not refused.
pub(super) fn is_bare(value: &str) -> bool {
    !is_of_field(value) && !is_refused(value)
}

/// Whether a value is a word, or several that are joined, as people write them for the passwords of tests; not one that
/// names a kind of field, nor one that is meant to be refused.
pub(super) fn is_bare_word(value: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'!');
    let small =
        value.starts_with(|c: char| c.is_ascii_lowercase()) || value.bytes().any(|b| b.is_ascii_digit());
    (3..=40).contains(&value.len())
        && value.bytes().all(plain)
        && value.bytes().any(|byte| byte.is_ascii_alphabetic())
        && small
        && (!is_of_field(value) || OF_PASSWORDS.contains(&value))
        && !is_refused(value)
        // `password.encode("utf-8")`
        && !OF_ALGORITHMS.contains(&folded(value).trim_end_matches(|c: char| c.is_ascii_digit()))
        // What a terminal asks for is looked for without its first letter.
        && !matches!(value, "assword" | "ssword" | "assphrase")
}

/// Looks at a value without blanks at its ends.
pub(super) fn look(value: &str) -> Look {
    let length = value.chars().count();
    if !(4..=128).contains(&length) || is_of_field(value) {
        return Look::None;
    }
    if is_in_groups(value) {
        return Look::Password;
    }
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    if letters == 0 {
        // A number of one's own: `4711`.
        return if digits == length { Look::Word } else { Look::None };
    }
    if is_dotted_name(value) || is_call_or_pattern(value) {
        return Look::None;
    }
    let signs = value.chars().filter(|c| SIGNS.contains(c)).count();
    // `Wrong!`, `Really?`
    let exclaims = digits == 0 && value.trim_end_matches(['!', '?', '.']).chars().all(is_of_word);
    if signs > 0 && !exclaims {
        return if made_up(value) { Look::Word } else { Look::Password };
    }
    if exclaims && signs > 0 {
        return Look::None;
    }
    if value.contains(' ') && digits == 0 {
        return Look::None;
    }
    if digits > 0 {
        return with_digits(value, letters, digits);
    }
    if is_wordy(value) {
        return word(value);
    }
    let odd = length >= 8 && entropy(value) >= 2.5;
    if odd && !made_up(value) { Look::Password } else { Look::Word }
}

fn is_of_word(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '-' | '_' | '\'' | ' ')
}

/// Four groups of four letters, as providers of mail make passwords for programs; the like of other lengths.
pub(super) fn is_in_groups(value: &str) -> bool {
    let by = |separator: char| {
        let groups: Vec<&str> = value.split(separator).collect();
        let first = groups.first().map_or(0, |group| group.len());
        let alike =
            |group: &&str| group.len() == first && group.bytes().all(|byte| byte.is_ascii_lowercase());
        groups.len() >= 4 && (4..=5).contains(&first) && groups.iter().all(alike)
    };
    // Of English words two letters in five are vowels.
    let vowels = value.bytes().filter(|byte| b"aeiou".contains(byte)).count();
    (by(' ') || by('-')) && vowels * 10 <= value.len() * 3
}

/// Parts of code: calls, formats, lists.
fn is_call_or_pattern(value: &str) -> bool {
    value.contains(['(', ')', '[', ']', '{', '}', '<', '>', '"', '\'', '`', '|', '\\'])
        || value.contains("%s")
        || value.contains("://")
        || value.starts_with(['-', '/', '.', ':', '='])
}

fn made_up(value: &str) -> bool {
    words(value).iter().any(|word| {
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        MADE_UP.contains(&word) || word.starts_with("test") || word.ends_with("test")
    }) || value.to_lowercase().starts_with("abc")
}

/// Letters with digits, and separators perhaps.
fn with_digits(value: &str, letters: usize, digits: usize) -> Look {
    let folded = folded(value);
    let stem = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    if OF_ALGORITHMS.contains(&stem) || is_of_field(stem) || value.starts_with("0x") {
        return Look::None;
    }
    // `2024-01-02T10:00`, `10.0.0.1`, `1.2.3rc1`, `30s`
    let measured = letters <= 3 && value.starts_with(|c: char| c.is_ascii_digit()) && digits + letters <= 4;
    let version = value.matches('.').count() >= 2 || value.contains(':') && letters < 3;
    if measured || version || value.contains(['/', ',', ';', '=']) && is_wordy(value) {
        return Look::None;
    }
    let joined = value.contains(['_', '-', '.', ' ', ':']);
    let short = value.len() < 6;
    if made_up(value) || short || joined && digits == 1 && is_wordy(value) {
        Look::Word
    } else {
        Look::Password
    }
}

/// A word or several: as a password at best one of small letters, with hyphens between them.
fn word(value: &str) -> Look {
    let plain = value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let capital = value.starts_with(|c: char| c.is_ascii_uppercase())
        && value.bytes().skip(1).all(|byte| byte.is_ascii_lowercase());
    let about = value.split('-').any(is_of_field);
    if (plain || capital) && !about && !made_up(value) { Look::Word } else { Look::None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(OF_FIELDS.is_sorted());
    }

    #[test]
    fn passwords_that_people_choose() {
        for value in [
            "inspection24",
            "Kitchen2019",
            "hunter2",
            "abkd efqh ijxl mnzp",
            "q8#Lk2!vZp0w",
            "kT9#vRw2Lq",
            "Winter2024!",
            "p@ssw0rt",
            "graywhale81",
            "kTvRwLqZ",
            "dog+cat",
            "blue-42-whale",
        ] {
            assert_eq!(look(value), Look::Password, "{value}");
        }
        assert_eq!((look("bogus"), look("my-dummy")), (Look::None, Look::None));
        for value in ["infoblox", "changepw", "screaming-firehawks", "test1234", "foo-42", "4711", "ab12"] {
            assert_eq!(look(value), Look::Word, "{value}");
        }
        for value in [
            "text",
            "Password",
            "hidden",
            "sha256",
            "utf8",
            "a.b.C",
            "Wrong-password!",
            "what is it",
            "user_name",
            "DB_USER",
            "abc",
            "10.0.0.1b",
            "30s",
            "f(x1)",
            "password2",
            "db/users/42",
            "--flag1",
            "{x1}",
        ] {
            assert_eq!(look(value), Look::None, "{value}");
        }
    }
}
