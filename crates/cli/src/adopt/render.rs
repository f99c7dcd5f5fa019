//! Renders adopted settings as parts of a commented analyzer.toml. It must not know other tools.

use std::fmt::Write as _;

use super::Adopted;

/// Names of unmatched keys on a line of comment.
const A_LINE: usize = 6;

impl Adopted {
    /// Whether a linter is configured that would report tests, too.
    pub(crate) fn has_linter(&self) -> bool {
        self.tools.iter().any(|(tool, _)| matches!(*tool, "ruff" | "flake8" | "pylint"))
    }

    /// The tools whose configuration the file translates, as a comment.
    pub(crate) fn head(&self) -> String {
        let mut text = String::new();
        for (tool, file) in &self.tools {
            let _ = writeln!(
                text,
                "# Means what the configuration of {tool} in {file} does, as far as there is a counterpart."
            );
        }
        text
    }

    /// The key `ignore`; empty where every rule runs.
    pub(crate) fn ignore(&self) -> String {
        if self.ignore.is_empty() {
            return String::new();
        }
        let mut text = "ignore = [\n".to_owned();
        for (rule, why) in &self.ignore {
            let _ = writeln!(text, "    {}, # {why}", quoted(rule));
        }
        text + "]\n"
    }

    /// The options of rules, a table for each.
    pub(crate) fn options(&self) -> String {
        let mut text = String::new();
        let mut rules: Vec<&str> = self.options.iter().map(|option| option.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        for rule in rules {
            let _ = writeln!(text, "\n[rules.{rule}]");
            for option in self.options.iter().filter(|option| option.rule == rule) {
                let _ = writeln!(text, "{} = {} # {}", option.key, option.value, option.why);
            }
        }
        text
    }

    /// The rules that are silent in the files of a glob.
    pub(crate) fn silent_in(&self, glob: &str) -> &[String] {
        let found = self.per_file.iter().find(|(known, _)| known == glob);
        found.map(|(_, rules)| rules.as_slice()).unwrap_or_default()
    }

    /// Whether one of the tools reports a rule in the files of a glob.
    pub(crate) fn reports_in(&self, rule: &str, glob: &str) -> bool {
        let silent = || self.silent_in(glob).iter().any(|known| known == rule);
        self.reported.iter().any(|known| known == rule) && !silent()
    }

    /// A table for each glob; `skip` is true for globs that are written elsewhere.
    pub(crate) fn per_file(&self, skip: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        for (glob, rules) in self.per_file.iter().filter(|(glob, _)| !skip(glob)) {
            let rules: Vec<String> = rules.iter().map(|rule| quoted(rule)).collect();
            let list = if rules.is_empty() { "\"ALL\"".to_owned() } else { rules.join(", ") };
            let one_line = format!("ignore = [{list}]");
            let list = if one_line.len() <= 100 {
                one_line
            } else {
                format!("ignore = [\n    {},\n]", rules.join(",\n    "))
            };
            let _ = write!(text, "\n[per-file.{}]\n{list}\n", quoted(glob));
        }
        text
    }

    /// Contracts, without names that `exists` knows nothing of; a comment lists these.
    pub(crate) fn contracts(&self, exists: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        for contract in &self.contracts {
            let _ = write!(text, "\n[[layers]]\n");
            if !contract.name.is_empty() {
                let _ = writeln!(text, "name = {}", quoted(&contract.name));
            }
            if contract.kind != "layers" {
                let _ = writeln!(text, "type = {}", quoted(contract.kind));
            }
            for (key, names) in &contract.lists {
                // Layers and imports hold several names; those of layers in containers are relative.
                let checked = matches!(*key, "modules" | "forbidden" | "allowed" | "containers");
                let (known, unknown): (Vec<&String>, Vec<&String>) =
                    names.iter().partition(|name| !checked || exists(name));
                let known: Vec<String> = known.into_iter().map(|name| quoted(name)).collect();
                if !unknown.is_empty() {
                    let unknown: Vec<&str> = unknown.into_iter().map(String::as_str).collect();
                    let _ = writeln!(text, "# No module of this project: {}.", unknown.join(", "));
                }
                let one_line = format!("{key} = [{}]", known.join(", "));
                if one_line.len() <= 100 {
                    let _ = writeln!(text, "{one_line}");
                } else {
                    let _ = writeln!(text, "{key} = [\n    {},\n]", known.join(",\n    "));
                }
            }
            for flag in &contract.off {
                let _ = writeln!(text, "{flag} = false");
            }
        }
        text
    }

    /// Settings without a counterpart, as comments.
    pub(crate) fn unmatched(&self) -> String {
        let mut text = String::new();
        for (tool, keys) in &self.unmatched {
            let _ = writeln!(text, "\n# No counterpart of {tool}'s");
            let lines: Vec<String> =
                keys.chunks(A_LINE).map(|line| format!("#   {}", line.join(", "))).collect();
            let _ = writeln!(text, "{}", lines.join(",\n"));
        }
        text
    }
}

/// A TOML string. JSON's escapes are TOML's too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
