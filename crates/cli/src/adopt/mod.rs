//! Reads other tools' configuration for `analyzer init`: which of our rules run, where they are silent, their options,
//! and contracts on imports. It must not know how `analyzer.toml` is written beyond lists of names.

mod bandit;
mod codes;
mod flake8;
mod globs;
mod import_linter;
mod ini;
mod isort;
mod merge;
mod pylint;
mod render;
mod ruff;

use analyzer_project::config::PythonVersion;
use analyzer_source::files;
use camino::Utf8Path;
use toml::Table;

use codes::Selection;
pub(crate) use import_linter::AdoptedContract;
use ini::Ini;
pub(crate) use merge::{Adopted, adopt};

/// The file of a tool, and its keys with the words of their values.
type FileKeys = (&'static str, Vec<(String, Vec<String>)>);

/// Files of an INI form that several tools read, in the order in which they are looked for.
const SHARED: [&str; 2] = ["setup.cfg", "tox.ini"];

/// The configuration of one tool.
#[derive(Debug, Default)]
struct Tool {
    name: &'static str,
    /// The file that configures it.
    file: String,
    /// Which codes it reports.
    selection: Selection,
    /// Files for which it reports some or none of them.
    silences: Vec<Silence>,
    /// Folders from which imports resolve.
    roots: Vec<String>,
    target_version: Option<PythonVersion>,
    /// Options of our rules.
    options: Vec<RuleOption>,
    contracts: Vec<AdoptedContract>,
    /// Settings without a counterpart here, each as it is written there.
    unmatched: Vec<String>,
}

/// Files for which a tool is silent.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Silence {
    /// As our configuration has it.
    glob: String,
    /// Selectors of codes; none: of all.
    codes: Option<Vec<String>>,
}

/// An option of one of our rules.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RuleOption {
    rule: &'static str,
    key: &'static str,
    /// As TOML.
    value: String,
    /// Where it comes from.
    why: String,
}

impl Tool {
    /// Takes over that the tool reports functions for their complexity, whatever makes them complex.
    fn counts_functions(&mut self, metric: &str, max: Option<i64>, key: &str) {
        let options = [
            ("max", max.map(|max| max.to_string()), key),
            ("metric", Some(format!("\"{metric}\"")), "what it counts"),
            (
                "nested",
                Some("\"included\"".to_owned()),
                "it reports what is complex for what is defined inside, too",
            ),
        ];
        let name = self.name;
        self.options.extend(options.into_iter().filter_map(|(option, value, why)| {
            let why = format!("{name}: {why}");
            Some(RuleOption { rule: "complex-function", key: option, value: value?, why })
        }));
    }
}

/// The configuration files of a repository, each read at most once.
struct Sources {
    pyproject: Table,
    shared: Vec<(&'static str, Ini)>,
    root: camino::Utf8PathBuf,
}

impl Sources {
    fn read(root: &Utf8Path, pyproject: &str) -> Self {
        let shared = SHARED.into_iter().filter_map(|name| Some((name, Ini::parse(&text(root, name)?))));
        Self {
            pyproject: pyproject.parse().unwrap_or_default(),
            shared: shared.collect(),
            root: root.to_owned(),
        }
    }

    /// `[tool.NAME]` of the pyproject.toml.
    fn tool(&self, name: &str) -> Option<&Table> {
        self.pyproject.get("tool")?.get(name)?.as_table()
    }

    /// The text of a file in the root.
    fn text(&self, name: &str) -> Option<String> {
        text(&self.root, name)
    }
}

/// The text of a file; none if it cannot be read, since the tool itself complains about that.
fn text(root: &Utf8Path, name: &str) -> Option<String> {
    let path = root.join(name);
    // Files outside of the project are not taken over into its own.
    if files::is_inside(root, &path) { files::read_to_string(&path).ok() } else { None }
}

/// The strings of a list, or of one string with commas or line ends between them.
fn strings(value: &toml::Value) -> Vec<String> {
    match value {
        toml::Value::Array(items) => {
            items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
        }
        toml::Value::String(text) => ini::list(text),
        _ => Vec::new(),
    }
}
