//! Secrets that a text seems to hold. It must not hold a value, a part of one, or a hash of one: facts are written to
//! disk, and the folder may be shared.

use analyzer_source::TextRange;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// Which secret it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each of the tokens is that of the service of its name")]
pub enum SecretKind {
    Aws,
    GitHub,
    GitLab,
    Slack,
    Stripe,
    OpenAi,
    Anthropic,
    HuggingFace,
    Google,
    Npm,
    PyPi,
    SendGrid,
    Databricks,
    DigitalOcean,
    Shopify,
    Telegram,
    Discord,
    /// The address of a chat's webhook, which whoever knows it may write to.
    Webhook,
    /// The key of an account for storage at Azure.
    Azure,
    /// A signed JSON web token.
    Jwt,
    /// A private key in PEM, with its body.
    PrivateKey,
    /// The password in `scheme://user:password@host`.
    UrlPassword,
    /// A value bound to the name of a password or passphrase.
    Password,
    /// A value bound to the name of a key, token or other secret, or an `Authorization` header.
    Key,
    /// A value that everybody knows: `admin`, `changeme`.
    Default,
    /// A text that asks to be replaced: `YOUR_API_KEY_HERE`.
    Placeholder,
    /// A mere word that is bound to the name of a password. In code it is as often something else; in a test it is the
    /// password of the test.
    Word,
}

impl SecretKind {
    /// Whether the value's own form shows what it is.
    #[must_use]
    pub const fn is_structured(self) -> bool {
        !matches!(self, Self::Password | Self::Key | Self::Default | Self::Placeholder | Self::Word)
    }

    /// Whether knowing the value is of use to someone else, so that it must never be shown.
    #[must_use]
    pub const fn is_confidential(self) -> bool {
        !matches!(self, Self::Default | Self::Placeholder | Self::Word)
    }
}

/// Kind of place of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SecretPlace {
    /// A string literal of Python code.
    Code,
    /// The default of a look-up: `os.getenv("NAME", "value")`.
    Fallback,
    /// Inside a longer string of Python code, such as a docstring.
    Text,
    /// A comment.
    Comment,
    /// A setting of another format: in a file that is no Python, or in a connection string.
    Config,
}

/// One secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// Which.
    pub kind: SecretKind,
    /// The value itself, without quotes.
    pub range: TextRange,
    /// The string literal, with prefix and quotes, where the value is all of it; only of Python code.
    pub literal: Option<TextRange>,
    /// Whether that literal is bytes.
    pub bytes: bool,
    /// The last name that the value is bound to; empty where there is none.
    pub name: CompactString,
    /// Whether it is in several string literals that Python joins, so that quotes lie inside its range.
    pub joined: bool,
    /// Characters of the value.
    pub length: u32,
    /// Public part of the value: `ghp_`.
    pub prefix: CompactString,
    /// Kind of its place.
    pub place: SecretPlace,
    /// Whether it is a test key, a UUID or the like, which need not be secret.
    pub doubtful: bool,
}
