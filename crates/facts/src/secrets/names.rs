//! Which names mean a credential. It must not know values.

use super::words::words;

/// Class of credential that a name promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Class {
    /// Something that people choose.
    Password,
    /// Something that is drawn at random.
    #[default]
    Key,
    /// The value of an `Authorization` header.
    Header,
}

impl Class {
    pub(super) fn is_password(self) -> bool {
        self == Self::Password
    }
}

const PASSWORDS: &[&str] = &["password", "passwd", "passwort", "passphrase", "passcode", "pwd"];
const SECRETS: &[&str] = &[
    "secret",
    "secrets",
    "token",
    "tokens",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "authkey",
    "credential",
    "credentials",
    "authtoken",
    "accesstoken",
    "jwt",
];
/// Words that make a `key` a secret one.
const SECRET_KEYS: &[&str] = &[
    "access",
    "account",
    "aes",
    "api",
    "app",
    "application",
    "auth",
    "client",
    "consumer",
    "crypt",
    "deploy",
    "encrypt",
    "encryption",
    "fernet",
    "hash",
    "hmac",
    "host",
    "jwt",
    "license",
    "master",
    "merchant",
    "password",
    "primary",
    "priv",
    "private",
    "root",
    "secondary",
    "secret",
    "security",
    "server",
    "service",
    "session",
    "shared",
    "signature",
    "signing",
    "storage",
    "subscription",
    "webhook",
];
/// Words after a credential's that make the name that of something about it.
const ABOUT: &[&str] = &[
    "algorithm",
    "alg",
    "alias",
    "args",
    "attempts",
    "attr",
    "attribute",
    "audience",
    "backend",
    "block",
    "button",
    "callback",
    "chars",
    "characters",
    "check",
    "checker",
    "class",
    "cls",
    "code",
    "column",
    "command",
    "config",
    "context",
    "cookie",
    "count",
    "counter",
    "date",
    "days",
    "decorator",
    "description",
    "dict",
    "dir",
    "directory",
    "doc",
    "encoding",
    "encryption",
    "endpoint",
    "engine",
    "entropy",
    "env",
    "envvar",
    "error",
    "errors",
    "exception",
    "expiration",
    "expired",
    "expires",
    "expiry",
    "factory",
    "family",
    "field",
    "fields",
    "file",
    "filename",
    "filter",
    "flag",
    "flow",
    "form",
    "format",
    "func",
    "function",
    "generator",
    "group",
    "handler",
    "hasher",
    "hashers",
    "header",
    "help",
    "hint",
    "hours",
    "id",
    "ids",
    "index",
    "input",
    "issuer",
    "kind",
    "label",
    "len",
    "length",
    "lifetime",
    "limit",
    "list",
    "loader",
    "location",
    "lookup",
    "manager",
    "map",
    "mapping",
    "max",
    "message",
    "method",
    "min",
    "mode",
    "model",
    "module",
    "msg",
    "name",
    "names",
    "num",
    "number",
    "object",
    "option",
    "options",
    "param",
    "parameter",
    "params",
    "path",
    "pattern",
    "placeholder",
    "plugin",
    "policy",
    "position",
    "prefix",
    "prompt",
    "property",
    "provider",
    "re",
    "reference",
    "regex",
    "regexp",
    "role",
    "rule",
    "salt",
    "schema",
    "scheme",
    "scope",
    "scopes",
    "separator",
    "service",
    "size",
    "state",
    "status",
    "store",
];
const ABOUT_MORE: &[&str] = &[
    "string_format",
    "strategy",
    "suffix",
    "table",
    "tag",
    "template",
    "text",
    "timeout",
    "title",
    "ttl",
    "type",
    "types",
    "uri",
    "url",
    "urls",
    "usage",
    "use",
    "user",
    "username",
    "util",
    "utils",
    "validator",
    "validators",
    "var",
    "variable",
    "verbose",
    "version",
    "view",
    "widget",
    "strength",
    "storage",
    "source",
];
/// Words in front that make a token something else: of a vocabulary, a parser, a page, or a mere example.
const HARMLESS: &[&str] = &[
    "allow",
    "bad",
    "begin",
    "bos",
    "change",
    "close",
    "cls",
    "continuation",
    "csrf",
    "csrfmiddleware",
    "current",
    "cursor",
    "disable",
    "dummy",
    "enable",
    "end",
    "eos",
    "example",
    "fake",
    "forget",
    "forgot",
    "has",
    "hide",
    "image",
    "invalid",
    "is",
    "last",
    "mask",
    "max",
    "min",
    "missing",
    "mock",
    "next",
    "no",
    "num",
    "number",
    "open",
    "pad",
    "page",
    "pagination",
    "pre",
    "prev",
    "previous",
    "prompt",
    "pub",
    "public",
    "requires",
    "reset",
    "resume",
    "sample",
    "sep",
    "show",
    "special",
    "start",
    "stop",
    "sub",
    "sync",
    "unk",
    "use",
    "word",
    "wrong",
    "xsrf",
    "audio",
];

/// Class of credential that a name promises; none if it is no credential's.
pub(super) fn class(name: &str) -> Option<Class> {
    let words = words(name);
    let (at, class) = credential(&words)?;
    if words.iter().take(at).any(|word| HARMLESS.contains(&word.as_str())) {
        return None;
    }
    let behind = words.get(at + 1..).unwrap_or_default();
    let about = |word: &String| {
        ABOUT.contains(&word.as_str())
            || ABOUT_MORE.contains(&word.as_str())
            || matches!(word.as_str(), "key" | "keys" | "hash" | "iv" | "nonce" | "pubkey")
    };
    if behind.last().is_some_and(about) {
        return None;
    }
    Some(class)
}

/// Whether a name ends with `secret`, whose value may be a password that somebody chose.
pub(super) fn is_secret(name: &str) -> bool {
    words(name).last().is_some_and(|last| last.trim_end_matches(|c: char| c.is_ascii_digit()) == "secret")
}

/// Whether a name is that of a key which a program makes up for itself, to sign or to encipher: any text works as one.
pub(super) fn is_own_key(name: &str) -> bool {
    let words = words(name);
    let (last, before) = match words.as_slice() {
        [.., before, last] => (last.as_str(), before.as_str()),
        _ => return name.eq_ignore_ascii_case("secretkey"),
    };
    match last {
        "key" => matches!(before, "secret" | "signing" | "encryption" | "session"),
        "secret" => matches!(before, "jwt" | "session" | "cookie" | "signing"),
        _ => false,
    }
}

/// The last word that means a credential, and what it means.
fn credential(words: &[String]) -> Option<(usize, Class)> {
    let ends = |word: &str, list: &[&str]| list.iter().any(|end| word.ends_with(end));
    for (at, word) in words.iter().enumerate().rev() {
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let last = at + 1 == words.len();
        if ends(word, PASSWORDS) || (last && matches!(word, "pass" | "pw" | "userpass" | "dbpass")) {
            return Some((at, Class::Password));
        }
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        if word == "key" && before.is_some_and(|before| SECRET_KEYS.contains(&before.as_str())) {
            return Some((at, Class::Key));
        }
        if ends(word, SECRETS) {
            return Some((at, Class::Key));
        }
        if matches!(word, "authorization" | "authorisation") {
            return last.then_some((at, Class::Header));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials() {
        for name in [
            "password",
            "DB_PASSWORD",
            "user_pass",
            "dbPassword",
            "passwd",
            "smtp_pwd",
            "old_password",
            "password2",
        ] {
            assert_eq!(class(name), Some(Class::Password), "{name}");
        }
        for name in [
            "token",
            "API_KEY",
            "apiKey",
            "SECRET_KEY",
            "X-Api-Key",
            "client_secret",
            "AWS_SECRET_ACCESS_KEY",
            "slack_token",
        ] {
            assert_eq!(class(name), Some(Class::Key), "{name}");
        }
        assert_eq!(class("Authorization"), Some(Class::Header));
    }

    #[test]
    fn names_of_other_things() {
        for name in [
            "PASSWORD_FIELD",
            "token_type",
            "pad_token",
            "next_token",
            "csrf_token",
            "public_key",
            "SECRET_NAME",
            "token_url",
            "password_file",
            "bypass",
            "compass",
            "key",
            "primary",
            "pass_count",
            "tokenizer",
            "secretary",
            "password_hash",
            "_API_KEY_IV",
            "SECRET_KEY_NONCE",
            "API_KEY_PUBKEY",
        ] {
            assert_eq!(class(name), None, "{name}");
        }
    }
}
