//! Configuration files: what they set, and how their mistakes are reported.

#![expect(clippy::expect_used, reason = "tests")]

use analyzer_diagnostics::{FixKind, OptionInfo, Precision, RuleInfo, Scope, Severity};
use analyzer_project::Settings;
use analyzer_project::config::{Catalogue, ConfigProblem, ConfigSource, OptionValue, PythonVersion, parse};

fn rule(family: &str, name: &str, options: Vec<OptionInfo>) -> RuleInfo {
    RuleInfo {
        name: name.to_owned(),
        family: family.to_owned(),
        severity: Severity::Warning,
        precision: Precision::High,
        security_severity: None,
        cwe: Vec::new(),
        scope: Scope::File,
        fix: FixKind::None,
        options,
        replaces: vec!["E722".to_owned()],
        summary: "Summary.".to_owned(),
        page: String::new(),
    }
}

fn option(name: &str, kind: &str, choices: &[&str], default: &str) -> OptionInfo {
    OptionInfo {
        name: name.to_owned(),
        kind: kind.to_owned(),
        choices: choices.iter().map(|&choice| choice.to_owned()).collect(),
        default: default.to_owned(),
        doc: "Changes it.".to_owned(),
    }
}

fn read(text: &str, source: ConfigSource) -> Result<Settings, Vec<ConfigProblem>> {
    let options = vec![
        option("max", "integer", &[], "10"),
        option("metric", "choice", &["ruff", "radon"], "\"ruff\""),
        option("strict", "bool", &[], "false"),
        option("names", "strings", &[], "[]"),
    ];
    let rules =
        [rule("exceptions", "bare-except", Vec::new()), rule("complexity", "complex-function", options)];
    parse(text, source, Catalogue(&rules.iter().collect::<Vec<_>>()))
}

/// The problems of a text as `line: 'what is marked' message / help`.
fn problems(text: &str) -> Vec<String> {
    let problems = read(text, ConfigSource::Analyzer).expect_err("must be refused");
    let show = |problem: &ConfigProblem| {
        let line = text[..problem.range.start as usize].matches('\n').count() + 1;
        let help = problem.help.as_deref().map(|help| format!(" / {help}")).unwrap_or_default();
        format!("{line}: '{}' {}{help}", problem.range.slice(text), problem.message)
    };
    problems.iter().map(show).collect()
}

#[test]
fn an_empty_file_gives_the_defaults() {
    let settings = read("", ConfigSource::Analyzer).unwrap();
    assert_eq!(settings.enabled.len(), 2);
    assert_eq!((settings.fail_on, settings.max_file_size), (Severity::Warning, 1 << 20));
}

#[test]
fn every_key_is_read() {
    let text = r#"
select = ["exceptions", "complex-function"]
ignore = ["bare-except"]
exclude = ["generated/**"]
roots = ["./src/", "."]
target-version = "3.12"
fail-on = "error"
max-file-size = 2_000_000
respect-gitignore = false

[rules.complex-function]
severity = "error"
max = 60
metric = "radon"
strict = true
names = ["a", "b"]

[per-file."tests/**"]
ignore = ["ALL"]
"#;
    let settings = read(text, ConfigSource::Analyzer).unwrap();
    assert_eq!(settings.enabled.iter().collect::<Vec<_>>(), ["complex-function"]);
    assert_eq!(settings.exclude, ["generated/**"]);
    assert_eq!(settings.roots, ["src", ""]);
    assert_eq!(settings.target_version, PythonVersion { major: 3, minor: 12 });
    assert_eq!(settings.fail_on, Severity::Error);
    assert_eq!(settings.max_file_size, 2_000_000);
    assert!(!settings.respect_gitignore);
    assert_eq!(settings.severity.get("complex-function"), Some(&Severity::Error));
    let value = |key| settings.options.get("complex-function", key);
    assert_eq!(value("max"), Some(&OptionValue::Integer(60)));
    assert_eq!(value("metric"), Some(&OptionValue::String("radon".to_owned())));
    assert_eq!(value("strict"), Some(&OptionValue::Bool(true)));
    assert_eq!(value("names"), Some(&OptionValue::Strings(vec!["a".to_owned(), "b".to_owned()])));
    assert_eq!(settings.per_file[0].glob, "tests/**");
    assert_eq!(settings.per_file[0].ignore.len(), 2);
}

#[test]
fn pyproject_holds_the_same_below_its_own_table() {
    let text = "[project]\nrequires-python = \">=3.11,<4\"\n\n[tool.analyzer]\nfail-on = \"note\"\n";
    let settings = read(text, ConfigSource::Pyproject).unwrap();
    assert_eq!(settings.fail_on, Severity::Note);
    assert_eq!(settings.target_version, PythonVersion { major: 3, minor: 11 });
    let other = "[tool.ruff]\nselect = [\"E\"]\n";
    assert_eq!(read(other, ConfigSource::Pyproject).unwrap().enabled.len(), 2);
}

#[test]
fn mistakes_are_all_told_with_their_places() {
    let text = r#"selct = ["ALL"]
ignore = ["bare-exept", "E722"]
exclude = ["a[", 3]
roots = ["../other"]
target-version = 3.12
fail-on = "fatal"
max-file-size = 0
respect-gitignore = "yes"
[rules.complex-function]
max = -1
metric = "lizard"
maxx = 3
[rules.complex-functon]
max = 1
[per-file."tests/**"]
select = ["ALL"]
"#;
    assert_eq!(
        problems(text),
        [
            "1: 'selct' unknown key `selct` / did you mean `select`?",
            "2: '\"bare-exept\"' there is no rule or family named `bare-exept` / did you mean `bare-except`?",
            "2: '\"E722\"' there is no rule or family named `E722` / here it is called `bare-except`",
            "3: '\"a[\"' not a glob: unclosed character class; missing ']'",
            "3: '3' `exclude` takes a list of strings",
            "4: '\"../other\"' a root must be a folder inside the project / write it relative to this file, such as `src`",
            "5: '3.12' `target-version` takes a version in quotes, such as \"3.11\"",
            "6: '\"fatal\"' `fail-on` takes \"note\", \"warning\" or \"error\"",
            "7: '0' `max-file-size` takes a number of bytes from 1 to 16777216",
            "8: '\"yes\"' `respect-gitignore` takes `true` or `false`",
            "10: '-1' `max` takes a whole number from 0",
            "11: '\"lizard\"' `metric` takes one of \"ruff\", \"radon\"",
            "12: 'maxx' unknown key `maxx` / did you mean `max`?",
            "13: 'complex-functon' there is no rule named `complex-functon` / did you mean `complex-function`?",
            "16: 'select' unknown key `select` / known here: ignore",
        ]
    );
}

#[test]
fn what_is_not_toml_is_told_with_its_place() {
    let told = problems("select = [\"ALL\"\nexclude = []\n");
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("2: ") || told[0].starts_with("1: "), "{told:?}");
}
