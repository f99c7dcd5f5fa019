//! `hardcoded-credential`: a password, key or token that is bound to its name in the text. It must not know its value.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{SecretKind, SecretPlace};

use super::default_credential::is_pipeline;
use super::{finding, fixed, is_example, is_example_path, secrets, tells_of};
use crate::Check;

/// Reports each value once in the project, where it occurs first.
pub fn hardcoded_credential(cx: &Check, out: &mut Vec<Diagnostic>) {
    if !tells_of(cx) {
        return;
    }
    // In a test a mere word is the password of the test; elsewhere it is as often the name of something.
    let example = is_example_path(cx.path);
    let wanted = |kind| match kind {
        SecretKind::Password | SecretKind::Key => true,
        SecretKind::Word => example,
        _ => false,
    };
    let pipeline = is_pipeline(cx.path) && !cx.flag("tests");
    for (secret, placed) in secrets(cx, |secret| wanted(secret.kind)) {
        // An account that continuous integration makes for itself ends with the run.
        if pipeline && is_for_a_run(&secret.name) {
            continue;
        }
        let severity =
            if secret.doubtful || is_example(cx, secret) { Severity::Note } else { cx.rule.severity };
        let what = if secret.kind == SecretKind::Key { "secret" } else { "password" };
        let bound = if secret.name.is_empty() { String::new() } else { format!(" for `{}`", secret.name) };
        let message = format!("hard-coded {what} of {} characters{bound}", secret.length);
        let mut diagnostic = finding(cx, secret, placed, severity, message);
        diagnostic = match secret.place {
            _ if secret.doubtful && secret.kind != SecretKind::Key => {
                diagnostic.note("it is a word, where a password is expected")
            }
            _ if secret.doubtful => {
                diagnostic.note("it may be an identifier, or a value for development only")
            }
            SecretPlace::Fallback => diagnostic.note(
                "it is used wherever the setting is missing, so a mistake in deployment goes unnoticed",
            ),
            SecretPlace::Text | SecretPlace::Comment => {
                diagnostic.note("it stands in a comment or a longer text, where real values are pasted too")
            }
            SecretPlace::Code | SecretPlace::Config => {
                diagnostic.note("whoever can read the repository, or any old clone of it, can use it")
            }
        };
        out.push(
            diagnostic
                .help("change it where it is in use, then read it from the environment or a secret store")
                .fix(fixed(cx, secret)),
        );
    }
}

/// Whether a name says that its value is one of continuous integration, or of a test.
fn is_for_a_run(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| ["ci", "test", "tests", "testing"].contains(&word.to_ascii_lowercase().as_str()))
}
