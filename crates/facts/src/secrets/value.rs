//! Whether a value that is bound to a credential's name is a credential. It must not know how it was bound.

use super::names::{self, Class};
use super::words::{
    folded, holds_placeholder, is_dotted_name, is_filler, is_mask, is_placeholder, is_usual_password,
    is_usual_password_in_config, is_uuid, is_wordy, words,
};
use crate::SecretPlace;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// No secret.
    None,
    /// One.
    Credential,
    /// One perhaps: a UUID, a framework's own insecure default.
    Doubtful,
    /// One that everybody knows.
    Default,
    /// A text that asks to be replaced.
    Placeholder,
}

/// Whether a text takes its value from somewhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interpolation {
    /// It does not.
    None,
    /// It does.
    Some,
}

/// Marks of templates: `${X}`, `{{ x }}`, `%(x)s`, `<x>`, `$X`, `{x}`.
pub(super) fn interpolation(value: &str) -> Interpolation {
    let both = |open: char, close: char| {
        value.find(open).is_some_and(|at| value.get(at..).is_some_and(|rest| rest.contains(close)))
    };
    let percent = ["%s", "%d", "%r", "%("].iter().any(|mark| value.contains(mark));
    let dollar =
        value.contains("${") || value.contains("$(") || value.starts_with('$') && !value.contains('!');
    let variable = value.starts_with('%') && value.ends_with('%') && value.len() > 2;
    let template = both('{', '}') || both('<', '>') || percent || dollar || variable;
    if template { Interpolation::Some } else { Interpolation::None }
}

/// Shannon's entropy of the characters, in bits a character.
pub(super) fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[byte as usize] += 1;
    }
    let length = value.len() as f64;
    let share = counts.iter().filter(|&&count| count > 0).map(|&count| f64::from(count) / length);
    -share.map(|p| p * p.log2()).sum::<f64>()
}

/// The credentials of an `Authorization` header without the scheme in front; none if there is nothing behind it.
pub(super) fn without_scheme(value: &str) -> Option<&str> {
    const SCHEMES: [&str; 8] = ["bearer", "basic", "token", "apikey", "api-key", "bot", "key", "oauth"];
    match value.split_once(' ') {
        Some((scheme, rest)) if SCHEMES.contains(&scheme.to_lowercase().as_str()) => {
            let rest = rest.trim();
            (!rest.is_empty() && !rest.contains(' ')).then_some(rest)
        }
        Some(_) => None,
        None => Some(value),
    }
}

/// The lowest entropy, in bits a character, of a credential.
const FLOOR: f64 = 2.5;
const LONGEST: usize = 1024;

/// Judges a value. `loose`: it was not quoted, or stands in prose, so that only what looks random counts.
pub(super) fn judge(value: &str, name: &str, class: Class, place: SecretPlace, loose: bool) -> Verdict {
    let config = place == SecretPlace::Config;
    if value.is_empty() || value.len() > LONGEST || is_filler(value) || is_mask(value) {
        return Verdict::None;
    }
    if value.chars().any(|c| c.is_control()) || value.contains('\\') && !class.is_password() {
        return Verdict::None;
    }
    if !loose && (is_placeholder(value) || class == Class::Key && is_change_me(value)) {
        return Verdict::Placeholder;
    }
    if interpolation(value) == Interpolation::Some {
        return Verdict::None;
    }
    if class.is_password() && !loose {
        let own_name = name_says(name, value);
        let usual = if config {
            is_usual_password_in_config(value)
        } else {
            // In code `password="passwd"` names a parameter.
            is_usual_password(value)
                && (!own_name && names::class(value).is_none() || place == SecretPlace::Fallback)
        };
        if usual {
            return Verdict::Default;
        }
    }
    if value.starts_with("django-insecure-") {
        return Verdict::Doubtful;
    }
    if is_no_value(value) || name_says(name, value) {
        return Verdict::None;
    }
    if is_uuid(value) {
        return Verdict::Doubtful;
    }
    if is_wordy(value) || is_dotted_name(value) || holds_placeholder(value) || entropy(value) < FLOOR {
        return Verdict::None;
    }
    let strong = if class.is_password() && !loose { is_password(value) } else { is_random(value) };
    if strong { Verdict::Credential } else { Verdict::None }
}

fn is_change_me(value: &str) -> bool {
    matches!(folded(value).as_str(), "changeme" | "changethis" | "replaceme" | "fixme")
}

/// Whether a value merely repeats the name: `JWT_TOKEN = "jwt_token"`.
fn name_says(name: &str, value: &str) -> bool {
    let (name, value) = (folded(name), folded(value));
    !value.is_empty() && !name.is_empty() && (name.contains(&value) || value.contains(&name))
}

/// Paths, addresses, references to where the value is kept, sentences.
fn is_no_value(value: &str) -> bool {
    let lower = value.to_lowercase();
    let spaces = value.bytes().filter(|&byte| byte == b' ').count();
    let sentence = spaces >= 2 || spaces == 1 && !value.bytes().any(|byte| byte.is_ascii_digit());
    let bracketed = value.starts_with(['[', '(', '<', '{']) && value.ends_with([']', ')', '>', '}']);
    let path = value.starts_with(['/', '~']) && value.get(1..).is_some_and(|rest| rest.contains(['/', '.']))
        || value.starts_with("./")
        || value.starts_with("../")
        || value.get(1..3) == Some(":\\");
    let file = [
        ".txt", ".json", ".pem", ".key", ".py", ".html", ".yml", ".yaml", ".crt", ".cfg", ".ini", ".jwt",
        ".env",
    ];
    let elsewhere = [
        "enc[",
        "enc(",
        "vault:",
        "arn:",
        "projects/",
        "env:",
        "env.",
        "file:",
        "secret:",
        "ref+",
        "op://",
        "!vault",
    ];
    sentence
        || bracketed
        || path
        || value.contains("://")
        || value.starts_with(['@', '#', '^'])
        || value.contains("(?")
        || value.contains("[^")
        || value.contains("=\"")
        || file.iter().any(|end| lower.ends_with(end))
        || elsewhere.iter().any(|start| lower.starts_with(start))
        // An e-mail address.
        || value.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && is_wordy(host) && user.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
        })
}

/// How many of lower case, capitals, digits and other characters occur.
fn classes(value: &str) -> usize {
    let has = |test: fn(&u8) -> bool| usize::from(value.bytes().any(|byte| test(&byte)));
    has(u8::is_ascii_lowercase)
        + has(u8::is_ascii_uppercase)
        + has(u8::is_ascii_digit)
        + usize::from(value.bytes().any(|byte| !byte.is_ascii_alphanumeric()))
}

/// Whether people would choose it as a password.
fn is_password(value: &str) -> bool {
    let letters = value.bytes().any(|byte| byte.is_ascii_alphabetic());
    (6..=128).contains(&value.chars().count())
        && letters
        && (classes(value) >= 2 || value.len() >= 12)
        // A word with a number behind it, of which there are too many in tests.
        && !(classes(value) == 2 && words(value).len() == 1 && value.len() < 8)
}

/// Whether it looks drawn at random.
fn is_random(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let mixed = classes(value) >= 3;
    if value.len() < 10 || letters < 2 {
        return false;
    }
    // In 40 hexadecimal digits about 25 are decimal; in base64 one in six is.
    let floor = if mixed { 2.75 } else { 3.0 };
    (digits >= 2 || digits == 1 && mixed) && entropy(value) >= floor && !value.contains(' ')
        || value.len() >= 20 && mixed && entropy(value) >= 3.5 && !value.contains(' ')
        || value.len() >= 20 && entropy(value) >= 3.2 && !value.contains(' ') && letters == value.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(value: &str) -> Verdict {
        judge(value, "password", Class::Password, SecretPlace::Code, false)
    }

    #[test]
    fn passwords() {
        for value in ["q8#Lk2!vZp0w", "Winter2024!", "S3cr3tP@ss!x", "hunter2!x"] {
            assert_eq!(password(value), Verdict::Credential, "{value}");
        }
        for value in [
            "",
            "id_password",
            "enter your password",
            "/etc/shadow",
            "********",
            "a.b.C",
            "correct horse battery",
        ] {
            assert_eq!(password(value), Verdict::None, "{value}");
        }
        for value in ["changeme", "change-me", "admin", "toor"] {
            assert_eq!(password(value), Verdict::Default, "{value}");
        }
        assert_eq!(password("your-password-here"), Verdict::Placeholder);
    }

    #[test]
    fn entropy_is_that_of_the_characters() {
        assert!(entropy("aaaa").abs() < 1e-9);
        assert!((entropy("abcd") - 2.0).abs() < 1e-9);
    }
}
