//! `analyzer check --show-settings`: the settings that hold, in a project or for one file, and who set each.
//! It must not know what the settings do.

use std::collections::BTreeMap;
use std::io::{self, Write};

use analyzer_diagnostics::Severity;
use analyzer_engine::why_not_read;
use analyzer_project::Settings;
use analyzer_project::config::{Copies, OptionValue, set_keys};
use analyzer_report::inert;
use analyzer_source::files;
use camino::Utf8PathBuf;
use serde_json::{Value, json};

use crate::args::{CheckArgs, OutputFormat};
use crate::cache;
use crate::check;
use crate::configuration;
use crate::failure::{Failure, code};
use crate::given;
use crate::log::Syntax;
use crate::output;
use crate::setup::{Setup, rules_with, setup};

/// Prints the settings, as TOML with a comment after each, or as JSON.
pub(crate) fn show(args: &CheckArgs) -> Result<u8, Failure> {
    let mut project = if given::is_asked(args) {
        given::setup_unread(args)?
    } else {
        setup(&args.paths, &args.run.project)?
    };
    let origins = Origins::of(&project, args)?;
    check::configure(args, &mut project)?;
    let file = match project.only.as_slice() {
        [] => None,
        [one] if !files::is_dir(&project.root.join(one)) => Some(one.clone()),
        [_] => None,
        _ => return Err(Failure::new("`--show-settings` takes one file, and several paths are named")),
    };
    let (cache, by) = cache::place(&project.root, args.run.cache.cache_dir.as_deref())?;
    let cache = if args.run.no_cache || project.alone { None } else { Some((cache, by)) };
    let shown = Shown { project: &project, origins: &origins, file: file.as_deref(), cache };
    let format = args.output_format;
    let syntax = if format == Some(OutputFormat::Json) { Syntax::Json } else { Syntax::Text };
    output::write_as(syntax, None, |out| match format {
        Some(OutputFormat::Json) => writeln!(out, "{:#}", shown.json()),
        _ => shown.toml(out),
    })?;
    Ok(code::CLEAN)
}

/// Who set a key, several where it is put together.
#[derive(Default)]
struct Origins {
    by: BTreeMap<Vec<String>, Vec<String>>,
    /// The names of the texts that configure the project.
    texts: Vec<String>,
}

impl Origins {
    fn of(project: &Setup, args: &CheckArgs) -> Result<Self, Failure> {
        let mut origins = Self::default();
        let mut config = args.run.project.clone();
        config.isolated |= project.alone && configuration::named_file(&config)?.is_none();
        for text in configuration::texts(&project.root, &config)? {
            for key in set_keys(&text.text, text.source) {
                let before = text.text.get(..key.range.start as usize).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                let required = if key.requires_python { " (requires-python)" } else { "" };
                let place = match text.name.as_str() {
                    "--config" => "--config".to_owned(),
                    name => format!("{name}:{line}{required}"),
                };
                origins.by.insert(key.names, vec![place]);
            }
            origins.texts.push(text.name);
        }
        let replaced = [
            ("select", "--select", !args.select.is_empty()),
            ("target-version", "--target-version", args.target_version.is_some()),
            ("fail-on", "--fail-on", args.fail_on.is_some()),
            ("baseline", "--baseline", args.baseline.is_some()),
            ("baseline", "--no-baseline", args.no_baseline),
        ];
        for (key, option, _) in replaced.iter().filter(|(_, _, given)| *given) {
            origins.by.insert(vec![(*key).to_owned()], vec![(*option).to_owned()]);
        }
        let added = [
            ("select", "--extend-select", !args.extend_select.is_empty()),
            ("ignore", "--ignore", !args.ignore.is_empty()),
            ("exclude", "--exclude", !args.exclude.is_empty()),
        ];
        for (key, option, _) in added.iter().filter(|(_, _, given)| *given) {
            origins.by.entry(vec![(*key).to_owned()]).or_default().push((*option).to_owned());
        }
        Ok(origins)
    }

    fn place(&self, names: &[&str]) -> String {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        self.by.get(&names).map_or_else(|| "default".to_owned(), |places| places.join(", "))
    }

    /// The keys that are set in the tables of this name: the table's own name, and the key's.
    fn tables(&self, of: &str) -> impl Iterator<Item = (&str, &str)> {
        let inside = move |names: &&Vec<String>| names.len() == 3 && names[0] == of;
        self.by.keys().filter(inside).map(|names| (names[1].as_str(), names[2].as_str()))
    }
}

struct Shown<'a> {
    project: &'a Setup,
    origins: &'a Origins,
    file: Option<&'a str>,
    cache: Option<(Utf8PathBuf, &'static str)>,
}

impl Shown<'_> {
    fn settings(&self) -> &Settings {
        &self.project.settings
    }

    /// The keys at the top, with their values; null where nothing is set and what holds then is found on the way.
    fn top(&self) -> Vec<(&'static str, Value)> {
        let settings = self.settings();
        let rules = rules_with(&self.project.custom);
        let off =
            rules.iter().map(|rule| rule.name.as_str()).filter(|name| !settings.enabled.contains(*name));
        let off: Vec<&str> = off.collect();
        // The shorter list says more.
        let (select, ignore) = if off.len() <= settings.enabled.len() {
            (json!(["ALL"]), json!(off))
        } else {
            (json!(settings.enabled), json!([]))
        };
        let roots = &settings.roots;
        vec![
            ("select", select),
            ("ignore", ignore),
            ("exclude", json!(settings.exclude)),
            ("include", json!(settings.include)),
            ("roots", if roots.is_empty() { Value::Null } else { json!(roots) }),
            ("target-version", json!(settings.target_version.to_string())),
            ("baseline", json!(settings.baseline)),
            ("ports", json!(settings.ports)),
            ("fail-on", json!(settings.fail_on.as_str())),
            ("max-file-size", json!(settings.max_file_size)),
            ("respect-gitignore", json!(settings.respect_gitignore)),
            ("churn", json!(settings.churn)),
            ("copies", json!(if settings.copies == Copies::Fold { "fold" } else { "report" })),
        ]
    }

    /// Settings of rules: rule, key, value.
    fn rules(&self) -> Vec<(&str, &str, Value)> {
        let settings = self.settings();
        let value = |rule: &str, key: &str| match key {
            "severity" => settings.severity.get(rule).copied().map(Severity::as_str).into(),
            _ => match settings.options.get(rule, key) {
                Some(OptionValue::Bool(flag)) => json!(flag),
                Some(OptionValue::Integer(number)) => json!(number),
                Some(OptionValue::String(text)) => json!(text),
                Some(OptionValue::Strings(texts)) => json!(texts),
                None => Value::Null,
            },
        };
        self.origins.tables("rules").map(|(rule, key)| (rule, key, value(rule, key))).collect()
    }

    /// The rules that report nothing in the file, with the globs that say so.
    fn silent(&self) -> Vec<(&str, &str)> {
        let Some(file) = self.file else { return Vec::new() };
        let holding = self.settings().per_file.iter().filter(|entry| entry.holds_for(file));
        holding
            .flat_map(|entry| entry.ignore.iter().map(|rule| (rule.as_str(), entry.glob.as_str())))
            .collect()
    }

    fn not_read(&self) -> Option<String> {
        let file = self.file.filter(|_| !self.project.alone && self.project.given.is_none())?;
        why_not_read(&self.project.root, self.settings(), file)
    }

    fn toml(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "# project: {}", inert(self.project.root.as_str()))?;
        let texts = &self.origins.texts;
        let texts = if texts.is_empty() { "none".to_owned() } else { texts.join(", ") };
        writeln!(out, "# configuration: {}", inert(&texts))?;
        match &self.cache {
            Some((folder, by)) => writeln!(out, "# cache: {} ({by})", inert(folder.as_str()))?,
            None => writeln!(out, "# cache: none")?,
        }
        if let Some(file) = self.file {
            writeln!(out, "# file: {}", inert(file))?;
        }
        if let Some(why) = self.not_read() {
            writeln!(out, "# It is not analysed: {}", inert(&why))?;
        }
        writeln!(out)?;
        for (key, value) in self.top() {
            let place = self.origins.place(&[key]);
            match (key, value) {
                ("roots", Value::Null) => writeln!(out, "# roots are found  # {place}")?,
                (key, Value::Null) => {
                    writeln!(out, "# {key}: the file of the usual name, if there is one  # {place}")?
                }
                (key, value) => writeln!(out, "{key} = {}  # {}", toml_of(&value), inert(&place))?,
            }
        }
        let mut table = "";
        for (rule, key, value) in &self.rules() {
            if table != *rule {
                writeln!(out, "\n[rules.{rule}]")?;
                table = rule;
            }
            let place = self.origins.place(&["rules", rule, key]);
            writeln!(out, "{key} = {}  # {}", toml_of(value), inert(&place))?;
        }
        for entry in &self.settings().per_file {
            let glob = toml_of(&json!(entry.glob));
            let place = self.origins.place(&["per-file", &entry.glob, "ignore"]);
            writeln!(out, "\n[per-file.{glob}]")?;
            writeln!(out, "ignore = {}  # {}", toml_of(&json!(entry.ignore)), inert(&place))?;
        }
        let contracts = self.settings().contracts.len();
        if contracts > 0 {
            let place = self.origins.place(&["layers"]);
            writeln!(out, "\n# layers: {contracts}  # {}", inert(&place))?;
        }
        let silent = self.silent();
        if !silent.is_empty() {
            writeln!(out, "\n# Silent in this file:")?;
        }
        for (rule, glob) in silent {
            let place = self.origins.place(&["per-file", glob, "ignore"]);
            writeln!(out, "# {rule}: per-file {}  # {}", inert(&toml_of(&json!(glob))), inert(&place))?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let with = |value: Value, names: &[&str]| json!({"value": value, "from": self.origins.place(names)});
        let settings: serde_json::Map<String, Value> =
            self.top().into_iter().map(|(key, value)| (key.to_owned(), with(value, &[key]))).collect();
        let mut rules: BTreeMap<&str, BTreeMap<&str, Value>> = BTreeMap::new();
        for (rule, key, value) in self.rules() {
            rules.entry(rule).or_default().insert(key, with(value, &["rules", rule, key]));
        }
        let per_file = self.settings().per_file.iter().map(|entry| {
            (entry.glob.clone(), with(json!(entry.ignore), &["per-file", &entry.glob, "ignore"]))
        });
        let silent = self.silent().into_iter().map(|(rule, glob)| {
            json!({"rule": rule, "glob": glob, "from": self.origins.place(&["per-file", glob, "ignore"])})
        });
        json!({
            "project": self.project.root,
            "configuration": self.origins.texts,
            "cache": self.cache.as_ref().map(|(folder, by)| json!({"value": folder, "from": by})),
            "file": self.file,
            "notAnalysed": self.not_read(),
            "settings": settings,
            "rules": rules,
            "perFile": per_file.collect::<serde_json::Map<String, Value>>(),
            "layers": self.settings().contracts.len(),
            "silentInFile": silent.collect::<Vec<Value>>(),
        })
    }
}

/// A value as TOML writes it: strings, numbers, flags and lists of strings are written as in JSON, but for one character.
fn toml_of(value: &Value) -> String {
    let text = match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(Value::to_string).collect();
            format!("[{}]", items.join(", "))
        }
        value => value.to_string(),
    };
    text.replace('\u{7f}', "\\u007f")
}
