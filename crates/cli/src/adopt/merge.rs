//! Merges the tools' settings: a rule runs if any of them reports it, and is silent where all that report it are.
//! It must not know files.

use analyzer_diagnostics::RuleInfo;
use analyzer_project::config::PythonVersion;
use camino::Utf8Path;

use super::codes::{Family, selects};
use super::{
    AdoptedContract, RuleOption, Silence, Sources, Tool, bandit, flake8, import_linter, isort, pylint, ruff,
};

/// Merged settings from a repository's configuration of other tools.
#[derive(Debug, Default)]
pub(crate) struct Adopted {
    /// The tools, each with its file.
    pub(super) tools: Vec<(&'static str, String)>,
    /// Rules that none of the tools reports although one could, each with why.
    pub(super) ignore: Vec<(String, String)>,
    /// Rules that one of the tools reports.
    pub(super) reported: Vec<String>,
    /// By glob the rules that are silent there; all of them where the list is empty, as every linter leaves it out.
    pub(super) per_file: Vec<(String, Vec<String>)>,
    pub(super) options: Vec<RuleOption>,
    pub(super) contracts: Vec<AdoptedContract>,
    /// By tool what has no counterpart.
    pub(super) unmatched: Vec<(&'static str, Vec<String>)>,
    /// Folders from which imports resolve.
    pub(crate) roots: Vec<String>,
    pub(crate) target_version: Option<PythonVersion>,
}

/// Reads the configuration of other tools in a folder.
pub(crate) fn adopt(root: &Utf8Path, pyproject: &str, rules: &[&RuleInfo]) -> Adopted {
    let sources = Sources::read(root, pyproject);
    let readers = [ruff::read, flake8::read, pylint::read, bandit::read, isort::read, import_linter::read];
    merge(readers.into_iter().filter_map(|read| read(&sources)).collect(), rules)
}

fn merge(tools: Vec<Tool>, rules: &[&RuleInfo]) -> Adopted {
    let mut adopted = Adopted::default();
    for rule in rules {
        let said: Vec<(&Tool, bool)> =
            tools.iter().filter_map(|tool| Some((tool, tool.selection.reports_rule(rule)?))).collect();
        if !said.is_empty() && said.iter().all(|(_, on)| !on) {
            let why = |(tool, _): &(&Tool, bool)| {
                format!("{} without {}", tool.name, tool.selection.family.codes(rule).join(", "))
            };
            adopted.ignore.push((rule.name.clone(), said.iter().map(why).collect::<Vec<_>>().join("; ")));
        }
        if said.iter().any(|(_, on)| *on) {
            adopted.reported.push(rule.name.clone());
        }
    }
    let ignored = |rule: &RuleInfo| adopted.ignore.iter().any(|(name, _)| *name == rule.name);
    let linters: Vec<&Tool> = tools.iter().filter(|tool| is_linter(tool)).collect();
    let mut globs: Vec<&str> = Vec::new();
    for silence in tools.iter().flat_map(|tool| &tool.silences) {
        if !globs.contains(&silence.glob.as_str()) {
            globs.push(&silence.glob);
        }
    }
    for glob in globs {
        let everywhere = linters
            .iter()
            .all(|tool| tool.silences.iter().any(|one| one.glob == glob && one.codes.is_none()));
        if everywhere && !linters.is_empty() {
            adopted.per_file.push((glob.to_owned(), Vec::new()));
            continue;
        }
        let silent = rules.iter().filter(|rule| !ignored(rule) && is_silent(&tools, rule, glob));
        let silent: Vec<String> = silent.map(|rule| rule.name.clone()).collect();
        if !silent.is_empty() {
            adopted.per_file.push((glob.to_owned(), silent));
        }
    }
    for tool in tools {
        adopted.tools.push((tool.name, tool.file));
        // The options of one rule belong together: they come from the first tool that has any.
        let known: Vec<&str> = adopted.options.iter().map(|option| option.rule).collect();
        let new: Vec<RuleOption> =
            tool.options.into_iter().filter(|option| !known.contains(&option.rule)).collect();
        adopted.options.extend(new);
        adopted.contracts.extend(tool.contracts);
        if adopted.roots.is_empty() {
            adopted.roots = tool.roots;
        }
        adopted.target_version = adopted.target_version.or(tool.target_version);
        if !tool.unmatched.is_empty() {
            adopted.unmatched.push((tool.name, tool.unmatched));
        }
    }
    adopted
}

/// Whether a tool is meant to look at all of the code: bandit is only asked about security.
fn is_linter(tool: &Tool) -> bool {
    matches!(tool.selection.family, Family::Ruff | Family::Pylint)
}

/// Whether all tools that report a rule leave it out in these files.
fn is_silent(tools: &[Tool], rule: &RuleInfo, glob: &str) -> bool {
    let mut reporting =
        tools.iter().filter(|tool| tool.selection.reports_rule(rule) == Some(true)).peekable();
    let leaves_out = |tool: &Tool| {
        let codes = tool.selection.family.codes(rule);
        let mut reported = codes.into_iter().filter(|code| tool.selection.reports(code) == Some(true));
        reported.all(|code| tool.silences.iter().any(|one| one.glob == glob && covers(one, code)))
    };
    reporting.peek().is_some() && reporting.all(leaves_out)
}

fn covers(silence: &Silence, code: &str) -> bool {
    silence.codes.as_ref().is_none_or(|selectors| selectors.iter().any(|selector| selects(selector, code)))
}
