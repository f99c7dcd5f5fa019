//! flake8's configuration: `.flake8`, or `[flake8]` of setup.cfg and tox.ini. It must not know other tools.

use super::codes::{Family, Selection};
use super::ini::{self, Ini};
use super::{Silence, Sources, Tool, globs};

/// Codes that flake8 reports by itself; those of plugins depend on what is installed.
const OWN: [&str; 3] = ["E", "F", "W"];

/// Keys that say how flake8 runs.
const HARMLESS: [&str; 9] = [
    "count",
    "format",
    "jobs",
    "show-source",
    "statistics",
    "verbose",
    "output-file",
    "benchmark",
    "hang-closing",
];

/// The configuration, if there is one.
pub(super) fn read(sources: &Sources) -> Option<Tool> {
    let own = sources.text(".flake8").map(|text| (".flake8", Ini::parse(&text)));
    let shared = sources.shared.iter().map(|(name, ini)| (*name, ini));
    let (file, keys) = own
        .iter()
        .map(|(name, ini)| (*name, ini))
        .chain(shared)
        .find_map(|(name, ini)| Some((name, ini.section("flake8")?.to_vec())))?;
    let mut tool = Tool { name: "flake8", file: file.to_owned(), ..Tool::default() };
    let mut selection = Selection { family: Family::Ruff, ..Selection::default() };
    let mut chosen = false;
    let mut complexity = None;
    for (key, value) in &keys {
        match key.replace('_', "-").as_str() {
            "select" => {
                chosen = true;
                selection.select.extend(ini::list(value));
            }
            "extend-select" | "enable-extensions" => selection.select.extend(ini::list(value)),
            "ignore" | "extend-ignore" => selection.ignore.extend(ini::list(value)),
            "per-file-ignores" => tool.silences.extend(per_file(value)),
            "exclude" | "extend-exclude" => {
                let patterns = ini::list(value).into_iter().filter_map(|pattern| globs::excluded(&pattern));
                tool.silences.extend(patterns.map(|glob| Silence { glob, codes: None }));
            }
            "max-complexity" => complexity = value.trim().parse::<i64>().ok().filter(|max| *max >= 0),
            other if HARMLESS.contains(&other) => {}
            other => tool.unmatched.push(other.to_owned()),
        }
    }
    if !chosen {
        selection.select.extend(OWN.map(str::to_owned));
    }
    match complexity {
        Some(max) => {
            selection.select.push("C9".to_owned());
            tool.counts_functions("mccabe", Some(max), "max-complexity");
        }
        // Without a limit nothing is reported, whatever is selected.
        None => selection.ignore.push("C901".to_owned()),
    }
    selection.explicit = chosen;
    tool.selection = selection;
    Some(tool)
}

/// `a.py,b/*: E1,F401 c.py: F`.
fn per_file(value: &str) -> Vec<Silence> {
    let text = value.replace(':', " : ").replace(',', " ");
    let (mut found, mut patterns, mut codes) = (Vec::new(), Vec::<String>::new(), None::<Vec<String>>);
    let mut flush = |patterns: &mut Vec<String>, codes: &mut Option<Vec<String>>| {
        if let Some(codes) = codes.take() {
            let globs = patterns.drain(..).filter_map(|pattern| globs::of_files(&pattern));
            found.extend(globs.map(|glob| Silence { glob, codes: Some(codes.clone()) }));
        }
    };
    for word in ini::list(&text) {
        let is_code = word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        match &mut codes {
            _ if word == ":" => codes = Some(Vec::new()),
            Some(codes) if is_code => codes.push(word),
            _ => {
                flush(&mut patterns, &mut codes);
                patterns.push(word);
            }
        }
    }
    flush(&mut patterns, &mut codes);
    found
}
