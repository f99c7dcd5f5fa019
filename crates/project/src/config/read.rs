//! TOML to settings: every key checked, every mistake collected with its place.
//! It must not know which rules exist beyond their catalogue.

use std::collections::BTreeSet;

use analyzer_diagnostics::Severity;
use compact_str::CompactString;
use globset::Glob;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::did_you_mean;
use super::{Catalogue, ConfigProblem, OptionValue, PerFile, PythonVersion, Settings};

/// Which kind of file the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigSource {
    /// `analyzer.toml`: settings at the top level.
    Analyzer,
    /// `pyproject.toml`: settings below `[tool.analyzer]`.
    Pyproject,
}

const KEYS: &[&str] = &[
    "baseline",
    "exclude",
    "fail-on",
    "ignore",
    "max-file-size",
    "per-file",
    "respect-gitignore",
    "roots",
    "rules",
    "select",
    "target-version",
];

type Entry<'a, 'i> = (&'a Spanned<std::borrow::Cow<'i, str>>, &'a Spanned<DeValue<'i>>);

/// Reads the settings of a configuration file. A `pyproject.toml` without `[tool.analyzer]` gives the defaults.
///
/// # Errors
/// Every mistake that the file holds, in the order of the text.
pub fn parse(text: &str, source: ConfigSource, rules: Catalogue) -> Result<Settings, Vec<ConfigProblem>> {
    let document = DeTable::parse(text)
        .map_err(|error| vec![ConfigProblem::new(error.span().unwrap_or(0..0), error.message())])?;
    let mut reader = Reader { rules, settings: Settings::with_rules(rules.names()), problems: Vec::new() };
    match source {
        ConfigSource::Analyzer => reader.table(document.get_ref()),
        ConfigSource::Pyproject => {
            let tool = document.get_ref().get("tool").and_then(|tool| tool.get_ref().as_table());
            if let Some(section) = tool.and_then(|tool| tool.get("analyzer")) {
                match section.get_ref().as_table() {
                    Some(table) => reader.table(table),
                    None => reader.wrong(section, "`tool.analyzer` must be a table"),
                }
            }
            reader.python_from_project(document.get_ref());
        }
    }
    reader.problems.sort_by_key(|problem| problem.range);
    if reader.problems.is_empty() { Ok(reader.settings) } else { Err(reader.problems) }
}

struct Reader<'r> {
    rules: Catalogue<'r>,
    settings: Settings,
    problems: Vec<ConfigProblem>,
}

impl Reader<'_> {
    fn table(&mut self, table: &DeTable) {
        let mut ignored = BTreeSet::new();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "select" => self.settings.enabled = self.selectors(value, "select"),
                "ignore" => ignored = self.selectors(value, "ignore"),
                "exclude" => self.settings.exclude = self.globs(value, "exclude"),
                "roots" => self.settings.roots = self.roots(value),
                "respect-gitignore" => match value.get_ref() {
                    DeValue::Boolean(flag) => self.settings.respect_gitignore = *flag,
                    _ => self.wrong(value, "`respect-gitignore` takes `true` or `false`"),
                },
                "max-file-size" => match whole_number(value.get_ref()) {
                    Some(size) if size > 0 => self.settings.max_file_size = size,
                    _ => self.wrong(value, "`max-file-size` takes a number of bytes from 1"),
                },
                "target-version" => match value.get_ref().as_str().and_then(PythonVersion::parse) {
                    Some(version) => self.settings.target_version = version,
                    None => self.wrong(value, "`target-version` takes a version in quotes, such as \"3.11\""),
                },
                "baseline" => match value.get_ref().as_str() {
                    Some(path) if !path.is_empty() => self.settings.baseline = Some(path.to_owned()),
                    _ => {
                        self.wrong(value, "`baseline` takes the path of a file, relative to the project root")
                    }
                },
                "fail-on" => {
                    if let Some(severity) = self.severity(value, "fail-on") {
                        self.settings.fail_on = severity;
                    }
                }
                "rules" => self.rules((key, value)),
                "per-file" => self.per_file(value),
                unknown => self.unknown_key(key, unknown, KEYS.iter().copied()),
            }
        }
        self.settings.enabled.retain(|rule| !ignored.contains(rule));
    }

    /// `requires-python = ">=3.11"` tells the target version where nothing else does.
    fn python_from_project(&mut self, document: &DeTable) {
        let analyzer = document.get("tool").and_then(|tool| tool.get_ref().get("analyzer"));
        if analyzer.is_some_and(|section| section.get_ref().get("target-version").is_some()) {
            return;
        }
        let requires = document.get("project").and_then(|project| project.get_ref().get("requires-python"));
        let Some(requires) = requires.and_then(|value| value.get_ref().as_str()) else { return };
        let lower = requires.split(',').find_map(|part| {
            let part = part.trim();
            let version = part.strip_prefix(">=").or_else(|| part.strip_prefix("~="))?.trim();
            let mut numbers = version.splitn(3, '.');
            PythonVersion::parse(&format!("{}.{}", numbers.next()?, numbers.next().unwrap_or("0")))
        });
        if let Some(version) = lower {
            self.settings.target_version = version;
        }
    }

    fn rules(&mut self, (_, value): Entry) {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "`rules` holds a table for each rule, such as `[rules.complex-function]`");
            return;
        };
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let Some(rule) = self.rules.rule(name) else {
                let message = format!("there is no rule named `{name}`");
                let hint = did_you_mean(name, self.rules.0.iter().map(|rule| rule.name.as_str()));
                self.problems.push(ConfigProblem { help: hint, ..ConfigProblem::new(key.span(), message) });
                continue;
            };
            let Some(options) = value.get_ref().as_table() else {
                self.wrong(value, format!("`rules.{name}` must be a table"));
                continue;
            };
            for (key, value) in options {
                let option = key.get_ref().as_ref();
                if option == "severity" {
                    if let Some(severity) = self.severity(value, "severity") {
                        self.settings.severity.insert(CompactString::new(name), severity);
                    }
                } else if let Some(info) = rule.options.iter().find(|info| info.name == option) {
                    match OptionValue::parse(info, value.get_ref()) {
                        Ok(parsed) => self.settings.options.set(name, option, parsed),
                        Err(problem) => self.wrong(value, problem.0),
                    }
                } else {
                    let known = rule.options.iter().map(|info| info.name.as_str()).chain(["severity"]);
                    self.unknown_key(key, option, known);
                }
            }
        }
    }

    fn per_file(&mut self, value: &Spanned<DeValue>) {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "`per-file` holds a table for each glob, such as `[per-file.\"tests/**\"]`");
            return;
        };
        for (key, value) in table {
            let glob = key.get_ref().to_string();
            if let Err(error) = Glob::new(&glob) {
                self.problems.push(ConfigProblem::new(key.span(), format!("not a glob: {}", error.kind())));
                continue;
            }
            let Some(entries) = value.get_ref().as_table() else {
                self.wrong(value, "settings for a glob must be a table, such as `ignore = [\"exceptions\"]`");
                continue;
            };
            let mut ignore = BTreeSet::new();
            for (key, value) in entries {
                match key.get_ref().as_ref() {
                    "ignore" => ignore = self.selectors(value, "ignore"),
                    unknown => self.unknown_key(key, unknown, ["ignore"]),
                }
            }
            self.settings.per_file.push(PerFile { glob, ignore });
        }
    }

    /// Rule names, family names or ALL.
    fn selectors(&mut self, value: &Spanned<DeValue>, key: &str) -> BTreeSet<CompactString> {
        let mut chosen = BTreeSet::new();
        for (word, span) in self.strings(value, key) {
            match self.rules.expand(&word) {
                Ok(rules) => chosen.extend(rules),
                Err(unknown) => {
                    let problem = ConfigProblem::new(span, unknown.to_string());
                    self.problems.push(ConfigProblem { help: unknown.hint, ..problem });
                }
            }
        }
        chosen
    }

    fn globs(&mut self, value: &Spanned<DeValue>, key: &str) -> Vec<String> {
        let mut globs = Vec::new();
        for (glob, span) in self.strings(value, key) {
            match Glob::new(&glob) {
                Ok(_) => globs.push(glob),
                Err(error) => {
                    self.problems.push(ConfigProblem::new(span, format!("not a glob: {}", error.kind())))
                }
            }
        }
        globs
    }

    /// Folders inside the project.
    fn roots(&mut self, value: &Spanned<DeValue>) -> Vec<String> {
        let mut roots = Vec::new();
        for (root, span) in self.strings(value, "roots") {
            let clean = root.trim_start_matches("./").trim_end_matches('/');
            if root.starts_with('/') || clean.split('/').any(|part| part == "..") {
                let problem = ConfigProblem::new(span, "a root must be a folder inside the project");
                self.problems.push(problem.help("write it relative to this file, such as `src`"));
            } else {
                roots.push(if clean == "." { String::new() } else { clean.to_owned() });
            }
        }
        roots
    }

    fn strings(&mut self, value: &Spanned<DeValue>, key: &str) -> Vec<(String, std::ops::Range<usize>)> {
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(value, format!("`{key}` takes a list of strings"));
            return Vec::new();
        };
        let mut strings = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => strings.push((text.to_owned(), item.span())),
                None => self.wrong(item, format!("`{key}` takes a list of strings")),
            }
        }
        strings
    }

    fn severity(&mut self, value: &Spanned<DeValue>, key: &str) -> Option<Severity> {
        match value.get_ref().as_str() {
            Some("note") => Some(Severity::Note),
            Some("warning") => Some(Severity::Warning),
            Some("error") => Some(Severity::Error),
            _ => {
                self.wrong(value, format!("`{key}` takes \"note\", \"warning\" or \"error\""));
                None
            }
        }
    }

    fn wrong(&mut self, value: &Spanned<DeValue>, message: impl Into<String>) {
        self.problems.push(ConfigProblem::new(value.span(), message));
    }

    fn unknown_key<'k>(
        &mut self,
        key: &Spanned<std::borrow::Cow<str>>,
        name: &str,
        known: impl IntoIterator<Item = &'k str> + Clone,
    ) {
        let mut names: Vec<&str> = known.clone().into_iter().collect();
        names.sort_unstable();
        let help = did_you_mean(name, known).unwrap_or_else(|| format!("known here: {}", names.join(", ")));
        self.problems.push(ConfigProblem::new(key.span(), format!("unknown key `{name}`")).help(help));
    }
}

fn whole_number(value: &DeValue) -> Option<u64> {
    let DeValue::Integer(number) = value else { return None };
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}
