//! isort's configuration, of which only the folders of sources and the version of Python mean anything here: `.isort.cfg`, `[tool.isort]`, or
//! `[isort]` of setup.cfg and tox.ini. It must not know other tools.

use analyzer_project::config::PythonVersion;

use super::ini::{self, Ini};
use super::{FileKeys, Sources, Tool, strings};

/// The configuration, if there is one.
pub(super) fn read(sources: &Sources) -> Option<Tool> {
    let (file, keys) = keys(sources)?;
    let mut tool = Tool { name: "isort", file: file.to_owned(), ..Tool::default() };
    for (key, words) in keys {
        match key.as_str() {
            "src_paths" | "source_paths" => {
                let (globs, folders): (Vec<String>, _) = words.into_iter().partition(|one| one.contains('*'));
                tool.roots = folders;
                tool.unmatched.extend(globs.into_iter().map(|glob| format!("{key} `{glob}`")));
            }
            "py_version" if words.len() == 1 => {
                // `39`, or `all`, `auto` and `3`, which say nothing.
                let digits = words.first().and_then(|word| word.split_at_checked(1));
                tool.target_version =
                    digits.and_then(|(major, minor)| PythonVersion::parse(&format!("{major}.{minor}")));
            }
            _ => tool.unmatched.push(key),
        }
    }
    Some(tool)
}

fn keys(sources: &Sources) -> Option<FileKeys> {
    let split =
        |keys: &[(String, String)]| keys.iter().map(|(key, value)| (key.clone(), ini::list(value))).collect();
    if let Some(text) = sources.text(".isort.cfg") {
        let ini = Ini::parse(&text);
        return ini
            .section("settings")
            .or_else(|| ini.section("isort"))
            .map(|keys| (".isort.cfg", split(keys)));
    }
    if let Some(table) = sources.tool("isort") {
        return Some((
            "pyproject.toml",
            table.iter().map(|(key, value)| (key.clone(), strings(value))).collect(),
        ));
    }
    let shared = |(name, ini): &(&'static str, Ini)| {
        let keys = ini.section("isort").or_else(|| ini.section("tool:isort"))?;
        Some((*name, split(keys)))
    };
    sources.shared.iter().find_map(shared)
}
