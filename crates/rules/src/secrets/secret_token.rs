//! `secret-token`: a token, key or password whose own form shows its kind. It must not know its value.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::SecretKind;

use super::{finding, fixed, is_example, is_example_path, is_translation_path, noun, secrets};
use crate::Check;

/// Reports each token once in the project, where it occurs first.
pub fn secret_token(cx: &Check, out: &mut Vec<Diagnostic>) {
    for (secret, placed) in secrets(cx, |secret| secret.kind.is_structured()) {
        // Of these kinds projects make their own for tests and documentation; the others only their service makes.
        let own = matches!(secret.kind, SecretKind::Jwt | SecretKind::PrivateKey | SecretKind::UrlPassword);
        // A password that everybody knows, in a test or an example, tells nobody anything unless he asks; a translation shows
        // how an address is written.
        let shown = secret.doubtful && is_example_path(cx.path) && !cx.flag("tests");
        if secret.kind == SecretKind::UrlPassword && (shown || is_translation_path(cx.path)) {
            continue;
        }
        let harmless = secret.doubtful || own && is_example(cx, secret);
        let severity = if harmless { Severity::Note } else { cx.rule.severity };
        let shown = match secret.prefix.as_str() {
            "" => String::new(),
            prefix => format!(" `{prefix}…`"),
        };
        let bound = if secret.name.is_empty() { String::new() } else { format!(" in `{}`", secret.name) };
        let message = if secret.kind == SecretKind::UrlPassword {
            format!("password of {} characters in a URL{bound}", secret.length)
        } else {
            format!("{}{shown} of {} characters{bound}", noun(secret.kind), secret.length)
        };
        let mut diagnostic = finding(cx, secret, placed, severity, message);
        if secret.doubtful {
            diagnostic = diagnostic.note("it is a test key, an example, or a password that everybody knows");
        } else {
            diagnostic =
                diagnostic.note("whoever can read the repository, or any old clone of it, can use it");
        }
        out.push(
            diagnostic
                .help("revoke it and issue a new one, then read that from the environment or a secret store")
                .fix(fixed(cx, secret)),
        );
    }
}
