//! Configuration that names ports and services: which texts are read as such, and what cannot be read in them.
//! It must not know paths or other files.

mod compose;
mod docker;
mod processes;
mod program;
mod registry;
mod shape;

use crate::config_text::yaml::Yaml;
use crate::config_text::{ConfigKind, docker as dockerfile, ini};
use crate::model::config::ConfigFacts;
use crate::{SyntaxProblem, TextRange};

/// Whether a text is read as more than lines with keys.
#[must_use]
pub fn may_hold_config(text: &[u8], kind: ConfigKind) -> bool {
    kind.is_relied_on()
        || kind == ConfigKind::Procfile
        || match kind {
            ConfigKind::Yaml => names_services(text),
            // A Pipfile.
            ConfigKind::Toml => has_key(text, &[b"[packages]", b"[dev-packages]"]),
            ConfigKind::Ini => has_key(text, &[b"[program:", b"[fcgi-program:"]),
            ConfigKind::Conda => names_services(text) || has_key(text, &[b"dependencies:"]),
            _ => false,
        }
}

/// Facts of a configuration text beside its secrets.
pub(crate) fn in_config(text: &str, kind: ConfigKind) -> ConfigFacts {
    let mut facts = ConfigFacts::default();
    if !may_hold_config(text.as_bytes(), kind) {
        return facts;
    }
    match kind {
        ConfigKind::Ports | ConfigKind::Services | ConfigKind::Conda | ConfigKind::Yaml => {
            let yaml = Yaml::parse(text);
            let certain = kind == ConfigKind::Ports && !is_template(text, kind);
            facts.registry = registry::entries(&yaml, certain, &mut facts.problems);
            facts.services = compose::services(&yaml, text);
            facts.includes = compose::includes(&yaml);
            // Text before a mistake of syntax may only look as if it had the wrong shape.
            if kind == ConfigKind::Services && yaml.problems.is_empty() {
                facts.problems.extend(shape::problems(&yaml));
            }
            facts.problems.extend(yaml.problems);
        }
        ConfigKind::Docker => {
            let (instructions, problems) = dockerfile::read(text);
            facts.problems = problems;
            facts.services.extend(docker::service(&instructions, text, &mut facts.problems));
        }
        ConfigKind::Procfile => facts.services = processes::procfile(text),
        ConfigKind::Ini => facts.services = processes::supervisor(&ini::read(text).0, text),
        ConfigKind::SetupCfg => facts.problems = ini::read(text).1,
        ConfigKind::Pyproject => facts.problems = toml_problems(text),
        _ => {}
    }
    if is_template(text, kind) {
        facts.problems.clear();
    }
    facts.problems.sort_by_key(|problem| problem.range.start);
    facts
}

/// Where a text is no TOML.
fn toml_problems(text: &str) -> Vec<SyntaxProblem> {
    let Err(error) = toml::de::DeTable::parse(text) else { return Vec::new() };
    let span = error.span().unwrap_or(0..0);
    let range = TextRange::new(span.start as u32, span.end as u32);
    let message = error.message().lines().next().unwrap_or("").to_owned();
    vec![SyntaxProblem { range, message: format!("invalid TOML: {message}") }]
}

/// Whether a text only becomes configuration when a program has filled it in.
fn is_template(text: &str, kind: ConfigKind) -> bool {
    let marks: &[&str] = match kind {
        ConfigKind::Docker => &["{{", "{%", "<%", "@@", "\n#include"],
        _ => &["{{", "{%", "<%"],
    };
    marks.iter().any(|mark| text.contains(mark))
}

/// Whether YAML is of a kind that names services or ports: compose files, lists of what is started, Kubernetes.
fn names_services(text: &[u8]) -> bool {
    has_key(text, &[b"services:", b"agents:", b"ports:", b"apiVersion:"])
        || memchr::memmem::find(text, b"script_path:").is_some()
}

/// Whether a line of YAML begins with one of these.
fn has_key(text: &[u8], keys: &[&[u8]]) -> bool {
    let mut from = 0;
    while let Some(line) = text.get(from..).filter(|line| !line.is_empty()) {
        if keys.iter().any(|key| line.starts_with(key)) {
            return true;
        }
        from += memchr::memchr(b'\n', line).map_or(line.len(), |end| end + 1);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, kind: ConfigKind) -> Vec<(u32, String)> {
        let line = |at: u32| text[..at as usize].matches('\n').count() as u32 + 1;
        let problems = in_config(text, kind).problems;
        problems.into_iter().map(|one| (line(one.range.start), one.message)).collect()
    }

    #[test]
    fn what_cannot_be_read_is_one_problem_with_its_line() {
        for (text, kind, line, message) in [
            ("ports:\n  A: 1\n  A: 2\n", ConfigKind::Ports, 3, "the key `A` stands here twice"),
            ("services:\n  a: [1\n", ConfigKind::Yaml, 2, "invalid YAML: unclosed bracket '['"),
            ("FROM a\nEXPOSEE 80\n", ConfigKind::Docker, 2, "unknown instruction `EXPOSEE`"),
            ("[project]\nname = \n", ConfigKind::Pyproject, 2, "invalid TOML: "),
            ("ports:\n  A: {port: x}\n", ConfigKind::Ports, 2, "the port of `A` must be a number"),
            ("A:\n  host: b\n", ConfigKind::Ports, 1, "`A` has no `port`"),
            ("FROM a\nEXPOSE x\n", ConfigKind::Docker, 2, "`EXPOSE` takes ports, not `x`"),
            ("[options]\nword\n", ConfigKind::SetupCfg, 2, "this line is neither"),
        ] {
            let found = told(text, kind);
            assert_eq!(found.len(), 1, "{text:?}: {found:?}");
            assert!(found[0].0 == line && found[0].1.starts_with(message), "{text:?}: {found:?}");
        }
    }

    #[test]
    fn templates_and_other_files_are_left_alone() {
        for (text, kind) in [
            ("services:\n  {{ name }}: [\n", ConfigKind::Yaml),
            ("{% if x %}\nservices: [\n", ConfigKind::Services),
            ("a: [\n", ConfigKind::Yaml),
            ("{\"services\": [", ConfigKind::Json),
            ("FROM {{ base }}\nEXPOSEE 1\n", ConfigKind::Docker),
        ] {
            assert_eq!(told(text, kind), [], "{text:?}");
        }
    }
}
