//! `analyzer init` beside other tools' configuration: what it writes is read by our own reader, and means the same.

#![expect(clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use std::collections::BTreeSet;
use std::fs;

use analyzer_diagnostics::RuleInfo;
use analyzer_project::config::{Catalogue, ConfigSource, parse};
use analyzer_project::{ContractKind, OptionValue, Settings};
use support::{Project, run};

/// Configuration that `init` writes beside these files, as text and as our reader sees it.
fn adopted(files: &[(&str, &str)]) -> (String, Settings) {
    let project = Project::empty();
    fs::remove_file(project.path("analyzer.toml")).unwrap();
    for package in ["app/web", "app/db", "app/billing", "app/stock", "app"] {
        project.write(&format!("{package}/__init__.py"), "");
    }
    for (path, text) in files {
        project.write(path, text);
    }
    let output = run(project.command("init").arg("--no-baseline"));
    assert_eq!(output.code, 0, "{}", output.stderr);
    let text = fs::read_to_string(project.path("analyzer.toml")).unwrap();
    let checked = run(&mut project.check());
    assert!(checked.code < 2, "{text}\n{}", checked.stderr);
    let rules: Vec<&RuleInfo> = analyzer_rules::all().iter().map(|rule| &rule.info).collect();
    let settings = parse(&text, ConfigSource::Analyzer, Catalogue(&rules)).unwrap();
    (text, settings)
}

fn off(settings: &Settings) -> BTreeSet<&str> {
    let all = analyzer_rules::all().iter().map(|rule| rule.info.name.as_str());
    all.filter(|name| !settings.enabled.contains(*name)).collect()
}

fn silent<'s>(settings: &'s Settings, glob: &str) -> Vec<&'s str> {
    let entry = settings.per_file.iter().find(|entry| entry.glob == glob);
    entry.map(|entry| entry.ignore.iter().map(|rule| rule.as_str()).collect()).unwrap_or_default()
}

fn option<'s>(settings: &'s Settings, rule: &str, key: &str) -> Option<&'s OptionValue> {
    settings.options.get(rule, key)
}

#[test]
fn ruff_in_a_pyproject() {
    let (text, settings) = adopted(&[(
        "pyproject.toml",
        r#"
[project]
name = "app"
requires-python = ">=3.9"

[tool.ruff]
line-length = 100
target-version = "py311"
extend-exclude = ["migrations", "app/legacy.py", "build"]
src = ["."]

[tool.ruff.lint]
select = ["E", "F", "BLE", "C90", "S1"]
ignore = ["E722"]

[tool.ruff.lint.per-file-ignores]
"__init__.py" = ["F401"]
"tests/**" = ["S", "BLE001"]
"!app/**" = ["E"]

[tool.ruff.lint.mccabe]
max-complexity = 12

[tool.ruff.lint.isort]
known-first-party = ["app"]
"#,
    )]);
    let off = off(&settings);
    // E722 is ignored, but S110 and others report empty bare handlers still.
    assert!(
        !off.contains("bare-except") && !off.contains("unused-import") && !off.contains("complex-function")
    );
    for rule in ["shell-dynamic-command", "shell-with-argument-list"] {
        assert!(off.contains(rule), "{rule}: {text}");
    }
    // Nobody said anything about what ruff does not know.
    for rule in ["import-cycle", "layer-violation", "secret-token"] {
        assert!(!off.contains(rule), "{rule}: {text}");
    }
    assert_eq!(silent(&settings, "**/__init__.py"), ["unused-import"]);
    let tests = silent(&settings, "tests/**");
    assert!(tests.contains(&"broad-except") && tests.contains(&"bare-except"), "{tests:?}");
    assert!(!tests.contains(&"unused-import") && !tests.contains(&"import-cycle"), "{tests:?}");
    // A part of a package stays known, so that imports of it resolve.
    assert_eq!(silent(&settings, "**/migrations/**").len(), analyzer_rules::all().len());
    assert_eq!(silent(&settings, "app/legacy.py").len(), analyzer_rules::all().len());
    assert!(!text.contains("**/build/**"), "{text}");
    assert_eq!(option(&settings, "complex-function", "max"), Some(&OptionValue::Integer(12)));
    assert_eq!(settings.target_version.to_string(), "3.11");
    for told in ["line-length", "lint.isort", "per-file-ignores of `!app/**`", "of ruff in pyproject.toml"] {
        assert!(text.contains(told), "{told}: {text}");
    }
}

#[test]
fn ruff_without_a_choice_turns_nothing_off() {
    let (text, settings) = adopted(&[("ruff.toml", "extend-select = [\"I\"]\nline-length = 120\n")]);
    assert!(off(&settings).is_empty(), "{text}");
}

#[test]
fn flake8_in_setup_cfg() {
    let (text, settings) = adopted(&[(
        "setup.cfg",
        "[metadata]\nname = app\n\n[flake8]\nmax-line-length = 88\nmax_complexity = 15\n\
         extend-ignore = E203,  # black\n    E722\nexclude =\n    .git,\n    docs,\n    app/vendored\n\
         per-file-ignores =\n    */__init__.py: F401\n    tests/*,conftest.py: F401,C901\n",
    )]);
    assert_eq!(option(&settings, "complex-function", "max"), Some(&OptionValue::Integer(15)));
    assert_eq!(
        option(&settings, "complex-function", "metric"),
        Some(&OptionValue::String("mccabe".to_owned()))
    );
    assert_eq!(silent(&settings, "*/__init__.py"), ["unused-import"]);
    assert_eq!(silent(&settings, "tests/*"), ["complex-function", "unused-import"]);
    assert_eq!(silent(&settings, "**/conftest.py"), ["complex-function", "unused-import"]);
    assert_eq!(silent(&settings, "app/vendored/**").len(), analyzer_rules::all().len());
    assert!(off(&settings).contains("bare-except"), "{text}");
    assert!(text.contains("max-line-length"), "{text}");
}

#[test]
fn flake8_without_a_limit_reports_no_complexity() {
    let (text, settings) = adopted(&[(".flake8", "[flake8]\nmax-line-length = 100\n")]);
    assert_eq!(off(&settings), BTreeSet::from(["complex-function"]), "{text}");
}

#[test]
fn pylint_in_a_pylintrc() {
    let (text, settings) = adopted(&[(
        ".pylintrc",
        "[MASTER]\nload-plugins=pylint.extensions.mccabe,\n             pylint_django\nignore=CVS,migrations\n\
         ignore-paths=^docs/.*$,app/(a|b)/.*\npy-version=3.10\n\n[MESSAGES CONTROL]\ndisable=missing-docstring,\n        \
         cyclic-import,\n        W0718,\n        fixme\n\n[DESIGN]\nmax-public-methods=30\nmax-complexity=18\n",
    )]);
    let off = off(&settings);
    assert!(off.contains("import-cycle") && off.contains("broad-except"), "{off:?}");
    assert!(
        !off.contains("bare-except") && !off.contains("unused-import") && !off.contains("complex-function")
    );
    assert_eq!(option(&settings, "god-class", "max"), Some(&OptionValue::Integer(31)));
    assert_eq!(option(&settings, "complex-function", "max"), Some(&OptionValue::Integer(18)));
    assert_eq!(silent(&settings, "docs/**").len(), analyzer_rules::all().len());
    assert_eq!(settings.target_version.to_string(), "3.10");
    for told in ["the plugin pylint_django", "ignore-paths `app/(a|b)/.*`"] {
        assert!(text.contains(told), "{told}: {text}");
    }
}

#[test]
fn pylint_with_everything_off_but_some() {
    let (text, settings) = adopted(&[(
        "pyproject.toml",
        "[tool.pylint.main]\njobs = 0\n[tool.pylint.\"messages control\"]\ndisable = [\"all\"]\n\
         enable = [\"unused-import\", \"bare-except\"]\n",
    )]);
    let off = off(&settings);
    assert!(!off.contains("unused-import") && !off.contains("bare-except"), "{text}");
    assert!(
        off.contains("import-cycle") && off.contains("broad-except") && off.contains("self-import"),
        "{text}"
    );
}

#[test]
fn bandit_and_ruff_together() {
    let (text, settings) = adopted(&[
        (".bandit", "[bandit]\nexclude = /tests,./scripts\nskips = B105,B106,B107\n"),
        (
            "pyproject.toml",
            "[tool.ruff.lint]\nselect = [\"F\"]\n[tool.isort]\nprofile = \"black\"\nsrc_paths = [\"app\"]\n",
        ),
    ]);
    let off = off(&settings);
    assert!(off.contains("hardcoded-credential") && off.contains("complex-function"), "{text}");
    // bandit reports it, though ruff does not.
    assert!(!off.contains("shell-dynamic-command"), "{text}");
    let tests = silent(&settings, "**/tests/**");
    assert!(tests.contains(&"shell-dynamic-command") && !tests.contains(&"unused-import"), "{tests:?}");
    assert!(text.contains("# No counterpart of isort's\n#   profile"), "{text}");
}

#[test]
fn bandit_in_yaml() {
    let yaml = "# which tests run\nskips: &skips [B602, 'B110']\nexclude_dirs:\n  - app/legacy\n  - /scripts/\n\
                assert_used:\n  skips: ['*_test.py']\nother: *skips\n";
    for file in ["bandit.yaml", ".bandit.yml", ".bandit"] {
        let (text, settings) = adopted(&[(file, yaml)]);
        let off = off(&settings);
        // Other tests of bandit's report the same rule still.
        assert!(off.contains("shell-with-argument-list"), "{text}");
        assert!(!off.contains("shell-dynamic-command") && !off.contains("hardcoded-credential"), "{text}");
        assert!(silent(&settings, "app/legacy/**").contains(&"hardcoded-credential"), "{text}");
        assert!(silent(&settings, "**/scripts/**").contains(&"hardcoded-credential"), "{text}");
        assert!(text.contains(&format!("of bandit in {file}")) && text.contains("#   assert_used"), "{text}");
    }
    // Rules that are left out of tests anyway share a table with those that bandit leaves out.
    let (text, settings) =
        adopted(&[("bandit.yaml", "exclude_dirs: [tests]\n"), ("tests/test_a.py", "x = 1\n")]);
    let tests = silent(&settings, "**/tests/**");
    assert!(tests.contains(&"hardcoded-credential") && tests.contains(&"complex-function"), "{text}");
    let table = "[tool.bandit]\nskips = [\"B602\"]\ntests = [\"B105\", \"B602\"]\n";
    let (text, settings) = adopted(&[("pyproject.toml", table)]);
    assert!(off(&settings).contains("shell-dynamic-command"), "{text}");
    assert!(!off(&settings).contains("hardcoded-credential"), "{text}");
}

const CONTRACTS: &str = "[importlinter]
root_package = app
exclude_type_checking_imports = True
include_external_packages = True

[importlinter:contract:1]
name = The app in layers
type = layers
layers =
    web
    (forms)
    billing | stock
    db
containers =
    app
ignore_imports =
    app.db.** -> app.stock.models
    app.db -> app.web

[importlinter:contract:2]
name = Nobody needs the server
type = forbidden
source_modules =
    app.db
    app.billing
forbidden_modules =
    app.web
    sqlalchemy
allow_indirect_imports = true

[importlinter:contract:three]
name = Apart
type = independence
modules =
    app.billing
    app.stock

[importlinter:contract:four]
name = Guarded
type = protected
protected_modules =
    app.db
allowed_importers =
    app.stock

[importlinter:contract:five]
name = Own
type = app.contracts.Custom
";

#[test]
fn contracts_of_import_linter() {
    let (text, settings) = adopted(&[(".importlinter", CONTRACTS)]);
    let contracts = &settings.contracts;
    let kinds: Vec<ContractKind> = contracts.iter().map(|contract| contract.kind).collect();
    use ContractKind::{Forbidden, Independence, Layers, Protected};
    assert_eq!(kinds, [Layers, Forbidden, Independence, Protected]);
    let layers = &contracts[0];
    assert_eq!(layers.name, "The app in layers");
    assert_eq!(layers.layers.len(), 4);
    assert!(layers.layers[1].optional && layers.layers[2].modules.len() == 2 && layers.layers[2].independent);
    assert_eq!(layers.containers[0].name, "app");
    assert_eq!(
        (layers.ignore[0].from.as_str(), layers.ignore[0].to.as_str()),
        ("app.db.**", "app.stock.models")
    );
    assert!(!layers.typing && layers.chains);
    let forbidden = &contracts[1];
    assert_eq!((forbidden.modules.len(), forbidden.forbidden.len(), forbidden.chains), (2, 1, false));
    assert_eq!(contracts[3].allowed[0].name, "app.stock");
    for told in [
        "# No module of this project: sqlalchemy.",
        "contract \"Own\" of type app.contracts.Custom",
        "include_external_packages",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
}

#[test]
fn contracts_in_a_pyproject() {
    let (text, settings) = adopted(&[(
        "pyproject.toml",
        "[tool.importlinter]\nroot_packages = [\"app\"]\n\n[[tool.importlinter.contracts]]\nname = \"Layers\"\n\
         type = \"layers\"\nlayers = [\"app.web\", \"app.billing : app.stock\", \"app.db\"]\n",
    )]);
    assert_eq!(settings.contracts.len(), 1, "{text}");
    assert!(!settings.contracts[0].layers[1].independent);
    assert!(settings.contracts[0].typing);
}

#[test]
fn an_unknown_module_in_a_contract_is_a_mistake_with_its_place() {
    let project = Project::empty();
    project.write("shop/__init__.py", "");
    project.write("shop/web.py", "");
    project.write("shop/db.py", "import shop.web\n\nshop.web\n");
    project.write("analyzer.toml", "[[layers]]\nname = \"the shop\"\nlayers = [\"shop.we\", \"shop.db\"]\n");
    let output = run(&mut project.check());
    assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{}", output.stderr);
    let expected = "error: there is no module `shop.we` in this project\n --> analyzer.toml:3:11\n  |\n\
                    3 | layers = [\"shop.we\", \"shop.db\"]\n  |           ^^^^^^^^^\n  |\n  = help: did you mean `shop.web`?\n";
    assert_eq!(output.stderr, expected);
    project.write("analyzer.toml", "[[layers]]\nlayers = [\"shop.web\", \"shop.db\"]\n");
    let output = run(project.check().args(["--output-format", "concise"]));
    assert_eq!(output.code, 1);
    assert!(output.stdout.starts_with("shop/db.py:1:8: error[layer-violation]"), "{}", output.stdout);
}
