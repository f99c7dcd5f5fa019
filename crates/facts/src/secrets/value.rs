//! Whether a value that is bound to a credential's name is a credential. It must not know how it was bound.

use super::chosen::{self, Look};
use super::names::{self, Class};
use super::words::{
    folded, holds_placeholder, is_dotted_name, is_filler, is_for_development, is_mask, is_placeholder,
    is_public_key, is_usual_password, is_usual_password_in_config, is_uuid, is_wordy, longest_count, words,
};
use crate::SecretPlace;

/// Judgement of a value.
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
    /// A word, where nothing but the name says that it is a password.
    Word,
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
    let command = value.find("$(").is_some_and(|at| value.get(at..).is_some_and(|rest| rest.contains(')')));
    let dollar = value.contains("${") || command || value.starts_with('$') && !value.contains('!');
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

/// The credentials of an `Authorization` header without the scheme in front; none if there is nothing after it.
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

/// Whether a password is stored as the digest of one, which opens nothing: SHA-1 to SHA-512 in hexadecimal digits.
fn is_digest(value: &str) -> bool {
    let hexadecimal = value.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    hexadecimal
        && matches!(value.len(), 40 | 56 | 64 | 96 | 128)
        && value.bytes().any(|b| b.is_ascii_lowercase())
}

/// The lowest entropy, in bits a character, of a credential.
const FLOOR: f64 = 2.5;
const LONGEST: usize = 1024;

/// Circumstances of a value besides its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position<'a> {
    /// The name that it is bound to; empty where the position alone decides.
    pub(super) name: &'a str,
    pub(super) class: Class,
    pub(super) place: SecretPlace,
    /// Whether it was not quoted, or is in prose, so that only what looks random counts.
    pub(super) loose: bool,
    /// Whether it is what something is compared with.
    pub(super) compared: bool,
    /// Whether the place expects a password in any case: it is given with a user, or sets a variable.
    pub(super) expected: bool,
}

/// Judges a value.
pub(super) fn judge(value: &str, position: &Position) -> Verdict {
    let &Position { name, class, place, loose, compared, expected } = position;
    let config = place == SecretPlace::Config;
    let password = class.is_password() && !loose;
    if value.is_empty() || value.len() > LONGEST || is_mask(value) {
        return Verdict::None;
    }
    if is_filler(value) && !(password && config && is_usual_password(value)) {
        return Verdict::None;
    }
    if value.chars().any(|c| c.is_control()) || value.contains('\\') && !class.is_password() {
        return Verdict::None;
    }
    // By convention anybody may log in so.
    if value.to_lowercase().starts_with("anonymous") || value.eq_ignore_ascii_case("anon@") {
        return Verdict::None;
    }
    if !loose && (is_placeholder(value) || class == Class::Key && is_change_me(value)) {
        // Whoever compares with it refuses it.
        return if compared { Verdict::None } else { Verdict::Placeholder };
    }
    if interpolation(value) == Interpolation::Some
        || loose && value.contains(['{', '}', '[', ']', '<', '>', '$'])
    {
        return Verdict::None;
    }
    if password && is_default(value, position) {
        let refused = compared && (is_change_me(value) || chosen::is_of_field(value));
        return if refused { Verdict::None } else { Verdict::Default };
    }
    if password && is_digest(value) {
        return Verdict::None;
    }
    if value.starts_with("django-insecure-") {
        return Verdict::Doubtful;
    }
    let own =
        class == Class::Key && names::is_own_key(name) && !says(name, value) && chosen::is_phrase(value);
    if own && !loose && !compared {
        let set = matches!(place, SecretPlace::Code | SecretPlace::Fallback | SecretPlace::Config);
        return if set { Verdict::Doubtful } else { Verdict::None };
    }
    if is_no_value(value) || is_public_key(value) {
        return Verdict::None;
    }
    if name_says(name, value, class) {
        // `mypassword`, given with a user
        let letters = value.bytes().all(|byte| byte.is_ascii_alphabetic());
        let small = value.bytes().all(|byte| byte.is_ascii_lowercase());
        // `SuperSafePassword`; an attribute is called `userPassword`.
        let long = letters && value.starts_with(|c: char| c.is_uppercase()) && words(value).len() >= 3;
        let own = (small || long && chosen::is_bare(value)) && value.len() >= folded(name).len() + 2;
        return if password && expected && own { Verdict::Doubtful } else { word(value, position) };
    }
    if is_uuid(value) {
        return Verdict::Doubtful;
    }
    if password {
        return match chosen::look(value) {
            Look::Password => Verdict::Credential,
            Look::Word if expected && config && !names_a_place(value) => Verdict::Credential,
            Look::Word if expected => Verdict::Doubtful,
            Look::Word | Look::None => word(value, position),
        };
    }
    // `secret = "Kitchen2031"`: a secret may be chosen too.
    let chosen = !loose && names::is_secret(name) && value.bytes().filter(u8::is_ascii_digit).count() >= 2;
    if chosen && chosen::look(value) == Look::Password && !is_made_up(value) {
        return Verdict::Credential;
    }
    if is_wordy(value) || is_dotted_name(value) || holds_placeholder(value) || entropy(value) < FLOOR {
        return Verdict::None;
    }
    if longest_count(value) * 2 >= value.len() {
        return Verdict::None;
    }
    if is_random(value) { Verdict::Credential } else { Verdict::None }
}

/// The verdict on a word that a literal binds to the name of a password, or that is given with a user by position.
fn word(value: &str, position: &Position) -> Verdict {
    let &Position { name, class, place, loose, compared, expected } = position;
    // Tests pass and fail: `{"pass": "…", "fail": "…"}`.
    let bound = if name.is_empty() {
        expected && !value.contains('_')
    } else {
        !matches!(name, "pass" | "Pass" | "PASS")
    };
    let told = matches!(place, SecretPlace::Code | SecretPlace::Fallback | SecretPlace::Config)
        && !(compared && says(name, value));
    let is_word = class.is_password() && !loose && bound && told && chosen::is_bare_word(value);
    if is_word { Verdict::Word } else { Verdict::None }
}

/// Whether everybody knows the password that a value is.
fn is_default(value: &str, position: &Position) -> bool {
    let &Position { name, place, expected, .. } = position;
    if is_label(value) {
        return false;
    }
    if is_for_development(value, name) {
        return true;
    }
    if place == SecretPlace::Config {
        // `password: password` repeats its key.
        return is_usual_password_in_config(value) && (folded(name) != folded(value) || is_variable(name));
    }
    let repeats = says(name, value) || names::class(value).is_some();
    // In code `password="passwd"` names a parameter.
    is_usual_password(value) && (!repeats || expected || place == SecretPlace::Fallback)
}

/// Whether a name is written like that of a variable of the environment.
fn is_variable(name: &str) -> bool {
    name.contains('_')
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// `Password`, as on a screen.
fn is_label(value: &str) -> bool {
    value.starts_with(|c: char| c.is_uppercase())
        && value.chars().skip(1).all(|c| c.is_lowercase())
        && chosen::is_of_field(value)
}

/// Whether a word says where the value is kept: `keyring`, `vault`.
fn names_a_place(value: &str) -> bool {
    matches!(value.to_lowercase().as_str(), "vault" | "keyring" | "keychain" | "pass" | "gopass" | "agent")
}

fn is_change_me(value: &str) -> bool {
    matches!(folded(value).as_str(), "changeme" | "changethis" | "replaceme" | "fixme")
}

/// Whether a value merely repeats the name: `JWT_TOKEN = "jwt_token"`.
fn says(name: &str, value: &str) -> bool {
    let (name, value) = (folded(name), folded(value));
    !value.is_empty() && !name.is_empty() && (name.contains(&value) || value.contains(&name))
}

/// The same; a password may hold the word with more than a number after it: `MyPassword2031`.
fn name_says(name: &str, value: &str, class: Class) -> bool {
    let marks = value.bytes().filter(|byte| byte.is_ascii_digit() || b"!@#$%^&*?+".contains(byte)).count();
    says(name, value) && !(class.is_password() && marks >= 2 && folded(value).len() >= folded(name).len() + 3)
}

/// Paths, addresses, references to where the value is kept, sentences.
fn is_no_value(value: &str) -> bool {
    let lower = value.to_lowercase();
    let spaces = value.bytes().filter(|&byte| byte == b' ').count();
    let sentence = (spaces >= 2 || spaces == 1 && !value.bytes().any(|byte| byte.is_ascii_digit()))
        && !chosen::is_in_groups(value);
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
        // Enciphered or hashed values.
        "__encrypt",
        "encrypted:",
        "{cipher}",
        "{sha",
        "{ssha",
        "{crypt",
        "gaaaaa",
        "pbkdf2",
        "argon2",
        "bcrypt",
        "scrypt:",
        "sealed:",
        "kms:",
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

/// Whether a value counts on, or says that it stands for one.
fn is_made_up(value: &str) -> bool {
    longest_count(value) * 2 >= value.len() || holds_placeholder(value) && is_wordy(value)
}

/// How many of lower case, capitals, digits and other characters occur.
fn classes(value: &str) -> usize {
    let has = |test: fn(&u8) -> bool| usize::from(value.bytes().any(|byte| test(&byte)));
    has(u8::is_ascii_lowercase)
        + has(u8::is_ascii_uppercase)
        + has(u8::is_ascii_digit)
        + usize::from(value.bytes().any(|byte| !byte.is_ascii_alphanumeric()))
}

/// Whether it looks drawn at random.
pub(super) fn is_random(value: &str) -> bool {
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
        judge(value, &at("password", Class::Password))
    }

    fn at(name: &str, class: Class) -> Position<'_> {
        Position { name, class, place: SecretPlace::Code, loose: false, compared: false, expected: false }
    }

    #[test]
    fn passwords() {
        for value in
            ["q8#Lk2!vZp0w", "Winter2024!", "S3cr3tP@ss!x", "hunter2!x", "Kitchen2019", "abkd efqh ijxl mnzp"]
        {
            assert_eq!(password(value), Verdict::Credential, "{value}");
        }
        for value in [
            "",
            "enter your password",
            "/etc/shadow",
            "********",
            "a.b.C",
            "correct horse battery",
            "text",
            "wrong-password",
            "utf-8",
            "ssword",
            "anonymous@",
        ] {
            assert_eq!(password(value), Verdict::None, "{value}");
        }
        for value in ["id_password", "password2", "infoblox", "cat"] {
            assert_eq!(password(value), Verdict::Word, "{value}");
        }
        for value in ["changeme", "change-me", "admin", "toor", "dev_password"] {
            assert_eq!(password(value), Verdict::Default, "{value}");
        }
        assert_eq!(password("your-password-here"), Verdict::Placeholder);
    }

    #[test]
    fn what_stands_beside_counts() {
        let with_user = |value| judge(value, &Position { expected: true, ..at("password", Class::Password) });
        assert_eq!(with_user("infoblox"), Verdict::Doubtful);
        assert_eq!(with_user("secret"), Verdict::Default);
        assert_eq!(with_user("text"), Verdict::None);
        let key = |name, value| judge(value, &at(name, Class::Key));
        for value in ["hard to guess string", "topsecret", "test-secret"] {
            assert_eq!(key("SECRET_KEY", value), Verdict::Doubtful, "{value}");
        }
        for (name, value) in
            [("SECRET_KEY", "secret_key"), ("SECRET_KEY", "SECRET_KEY_NAME"), ("api_key", "topsecret")]
        {
            assert_eq!(key(name, value), Verdict::None, "{name} {value}");
        }
        assert_eq!(key("secret", "Kitchen2031"), Verdict::Credential);
        assert_eq!(key("token", "Kitchen2031"), Verdict::None);
        let compared = |value| judge(value, &Position { compared: true, ..at("api_key", Class::Key) });
        assert_eq!(compared("YOUR_API_KEY_HERE"), Verdict::None);
        let config =
            |name, value| judge(value, &Position { place: SecretPlace::Config, ..at(name, Class::Password) });
        assert_eq!(config("password", "Password"), Verdict::None);
        assert_eq!(config("password", "password"), Verdict::Word);
        assert_eq!(config("POSTGRES_PASSWORD", "password"), Verdict::Default);
    }

    #[test]
    fn entropy_is_that_of_the_characters() {
        assert!(entropy("aaaa").abs() < 1e-9);
        assert!((entropy("abcd") - 2.0).abs() < 1e-9);
    }
}
