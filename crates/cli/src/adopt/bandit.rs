//! bandit's configuration: `.bandit`, the YAML that it is given with `-c`, or `[tool.bandit]`. It must not know other tools.

use analyzer_facts::yaml_lists;

use super::codes::{Family, Selection};
use super::ini::{self, Ini};
use super::{FileKeys, RuleOption, Silence, Sources, Tool, globs, strings};

/// The names that its files commonly have, INI or YAML.
const FILES: [&str; 5] = [".bandit", "bandit.yaml", "bandit.yml", ".bandit.yaml", ".bandit.yml"];

/// The configuration, if there is one.
pub(super) fn read(sources: &Sources) -> Option<Tool> {
    let (file, keys) = keys(sources)?;
    let mut tool = Tool { name: "bandit", file: file.to_owned(), ..Tool::default() };
    let mut selection = Selection { family: Family::Bandit, ..Selection::default() };
    for (key, words) in keys {
        match key.as_str() {
            "tests" => {
                selection.explicit = true;
                selection.select.extend(words);
            }
            "skips" => selection.ignore.extend(words),
            "exclude" | "exclude_dirs" => {
                // They begin at the root, with or without a slash.
                let relative = words.iter().map(|word| word.trim_start_matches(['.', '/']));
                let globs = relative.filter_map(globs::excluded);
                tool.silences.extend(globs.map(|glob| Silence { glob, codes: None }));
            }
            "targets" | "recursive" | "number" | "format" | "output" => {}
            other => tool.unmatched.push(other.to_owned()),
        }
    }
    if !selection.explicit {
        selection.select.push("ALL".to_owned());
    }
    tool.selection = selection;
    tool.options.push(RuleOption {
        rule: "hardcoded-credential",
        key: "tests",
        value: "true".to_owned(),
        why: "bandit: it reports passwords in tests as well".to_owned(),
    });
    Some(tool)
}

fn keys(sources: &Sources) -> Option<FileKeys> {
    for name in FILES {
        let Some(text) = sources.text(name) else { continue };
        let ini = Ini::parse(&text);
        if let Some(keys) = ini.section("bandit") {
            return Some((name, keys.iter().map(|(key, value)| (key.clone(), ini::list(value))).collect()));
        }
        let keys: Vec<_> = yaml_lists(&text).into_iter().map(|(key, words)| (key, split(&words))).collect();
        if !keys.is_empty() {
            return Some((name, keys));
        }
    }
    let table = sources.tool("bandit")?;
    Some(("pyproject.toml", table.iter().map(|(key, value)| (key.clone(), strings(value))).collect()))
}

/// The words of a list, each of which may hold several.
fn split(words: &[String]) -> Vec<String> {
    words.iter().flat_map(|word| ini::list(word)).collect()
}
