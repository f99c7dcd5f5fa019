//! pylint's configuration: `.pylintrc`, `pylintrc`, `[tool.pylint]`, or `[pylint…]` of setup.cfg and tox.ini.
//! It must not know other tools.

use analyzer_engine::pylint_code;
use analyzer_project::config::PythonVersion;
use toml::Value;

use super::codes::{Family, Selection};
use super::ini::{self, Ini};
use super::{RuleOption, Silence, Sources, Tool, globs};

/// The code of `too-complex`, which an extension reports.
const TOO_COMPLEX: &str = "R1260";

/// Keys that say how pylint runs, or that only matter for what has no counterpart here.
const HARMLESS: [&str; 12] = [
    "jobs",
    "persistent",
    "output-format",
    "reports",
    "score",
    "recursive",
    "suggestion-mode",
    "msg-template",
    "confidence",
    "unsafe-load-any-extension",
    "extension-pkg-allow-list",
    "extension-pkg-whitelist",
];

/// The configuration, if there is one.
pub(super) fn read(sources: &Sources) -> Option<Tool> {
    let (file, keys) = keys(sources)?;
    let mut tool = Tool { name: "pylint", file: file.to_owned(), ..Tool::default() };
    let mut selection =
        Selection { family: Family::Pylint, select: vec!["ALL".to_owned()], ..Selection::default() };
    let (mut enabled, mut extension, mut complexity) = (Vec::new(), false, None);
    for (key, value) in keys {
        match key.as_str() {
            "disable" => selection.ignore.extend(codes(&value)),
            "enable" => enabled.extend(codes(&value)),
            "load-plugins" => {
                let plugins = ini::list(&value);
                extension = plugins.iter().any(|plugin| plugin == "pylint.extensions.mccabe");
                let other = plugins.into_iter().filter(|plugin| plugin != "pylint.extensions.mccabe");
                tool.unmatched.extend(other.map(|plugin| format!("the plugin {plugin}")));
            }
            "ignore" => {
                let patterns = ini::list(&value).into_iter().filter_map(|pattern| globs::excluded(&pattern));
                tool.silences.extend(patterns.map(|glob| Silence { glob, codes: None }));
            }
            "ignore-paths" => {
                for pattern in ini::list(&value) {
                    match plain_path(&pattern) {
                        Some(glob) => tool.silences.push(Silence { glob, codes: None }),
                        None => tool.unmatched.push(format!("ignore-paths `{pattern}`")),
                    }
                }
            }
            "py-version" => tool.target_version = PythonVersion::parse(value.trim()),
            "max-complexity" => complexity = Some(value),
            "max-public-methods" => {
                if let Ok(max) = value.trim().parse::<u32>() {
                    let value = max.saturating_add(1).to_string();
                    let why = "pylint: max-public-methods; private methods count here, too".to_owned();
                    tool.options.push(RuleOption { rule: "god-class", key: "max", value, why });
                }
            }
            other if HARMLESS.contains(&other) => {}
            other => tool.unmatched.push(other.to_owned()),
        }
    }
    if !extension {
        selection.ignore.push(TOO_COMPLEX.to_owned());
    } else {
        // It counts as the mccabe package does, and the cases of a `match` besides.
        let max = complexity.and_then(|max| max.trim().parse().ok());
        tool.counts_functions("mccabe", max, "max-complexity");
    }
    // Messages enabled by name stay so under `disable=all`.
    selection.select.extend(enabled);
    tool.selection = selection;
    Some(tool)
}

/// All keys of the first file that configures pylint, whatever their section.
fn keys(sources: &Sources) -> Option<(&'static str, Vec<(String, String)>)> {
    for name in [".pylintrc", "pylintrc"] {
        if let Some(text) = sources.text(name) {
            let ini = Ini::parse(&text);
            return Some((name, ini.sections(|_| true).flat_map(|(_, keys)| keys.to_vec()).collect()));
        }
    }
    if let Some(table) = sources.tool("pylint") {
        let mut keys = Vec::new();
        for (name, value) in table {
            match value {
                Value::Table(section) => {
                    keys.extend(section.iter().map(|(key, value)| (key.clone(), shown(value))))
                }
                value => keys.push((name.clone(), shown(value))),
            }
        }
        return Some(("pyproject.toml", keys));
    }
    for (name, ini) in &sources.shared {
        let sections = ini.sections(|section| section.to_ascii_lowercase().starts_with("pylint"));
        let keys: Vec<(String, String)> = sections.flat_map(|(_, keys)| keys.to_vec()).collect();
        if !keys.is_empty() {
            return Some((name, keys));
        }
    }
    None
}

fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => super::strings(value).join(","),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Names and codes of messages, and letters of their kinds, as selectors of codes.
fn codes(value: &str) -> Vec<String> {
    let code = |word: String| if word == "all" { "ALL".to_owned() } else { pylint_code(&word).to_owned() };
    ini::list(value).into_iter().map(code).collect()
}

/// The folder of a regular expression such as `^docs/.*$`; none for one that means more.
fn plain_path(pattern: &str) -> Option<String> {
    let inner = pattern.trim_start_matches('^').trim_end_matches('$');
    let folder = inner.strip_suffix(".*").unwrap_or(inner);
    let plain = folder.replace("\\.", ".");
    let literal = !folder.replace("\\.", "").contains(['*', '+', '?', '[', '(', '|', '\\', '.', '{']);
    if plain.ends_with(".py") {
        return Some(plain);
    }
    let folder = plain.trim_end_matches('/');
    (literal && !folder.is_empty()).then(|| format!("{folder}/**"))
}
