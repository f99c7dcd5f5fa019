//! TOML to settings: every key checked, every mistake collected with its place.
//! It must not know which rules exist beyond their catalogue.

use std::collections::BTreeSet;

use analyzer_diagnostics::Severity;
use compact_str::CompactString;
use globset::Glob;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{Draft, Key, Kind, PER_FILE, RULE, TOP};
use super::problem::did_you_mean;
use super::{Catalogue, ConfigProblem, Copies, MOST_BYTES, OptionValue, PerFile, PythonVersion, Settings};

/// Which kind of file the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigSource {
    /// `analyzer.toml`: settings at the top level.
    Analyzer,
    /// `pyproject.toml`: settings below `[tool.analyzer]`.
    Pyproject,
}

/// Reads the settings of a configuration file. A `pyproject.toml` without `[tool.analyzer]` gives the defaults.
///
/// # Errors
/// Every mistake that the file holds, in the order of the text.
pub fn parse(text: &str, source: ConfigSource, rules: Catalogue) -> Result<Settings, Vec<ConfigProblem>> {
    let parsed = parse_layers(&[Layer { text, source }], rules);
    parsed.map_err(|mistakes| mistakes.into_iter().flat_map(|layer| layer.problems).collect())
}

/// One text of a configuration that consists of several.
#[derive(Debug, Clone, Copy)]
pub struct Layer<'a> {
    /// Its content.
    pub text: &'a str,
    /// Which kind of file it is.
    pub source: ConfigSource,
}

/// The mistakes of one text among several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes {
    /// Which text, from 0.
    pub layer: usize,
    /// In the order of the text.
    pub problems: Vec<ConfigProblem>,
}

/// Reads settings from several texts. A key in a later one replaces the same key before; tables of rules and of globs
/// are added to.
///
/// # Errors
/// Every mistake, by text.
pub fn parse_layers(layers: &[Layer], rules: Catalogue) -> Result<Settings, Vec<Mistakes>> {
    let mut draft = Draft { settings: Settings::with_rules(rules.names()), ignored: BTreeSet::new() };
    let mut mistakes = Vec::new();
    for (layer, Layer { text, source }) in layers.iter().enumerate() {
        let problems = read_layer(text, *source, rules, &mut draft);
        if !problems.is_empty() {
            mistakes.push(Mistakes { layer, problems });
        }
    }
    let Draft { mut settings, ignored } = draft;
    settings.enabled.retain(|rule| !ignored.contains(rule));
    if mistakes.is_empty() { Ok(settings) } else { Err(mistakes) }
}

/// Reads one text into the draft; what is wrong with it.
fn read_layer(text: &str, source: ConfigSource, rules: Catalogue, draft: &mut Draft) -> Vec<ConfigProblem> {
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => return vec![ConfigProblem::new(error.span().unwrap_or(0..0), error.message())],
    };
    let mut reader = Reader { rules, problems: Vec::new() };
    match source {
        ConfigSource::Analyzer => reader.table(TOP, document.get_ref(), draft),
        ConfigSource::Pyproject => {
            let tool = document.get_ref().get("tool").and_then(|tool| tool.get_ref().as_table());
            if let Some(section) = tool.and_then(|tool| tool.get("analyzer")) {
                match section.get_ref().as_table() {
                    Some(table) => reader.table(TOP, table, draft),
                    None => reader.wrong(section, "`tool.analyzer` must be a table"),
                }
            }
            python_from_project(document.get_ref(), &mut draft.settings);
        }
    }
    reader.problems.sort_by_key(|problem| problem.range);
    reader.problems
}

/// True if the text of a `pyproject.toml` configures the analyser, well or badly. In a text that is no TOML the header of
/// the table tells, so that a slip of the pen does not make another folder the root.
#[must_use]
pub fn configures_analyzer(pyproject: &str) -> bool {
    if !pyproject.contains("analyzer") {
        return false;
    }
    match DeTable::parse(pyproject) {
        Ok(document) => {
            let tool = document.get_ref().get("tool").and_then(|tool| tool.get_ref().as_table());
            tool.is_some_and(|tool| tool.contains_key("analyzer"))
        }
        Err(_) => pyproject.lines().any(|line| {
            let bare = line.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '['));
            let bare: String = bare.collect();
            bare.strip_prefix("tool.analyzer").is_some_and(|rest| rest.starts_with([']', '.', '=']))
        }),
    }
}

/// Reads tables, and collects what is wrong with them.
pub(super) struct Reader<'r> {
    rules: Catalogue<'r>,
    problems: Vec<ConfigProblem>,
}

impl Reader<'_> {
    /// Reads the keys of a table into `target`.
    pub(super) fn table<T>(&mut self, keys: &[Key<T>], table: &DeTable, target: &mut T) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match keys.iter().find(|known| known.name == name) {
                Some(known) => self.value(known, value, target),
                None => self.unknown_key(key, name, keys.iter().map(|known| known.name)),
            }
        }
    }

    fn value<T>(&mut self, key: &Key<T>, value: &Spanned<DeValue>, target: &mut T) {
        let name = key.name;
        match key.kind {
            Kind::Rules(set) => set(target, self.selectors(value, name)),
            Kind::Globs(set) => set(target, self.globs(value, name)),
            Kind::Folders(set) => set(target, self.folders(value, name)),
            Kind::Flag(set) => match value.get_ref() {
                DeValue::Boolean(flag) => set(target, *flag),
                _ => self.wrong(value, format!("`{name}` takes `true` or `false`")),
            },
            Kind::Bytes(set) => match whole_number(value.get_ref()) {
                Some(size) if (1..=MOST_BYTES).contains(&size) => set(target, size),
                _ => self.wrong(value, format!("`{name}` takes a number of bytes from 1 to {MOST_BYTES}")),
            },
            Kind::File(set) => match value.get_ref().as_str() {
                Some(path) if leaves_project(path) => {
                    let problem = ConfigProblem::new(
                        value.span(),
                        format!("`{name}` must be a file inside the project"),
                    );
                    self.problem(problem.help("write it relative to this file, without `..`"));
                }
                Some(path) if !path.is_empty() => set(target, path.to_owned()),
                _ => self
                    .wrong(value, format!("`{name}` takes the path of a file, relative to the project root")),
            },
            Kind::Version(set) => match value.get_ref().as_str().and_then(PythonVersion::parse) {
                Some(version) => set(target, version),
                None => self.wrong(value, format!("`{name}` takes a version in quotes, such as \"3.11\"")),
            },
            Kind::Severity(set) => {
                if let Some(severity) = self.severity(value, name) {
                    set(target, severity);
                }
            }
            Kind::Copies(set) => match value.get_ref().as_str().and_then(Copies::parse) {
                Some(copies) => set(target, copies),
                None => self.wrong(value, format!("`{name}` takes \"fold\" or \"report\"")),
            },
            Kind::RuleTables(settings) => self.rules(value, settings(target)),
            Kind::FileTables(settings) => self.per_file(value, settings(target)),
            Kind::Contracts(settings) => settings(target).contracts = self.contracts(value),
            Kind::Text(set) => match value.get_ref().as_str() {
                Some(text) => set(target, text.to_owned()),
                None => self.wrong(value, format!("`{name}` takes a string")),
            },
            Kind::Contract(set) => {
                if let Some(kind) = self.contract_kind(value, name) {
                    set(target, kind);
                }
            }
            Kind::Modules(set) => set(target, self.modules(value, name)),
            Kind::Layers(set) => set(target, self.layers(value, name)),
            Kind::Imports(set) => set(target, self.imports(value, name)),
        }
    }

    fn rules(&mut self, value: &Spanned<DeValue>, settings: &mut Settings) {
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
            let Some(table) = value.get_ref().as_table() else {
                self.wrong(value, format!("`rules.{name}` must be a table"));
                continue;
            };
            let mut severity = None;
            for (key, value) in table {
                let option = key.get_ref().as_ref();
                if let Some(known) = RULE.iter().find(|known| known.name == option) {
                    self.value(known, value, &mut severity);
                } else if let Some(info) = rule.options.iter().find(|info| info.name == option) {
                    match OptionValue::parse(info, value.get_ref()) {
                        Ok(parsed) => settings.options.set(name, option, parsed),
                        Err(problem) => self.wrong(value, problem.0),
                    }
                } else {
                    let options = rule.options.iter().map(|info| info.name.as_str());
                    self.unknown_key(key, option, options.chain(RULE.iter().map(|known| known.name)));
                }
            }
            if let Some(severity) = severity {
                settings.severity.insert(CompactString::new(name), severity);
            }
        }
    }

    fn per_file(&mut self, value: &Spanned<DeValue>, settings: &mut Settings) {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "`per-file` holds a table for each glob, such as `[per-file.\"tests/**\"]`");
            return;
        };
        if table.len() > MOST_GLOBS {
            return self.wrong(
                value,
                format!("`per-file` holds {} globs, more than the {MOST_GLOBS} that are read", table.len()),
            );
        }
        for (key, value) in table {
            let glob = key.get_ref().to_string();
            if let Err(error) = Glob::new(&glob) {
                self.problems.push(ConfigProblem::new(key.span(), format!("not a glob: {}", error.kind())));
                continue;
            }
            let Some(table) = value.get_ref().as_table() else {
                self.wrong(value, "settings for a glob must be a table, such as `ignore = [\"exceptions\"]`");
                continue;
            };
            let mut entry = PerFile { glob, ignore: BTreeSet::new() };
            self.table(PER_FILE, table, &mut entry);
            settings.per_file.push(entry);
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
                    let help = unknown.hint.or_else(|| Some("`analyzer rules` lists them all".to_owned()));
                    self.problems.push(ConfigProblem { help, ..problem });
                }
            }
        }
        chosen
    }

    fn globs(&mut self, value: &Spanned<DeValue>, key: &str) -> Vec<String> {
        let mut globs = Vec::new();
        let count = value.get_ref().as_array().map_or(0, |items| items.len());
        if count > MOST_GLOBS {
            self.wrong(
                value,
                format!("`{key}` holds {count} globs, more than the {MOST_GLOBS} that are read"),
            );
            return globs;
        }
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
    fn folders(&mut self, value: &Spanned<DeValue>, key: &str) -> Vec<String> {
        let mut roots = Vec::new();
        for (root, span) in self.strings(value, key) {
            let clean = root.trim_start_matches("./").trim_end_matches('/');
            if leaves_project(&root) {
                let problem = ConfigProblem::new(span, "a root must be a folder inside the project");
                self.problems.push(problem.help("write it relative to this file, such as `src`"));
            } else {
                roots.push(if clean == "." { String::new() } else { clean.to_owned() });
            }
        }
        roots
    }

    pub(super) fn strings(
        &mut self,
        value: &Spanned<DeValue>,
        key: &str,
    ) -> Vec<(String, std::ops::Range<usize>)> {
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

    pub(super) fn wrong(&mut self, value: &Spanned<DeValue>, message: impl Into<String>) {
        self.problem(ConfigProblem::new(value.span(), message));
    }

    pub(super) fn problem(&mut self, problem: ConfigProblem) {
        self.problems.push(problem);
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

/// `requires-python = ">=3.11"` gives the target version where nothing else does.
fn python_from_project(document: &DeTable, settings: &mut Settings) {
    let analyzer = document.get("tool").and_then(|tool| tool.get_ref().get("analyzer"));
    if analyzer.is_some_and(|section| section.get_ref().get("target-version").is_some()) {
        return;
    }
    let requires = document.get("project").and_then(|project| project.get_ref().get("requires-python"));
    let Some(requires) = requires.and_then(|value| value.get_ref().as_str()) else { return };
    if let Some(version) = PythonVersion::lower_bound(requires) {
        settings.target_version = version;
    }
}

/// Globs that a list may hold: they are tried on each file, and making a hundred thousand takes minutes.
const MOST_GLOBS: usize = 5_000;

/// Whether a path that a configuration names may lead out of the project. A drive's letter is Windows' way to begin one.
fn leaves_project(path: &str) -> bool {
    let drive = path.get(1..2) == Some(":") && path.starts_with(|c: char| c.is_ascii_alphabetic());
    drive || path.starts_with(['/', '\\']) || path.split(['/', '\\']).any(|part| part == "..")
}
