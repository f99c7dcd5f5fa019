//! Rules of secrets: what each reports, and what they have in common.
//! They must not know values: facts hold none.

pub mod default_credential;
pub mod hardcoded_credential;
pub mod secret_token;

mod fix;

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{Secret, SecretKind, SecretPlace};

use crate::Check;

/// Whether a file is a test, an example or documentation, whose secrets are mostly made up.
#[must_use]
pub fn is_example_path(path: &str) -> bool {
    const FOLDERS: [&str; 16] = [
        "test",
        "tests",
        "testing",
        "t",
        "unit",
        "integration",
        "testdata",
        "fixtures",
        "example",
        "examples",
        "sample",
        "samples",
        "demo",
        "doc",
        "docs",
        "spec",
    ];
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let lower = name.to_ascii_lowercase();
    let is_one = |folder: &str| {
        let folder = folder.to_ascii_lowercase();
        // `itests`, `integration-tests`
        FOLDERS.contains(&folder.as_str())
            || folder.ends_with("tests")
            || folder.ends_with("examples")
            || folder.ends_with("-test")
    };
    folders.split('/').any(is_one)
        || lower.starts_with("test_")
        || matches!(lower.as_str(), "test.py" | "tests.py")
        || lower.starts_with("conftest.")
        || lower.contains("_test.")
        || [".example", ".sample", ".template", ".tmpl", ".dist"].iter().any(|end| lower.ends_with(end))
        || lower.contains(".example.")
        || analyzer_project::places::is_test(path)
}

/// Whether a file holds the words of a screen, in one language or several.
#[must_use]
pub fn is_translation_path(path: &str) -> bool {
    const FOLDERS: [&str; 10] = [
        "translations",
        "translation",
        "locale",
        "locales",
        "i18n",
        "l10n",
        "lang",
        "langs",
        "languages",
        "intl",
    ];
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let named =
        matches!(name.to_ascii_lowercase().as_str(), "strings.json" | "messages.json" | "translations.json");
    !path.ends_with(".py")
        && (named || folders.split('/').any(|folder| FOLDERS.contains(&folder.to_ascii_lowercase().as_str())))
}

/// Whether values bound to names of credentials are reported in a file: never in translations, which hold words of the
/// screen, and in tests and examples only on request.
fn tells_of(cx: &Check) -> bool {
    !is_translation_path(cx.path) && (cx.flag("tests") || !is_example_path(cx.path))
}

/// The fix, except in a test or an example.
fn fixed(cx: &Check, secret: &Secret) -> Option<analyzer_diagnostics::Fix> {
    if is_example_path(cx.path) { None } else { fix::from_environment(cx, secret) }
}

/// The secrets of the kinds that a rule is for, each with what the project knows of it.
fn secrets<'a>(
    cx: &'a Check,
    wanted: impl Fn(&Secret) -> bool + 'a,
) -> impl Iterator<Item = (&'a Secret, &'a analyzer_project::PlacedSecret)> {
    cx.project.secrets.iter().filter_map(move |placed| {
        let secret = cx.facts.secrets.get(placed.index as usize)?;
        wanted(secret).then_some((secret, placed))
    })
}

/// Builds the parts that all findings of secrets share: severity by place, other places of the value, fingerprint.
fn finding(
    cx: &Check,
    secret: &Secret,
    placed: &analyzer_project::PlacedSecret,
    severity: Severity,
    message: String,
) -> Diagnostic {
    let mut diagnostic = cx
        .diagnostic(secret.range, message)
        .tier(cx.facts.base_tier())
        .property("kind", id(secret.kind))
        .property("length", secret.length)
        .key(format!("{} {} {}", id(secret.kind), secret.name, placed.tag));
    if !secret.name.is_empty() {
        diagnostic = diagnostic.property("name", secret.name.as_str());
    }
    diagnostic.severity = severity;
    for (path, range) in &placed.others {
        let related = analyzer_diagnostics::Related {
            path: path.clone(),
            range: *range,
            message: "the same value".to_owned(),
        };
        diagnostic.related.push(related);
    }
    if !placed.others.is_empty() {
        let times = placed.others.len() + 1;
        diagnostic = diagnostic.note(format!("the same value stands in {times} places"));
    }
    diagnostic
}

/// Whether a finding is rather about something made up: in tests, examples, documentation and comments.
fn is_example(cx: &Check, secret: &Secret) -> bool {
    is_example_path(cx.path) || matches!(secret.place, SecretPlace::Text | SecretPlace::Comment)
}

/// How a kind is called in a sentence.
fn noun(kind: SecretKind) -> &'static str {
    match kind {
        SecretKind::Aws => "AWS access key",
        SecretKind::GitHub => "GitHub token",
        SecretKind::GitLab => "GitLab token",
        SecretKind::Slack => "Slack token",
        SecretKind::Stripe => "Stripe key",
        SecretKind::OpenAi => "OpenAI key",
        SecretKind::Anthropic => "Anthropic key",
        SecretKind::HuggingFace => "Hugging Face token",
        SecretKind::Google => "Google API key",
        SecretKind::Npm => "npm token",
        SecretKind::PyPi => "PyPI token",
        SecretKind::SendGrid => "SendGrid key",
        SecretKind::Databricks => "Databricks token",
        SecretKind::DigitalOcean => "DigitalOcean token",
        SecretKind::Shopify => "Shopify token",
        SecretKind::Telegram => "Telegram bot token",
        SecretKind::Discord => "Discord bot token",
        SecretKind::Webhook => "webhook address",
        SecretKind::Azure => "Azure storage key",
        SecretKind::Jwt => "JSON web token",
        SecretKind::PrivateKey => "private key",
        SecretKind::UrlPassword => "password in a URL",
        SecretKind::Password => "password",
        SecretKind::Key => "key or token",
        SecretKind::Default => "default credential",
        SecretKind::Placeholder => "placeholder",
        SecretKind::Word => "word for a password",
    }
}

/// How a kind is called in machine-readable output.
fn id(kind: SecretKind) -> String {
    noun(kind).to_lowercase().replace(' ', "-")
}
