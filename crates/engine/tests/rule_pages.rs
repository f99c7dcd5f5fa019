//! Every example of every rule page: what is marked must be found, and nothing else of the rules that the example is about.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use analyzer_engine::run_examples;
use analyzer_rules::custom::CustomRules;
use analyzer_rules::page::{Example, ExampleFile, parse_examples};

#[test]
fn every_example_of_every_page_holds() {
    let none = Arc::<CustomRules>::default();
    let mut failed = Vec::new();
    let mut count = 0;
    for rule in analyzer_rules::all() {
        parse_examples(rule.source).unwrap_or_else(|error| panic!("{}: {error}", rule.info.name));
        let (examples, broken) = run_examples(&rule.info, rule.source, &none);
        assert!(examples > 0, "{} has no examples", rule.info.name);
        count += examples;
        for example in broken {
            let title = format!("rules/{}/{}.md:{}", rule.info.family, rule.info.name, example.line);
            failed.push(format!("{title}: {}\n  {}", example.title, example.problems.join("\n  ")));
        }
    }
    assert!(failed.is_empty(), "{} of {count} examples fail:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn every_rule_has_an_example_that_finds_it_and_one_that_does_not() {
    for rule in analyzer_rules::all() {
        // Only a defect of ours would show it.
        if rule.info.name == "internal-error" {
            continue;
        }
        let examples = parse_examples(rule.source).unwrap();
        let finds =
            |example: &Example| example.expected.iter().any(|expected| expected.rule == rule.info.name);
        assert!(examples.iter().any(finds), "{} has no example of a finding", rule.info.name);
        assert!(!examples.iter().all(finds), "{} has no example without a finding", rule.info.name);
    }
}

/// Compiles each text of a JSON list, and names the first one that does not compile.
const COMPILES: &str = "
import json, sys, warnings
warnings.simplefilter('ignore')
for text in json.load(sys.stdin):
    try:
        compile(text, 'fixed.py', 'exec', dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        sys.exit(f'{error}:\\n{text}')
";

#[test]
fn cpython_compiles_every_fixed_text() {
    let examples = analyzer_rules::all().iter().flat_map(|rule| parse_examples(rule.source).unwrap());
    let fixed = examples.flat_map(|example| example.fixed);
    let python = |file: &ExampleFile| file.path.ends_with(".py") || file.path.ends_with(".pyi");
    let texts: Vec<String> = fixed.filter(python).map(|file| file.text).collect();
    assert!(!texts.is_empty());
    let mut python = Command::new("python3");
    let mut child =
        python.args(["-c", COMPILES]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&serde_json::to_vec(&texts).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
