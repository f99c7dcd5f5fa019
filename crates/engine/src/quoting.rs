//! Secrets in what is shown besides source lines: names of files, messages that hold them, and configuration with mistakes.
//! It must not know output formats.

use std::borrow::Cow;
use std::sync::Arc;

use analyzer_diagnostics::{Finding, GraphView, Report};
use analyzer_facts::{ConfigKind, FileFacts, Secret, extract_config, may_hold_secrets, secrets_in};
use analyzer_source::TextRange;

use crate::secrets::{hidden, scrub_text, scrub_value, values};

/// A short text, such as a file's name, with the secrets in it masked.
#[must_use]
pub fn masked_text(text: &str) -> Cow<'_, str> {
    if !may_hold_secrets(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    match secrets(text) {
        found if found.is_empty() => Cow::Borrowed(text),
        found => Cow::Owned(hidden(text, &found, &[])),
    }
}

/// The secrets in a text without a form of its own.
fn secrets(text: &str) -> Vec<Secret> {
    let mut found = secrets_in(text);
    found.extend(extract_config(text, ConfigKind::Env).secrets);
    found.retain(|secret| secret.kind.is_confidential());
    found
}

/// The report without the secrets that are names of files or parts of them.
#[must_use]
pub fn without_secret_names(report: &Report) -> Cow<'_, Report> {
    let mut paths: Vec<&str> = report.findings.iter().flat_map(paths_of).collect();
    let summary = &report.summary;
    paths.extend(summary.hotspots.iter().map(|hot| hot.path.as_str()));
    paths.extend(summary.gpu_modules.iter().map(String::as_str));
    if let Some(inventory) = &summary.inventory {
        paths.extend(inventory.tests.keys().chain(inventory.started.keys()).map(String::as_str));
        for package in &inventory.imported {
            paths.push(&package.package);
            paths.extend(package.modules.iter().map(|(module, _)| module.as_str()));
        }
    }
    paths.sort_unstable();
    paths.dedup();
    let values = secret_names(paths);
    if values.is_empty() {
        return Cow::Borrowed(report);
    }
    let mut report = report.clone();
    for finding in &mut report.findings {
        clean(finding, &values);
    }
    for hot in &mut report.summary.hotspots {
        scrub_text(&values, &mut hot.path);
    }
    for cycle in &mut report.summary.cycles {
        cycle.modules.iter_mut().for_each(|module| scrub_text(&values, module));
    }
    report.summary.gpu_modules.iter_mut().for_each(|path| scrub_text(&values, path));
    if let Some(inventory) = &mut report.summary.inventory {
        for names in [&mut inventory.tests, &mut inventory.started] {
            let clean = |(mut name, count)| {
                scrub_text(&values, &mut name);
                (name, count)
            };
            *names = std::mem::take(names).into_iter().map(clean).collect();
        }
        for package in &mut inventory.imported {
            scrub_text(&values, &mut package.package);
            package.modules.iter_mut().for_each(|(module, _)| scrub_text(&values, module));
        }
    }
    Cow::Owned(report)
}

fn paths_of(finding: &Finding) -> impl Iterator<Item = &str> {
    let related = finding.related.iter().map(|related| &*related.location.path);
    std::iter::once(&*finding.location.path).chain(related)
}

/// The values of the secrets in some names, longest first.
fn secret_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Cow<'a, str>> {
    let mut all = Vec::new();
    for name in names.into_iter().filter(|name| may_hold_secrets(name.as_bytes())) {
        let facts = FileFacts { secrets: secrets(name), ..FileFacts::default() };
        all.extend(values(name, Some(&facts)));
    }
    all.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    all.dedup();
    all
}

fn clean(finding: &mut Finding, values: &[Cow<str>]) {
    let path = |path: &mut Arc<str>| {
        let mut text = path.to_string();
        scrub_text(values, &mut text);
        if text != **path {
            *path = text.into();
        }
    };
    path(&mut finding.location.path);
    scrub_text(values, &mut finding.message);
    finding.notes.iter_mut().chain(&mut finding.help).for_each(|text| scrub_text(values, text));
    for related in &mut finding.related {
        path(&mut related.location.path);
        scrub_text(values, &mut related.message);
    }
    finding.fix_locations.iter_mut().for_each(|location| path(&mut location.path));
    finding.properties.values_mut().for_each(|value| scrub_value(values, value));
}

/// The graph without the secrets that are names of files or parts of them.
#[must_use]
pub fn without_secret_nodes(mut view: GraphView) -> GraphView {
    let names: Vec<String> = view.nodes.iter().map(|node| node.path.clone()).collect();
    let values = secret_names(names.iter().map(String::as_str));
    if values.is_empty() {
        return view;
    }
    for node in &mut view.nodes {
        scrub_text(&values, &mut node.path);
        scrub_text(&values, &mut node.module);
    }
    for edge in &mut view.edges {
        scrub_text(&values, &mut edge.from);
        scrub_text(&values, &mut edge.to);
    }
    view
}

/// A text of configuration as it may be quoted where it is wrong: as many bytes and lines as before. Strings outside of the
/// wrong `ranges` are of no use to the reader, and may be secrets; inside of them what looks like one is masked.
#[must_use]
pub fn quotable(text: &str, ranges: &[TextRange]) -> String {
    let mut found = secrets(text);
    found.extend(extract_config(text, ConfigKind::Toml).secrets);
    let mut chars: Vec<char> = hidden(text, &found, &[]).chars().collect();
    let mut offsets = Vec::with_capacity(chars.len());
    let mut at = 0;
    for c in &chars {
        offsets.push(at);
        at += c.len_utf8() as u32;
    }
    let wrong = |start: u32, end: u32| ranges.iter().any(|range| range.start < end && start < range.end);
    let mut from = 0;
    while from < chars.len() {
        let quote = chars[from];
        if !matches!(quote, '"' | '\'') {
            from += 1;
            continue;
        }
        // A string that is not closed ends with its line, as TOML has it.
        let rest = chars[from + 1..].iter().position(|c| *c == quote || *c == '\n');
        let end = rest.map_or(chars.len(), |length| from + 1 + length);
        let last = offsets.get(end).copied().unwrap_or(at);
        if !wrong(offsets[from] + 1, last) && !names(&chars[from + 1..end]) {
            chars[from + 1..end].iter_mut().for_each(|c| *c = crate::secrets::mask(*c));
        }
        from = end + 1;
    }
    random_looking(&chars.into_iter().collect::<String>())
}

/// Reports whether a text is a module, a path or a glob, which people need to see: words of small letters with dots or slashes.
fn names(text: &[char]) -> bool {
    let part = |c: &char| c.is_ascii_lowercase() || matches!(c, '_' | '.' | '/' | '*');
    text.iter().all(part) && text.iter().any(|c| matches!(c, '.' | '/' | '*'))
}

/// The text with every run of letters and digits masked that changes between them more often than words do.
#[must_use]
pub fn random_looking(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (run, tail) = rest.split_at(end);
        let groups = run.split(|c: char| c.is_ascii_alphabetic()).filter(|group| !group.is_empty()).count();
        if run.len() >= LEAST && groups > 1 {
            out.extend(std::iter::repeat_n('*', run.len()));
        } else {
            out.push_str(run);
        }
        let other = tail.find(|c: char| c.is_ascii_alphanumeric()).unwrap_or(tail.len());
        let (between, next) = tail.split_at(other);
        out.push_str(between);
        rest = next;
    }
    out
}

/// The shortest run that is taken for a secret.
const LEAST: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_is_quoted_without_what_may_be_secret() {
        let text =
            "storage = \"postgresql://app:q8Lk2vZp0w@db.internal/orders\"\nfail-on = \"eror\"\nx = 'a b'\n";
        let shown = quotable(text, &[TextRange::new(0, 7), TextRange::new(68, 74)]);
        assert_eq!(shown.len(), text.len());
        assert_eq!(shown.lines().nth(1), Some("fail-on = \"eror\""));
        assert_eq!(shown.lines().nth(2), Some("x = '***'"));
        assert!(shown.starts_with("storage = \"***") && !shown.contains("q8Lk"), "{shown}");
        let wrong = quotable("fail-on = \"q8Lk2vZp0w\"", &[TextRange::new(10, 22)]);
        assert_eq!(wrong, "fail-on = \"**********\"");
        let open = quotable("a = \"q8 is\nb = 1", &[]);
        assert_eq!(open, "a = \"*****\nb = 1");
    }

    #[test]
    fn words_with_a_number_are_no_secrets() {
        for text in ["unused-import2", "py311", "services/v2/api", "3.11", "tests_2024/x", "größe12ab"] {
            assert_eq!(random_looking(text), text);
        }
        assert_eq!(random_looking("a q8Lk2vZp0w."), "a **********.");
    }

    #[test]
    fn a_token_in_a_name_is_masked() {
        let token = format!("ghp_{}", "q8Lk2vZp0wR5tY7uX3mN9bV1cD4fG6hJ8kL0");
        let name = format!("backups/{token}.py");
        let shown = masked_text(&name);
        assert!(
            shown.starts_with("backups/") && shown.ends_with(".py") && !shown.contains("q8Lk2"),
            "{shown}"
        );
        assert!(matches!(masked_text("app/password.py"), Cow::Borrowed(_)));
    }
}
