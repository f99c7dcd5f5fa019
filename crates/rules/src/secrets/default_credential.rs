//! `default-credential`: a password that everybody knows, or a placeholder that nobody replaced.
//! It must not know the value.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{Secret, SecretKind, SecretPlace};

use super::{finding, is_example_path, secrets, tells_of};
use crate::Check;

/// Reports each of them.
pub fn default_credential(cx: &Check, out: &mut Vec<Diagnostic>) {
    // What a run of continuous integration starts for itself ends with it.
    if !tells_of(cx) || is_pipeline(cx.path) && !cx.flag("tests") {
        return;
    }
    for (secret, placed) in secrets(cx, |secret| secret.kind == SecretKind::Default) {
        let severity = if is_example_path(cx.path) { Severity::Note } else { cx.rule.severity };
        let message = match (secret.name.as_str(), secret.place) {
            ("", _) => "well-known default password".to_owned(),
            (name, SecretPlace::Fallback) => format!("`{name}` falls back to a well-known default password"),
            (name, _) => format!("`{name}` is a well-known default password"),
        };
        out.push(
            finding(cx, secret, placed, severity, message)
                .note("it is among the first that anybody tries")
                .help("have each installation set its own, and refuse to start without one"),
        );
    }
    // An example, or a test, is where a placeholder belongs.
    let asks = |secret: &Secret| secret.kind == SecretKind::Placeholder && !is_example_path(cx.path);
    for (secret, placed) in secrets(cx, asks) {
        let message = match secret.name.as_str() {
            "" => "placeholder in place of a credential".to_owned(),
            name => format!("`{name}` holds a placeholder, not a credential"),
        };
        out.push(
            finding(cx, secret, placed, Severity::Note, message)
                .note("the program starts with it and fails only when the credential is used")
                .help("read the credential from the environment, and refuse to start without it"),
        );
    }
}

/// Whether a file says what continuous integration runs.
pub(super) fn is_pipeline(path: &str) -> bool {
    const NAMES: [&str; 8] = [
        ".gitlab-ci.yml",
        ".travis.yml",
        "appveyor.yml",
        ".appveyor.yml",
        "azure-pipelines.yml",
        "bitbucket-pipelines.yml",
        ".drone.yml",
        ".cirrus.yml",
    ];
    const FOLDERS: [&str; 6] = [".github", ".gitea", ".gitlab", ".circleci", ".woodpecker", ".buildkite"];
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    NAMES.contains(&name) || folders.split('/').any(|folder| FOLDERS.contains(&folder))
}
