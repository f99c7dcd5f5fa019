//! Rules that a repository writes for itself: the guide's are executed, mistakes are shown where they are, and every
//! door knows them. It must not know how queries are run.

#![expect(clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use support::{Project, run};

const GUIDE: &str = include_str!("../../../docs/writing-rules.md");

/// The pages of the guide, with their paths.
fn pages() -> Vec<(&'static str, &'static str)> {
    let blocks = GUIDE.split("````markdown file=").skip(1);
    blocks.map(|block| block.split("\n````").next().unwrap().split_once('\n').unwrap()).collect()
}

fn guide() -> Project {
    let project = Project::empty();
    for (path, text) in pages() {
        project.write(path, &format!("{text}\n"));
    }
    project
}

const PAGE: &str = "+++\nmessage = \"found {{name}}\"\n+++\n# no-eval\n\nA call of eval.\n\n```query\n\
    ((call function: (identifier) @name) @finding (#eq? @name \"eval\"))\n```\n\n## Examples\n\n### One\n\n\
    ```python\neval(x)  # finds: no-eval \"found eval\"\nrun(x)\n```\n";

fn with_page(text: &str) -> Project {
    let project = Project::empty();
    project.write(".analyzer/rules/no-eval.md", text);
    project.write("a.py", "eval('1')\n");
    project
}

#[test]
fn the_five_rules_of_the_guide_pass_their_examples() {
    let project = guide();
    assert_eq!(pages().len(), 5);
    let output = run(project.command("rules").arg("--test"));
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    assert_eq!(
        output.stdout.lines().collect::<Vec<_>>(),
        [
            "ok      deprecated-warn: 1 example",
            "ok      environment-read: 1 example",
            "ok      fetch-without-timeout: 2 examples",
            "ok      legacy-import: 2 examples",
            "ok      no-print: 2 examples",
        ]
    );
}

#[test]
fn the_mistake_of_the_guide_is_shown_as_it_says() {
    let project = guide();
    let (path, text) = pages()[0];
    project.write(path, &text.replace("(call\n", "(function_call\n"));
    let output = run(&mut project.check());
    let shown = GUIDE.rsplit("```text\n").next().unwrap().split("```").next().unwrap();
    assert_eq!((output.code, output.stderr.trim_end()), (2, shown.trim_end()));
}

#[test]
fn examples_that_do_not_hold_are_told() {
    let project = with_page(&PAGE.replace("run(x)", "eval(y)").replace("found eval", "found exec"));
    let output = run(project.command("rules").arg("--test"));
    assert_eq!(output.code, 1, "{}", output.stderr);
    for part in [
        "failed  no-eval: 1 of 1 example",
        ".analyzer/rules/no-eval.md:14: One",
        "example.py:1: `no-eval` \"found exec\" is marked and was not found",
        "example.py:2: `no-eval` \"found eval\" was found and is not marked",
    ] {
        assert!(output.stdout.contains(part), "{part}: {}", output.stdout);
    }
    let none = with_page(PAGE.split("## Examples").next().unwrap());
    let output = run(none.command("rules").arg("--test"));
    assert_eq!(output.code, 1);
    assert!(output.stdout.contains("no examples"), "{}", output.stdout);
    let output = run(Project::empty().command("rules").arg("--test"));
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("docs/writing-rules.md"), "{}", output.stderr);
}

#[test]
fn every_door_knows_the_rule() {
    let project = with_page(PAGE);
    let output = run(project.check().args(["--output-format", "concise"]));
    assert_eq!((output.code, output.stdout.as_str()), (1, "a.py:1:1: warning[no-eval] found eval\n"));
    let listed = run(&mut project.command("rules"));
    assert!(listed.stdout.contains("custom\n  ") && listed.stdout.contains("no-eval"), "{}", listed.stdout);
    let page = run(project.command("explain").arg("no-eval"));
    assert!(page.stdout.starts_with("# no-eval\n\ncustom · warning"), "{}", page.stdout);
    let sarif = run(project.check().arg("--sarif"));
    assert!(sarif.stdout.contains("\"id\":\"no-eval\"") || sarif.stdout.contains("\"id\": \"no-eval\""));
    let prometheus = run(project.check().args(["--output-format", "prometheus"]));
    let series = "analyzer_findings{family=\"custom\",rule=\"no-eval\",severity=\"warning\"} 1\n";
    assert!(prometheus.stdout.contains(series), "{}", prometheus.stdout);
    for selection in ["--select=no-eval", "--select=custom", "--ignore=bare-except"] {
        assert_eq!(run(project.check().arg(selection)).code, 1, "{selection}");
    }
    assert_eq!(run(project.check().arg("--ignore=no-eval")).code, 0);
    assert_eq!(run(project.check().arg("--isolated")).code, 0);
    project.write(
        "analyzer.toml",
        "[rules.no-eval]\nseverity = \"note\"\n[per-file.\"b.py\"]\nignore = [\"custom\"]\n",
    );
    project.write("b.py", "eval('1')\n");
    let output = run(project.check().args(["--output-format", "concise"]));
    assert_eq!((output.code, output.stdout.as_str()), (0, "a.py:1:1: note[no-eval] found eval\n"));
    // From the cache the same.
    assert_eq!(run(project.check().args(["--output-format", "concise"])), output);
}

#[test]
fn mistakes_have_a_place_and_advice() {
    let cases: [(&str, &str, &str, &str); 31] = [
        ("+++\nmessage", "+++\nmesage", "no-eval.md:2:1", "unknown field `mesage`"),
        ("message = ", "severity = \"fatal\"\nmessage = ", "no-eval.md:2:12", "unknown variant `fatal`"),
        ("message = \"found {{name}}\"\n", "severity = \"note\"\n", "no-eval.md:", "missing field `message`"),
        ("{{name}}", "{{nam}}", "no-eval.md:2:11", "no capture `@nam`"),
        ("{{name}}", "{{name", "no-eval.md:2:11", "not closed"),
        ("# no-eval", "# no-exec", "no-eval.md:4:1", "heading"),
        ("(call f", "(cal f", "no-eval.md:9:3", "no node `cal`"),
        ("function:", "fonction:", "no-eval.md:9:8", "no field `fonction`"),
        ("(#eq? @name", "(#eq? @nome", "no-eval.md:9:", "nome"),
        ("#eq?", "#equals?", "no-eval.md:9:48", "no predicate `#equals?`"),
        ("#eq? @name \"eval\"", "#match? @name \"(\"", "no-eval.md:9:48", "unclosed group"),
        ("#eq? @name \"eval\"", "#resolves-to? @name @finding", "no-eval.md:9:48", "dotted names in quotes"),
        ("\"eval\"))", "\"eval\")", "no-eval.md:", "no query"),
        (" (#eq? @name \"eval\"))", ")\n(#eq? @name \"eval\")", "no-eval.md:10:1", "inside the brackets"),
        ("```query", "```text", "no-eval.md:4:1", "has no query"),
        ("#eq? @name \"eval\"", "#eq? @name", "no-eval.md:9:48", "a capture, and a text in quotes"),
        ("#eq? @name \"eval\"", "#eq? \"eval\" \"x\"", "no-eval.md:9:48", "a capture, and a text in quotes"),
        ("#eq? @name \"eval\"", "#any-of? @name", "no-eval.md:9:48", "a capture and texts in quotes"),
        ("#eq? @name \"eval\"", "#match? @name @finding", "no-eval.md:9:48", "one regular expression"),
        ("#eq? @name \"eval\"", "#match? @name \"(?!x)\"", "no-eval.md:9:48", "look-around"),
        ("\"found {{name}}\"", "\"\"", "no-eval.md:2:11", "message is empty"),
        ("message = ", "security-severity = \"high\"\nmessage = ", "no-eval.md:2:21", "is no score"),
        ("message = ", "cwe = [\"CWE-78\"]\nmessage = ", "no-eval.md:2:8", "expected a number"),
        ("message = \"", "message \"", "no-eval.md:2:9", "key with no value"),
        ("\n+++\n#", "\n#", "no-eval.md:1:1", "front matter"),
        ("A call of eval.\n\n", "", "no-eval.md:4:1", "sentence must follow"),
        ("(identifier) @name", "(block) @name", "no-eval.md:9:8", "node cannot stand here"),
        ("## Examples", "```query\n(call) @a\n```\n\n## Examples", "no-eval.md:12:1", "a second one"),
        ("\"found eval\"", "(bad) \"x", "no-eval.md:17:1", "cannot read"),
        (
            "\n+++\n#",
            "\n[fix]\ntitle = \"x\"\nwith = \"y\"\nreplace = \"zz\"\n+++\n#",
            "no-eval.md:6:11",
            "no capture `@zz`",
        ),
        ("(call function: (identifier) @name) @finding (#eq? @name \"eval\")", "call", "no-eval.md:9", ""),
    ];
    for (old, new, place, message) in cases {
        assert!(PAGE.contains(old), "{old}");
        let output = run(&mut with_page(&PAGE.replacen(old, new, 1)).check());
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{new}: {}", output.stderr);
        for part in [place, message, "^", "help"] {
            assert!(output.stderr.contains(part), "{new}: {part}: {}", output.stderr);
        }
    }
}

#[test]
fn names_and_files_that_cannot_be_rules_are_refused() {
    for (file, message) in [
        ("bare-except.md", "built-in rule named `bare-except`"),
        ("imports.md", "name of a family"),
        ("no_eval.md", "no name for a rule"),
    ] {
        let project = Project::empty();
        let name = file.trim_end_matches(".md");
        project.write(&format!(".analyzer/rules/{file}"), &PAGE.replace("no-eval", name));
        let output = run(&mut project.check());
        assert_eq!(output.code, 2);
        assert!(output.stderr.contains(message), "{}", output.stderr);
    }
    let project = with_page("no front matter\n");
    project.write(".analyzer/rules/other.md", "+++\n+++\n");
    project.write(".analyzer/rules/README.md", "Our rules.\n");
    let output = run(&mut project.check());
    assert!(
        output.stderr.contains("no-eval.md:1:1") && output.stderr.contains("other.md:"),
        "{}",
        output.stderr
    );
    assert!(!output.stderr.contains("README"));
}

#[test]
fn broken_files_and_line_ends_are_no_hindrance() {
    let project = with_page(&PAGE.replace('\n', "\r\n"));
    project.write("a.py", "def f(:\r\n    pass\r\n\r\n\r\nx = '🦀'; eval(x)\r\n");
    let output = run(project.check().args(["--output-format", "concise", "--select", "no-eval"]));
    assert_eq!(output.stdout, "a.py:5:10: warning[no-eval] found eval\n", "{}", output.stderr);
}

/// A page with another query.
fn with_query(query: &str) -> Project {
    let text = PAGE.replace("((call function: (identifier) @name) @finding (#eq? @name \"eval\"))", query);
    with_page(&text.replace("{{name}}", "it"))
}

#[test]
fn a_rule_that_takes_too_many_steps_is_given_up() {
    // Every node begins and ends each of these.
    let project = with_query(&"((_ (_) @finding) (#eq? @finding \"nowhere\"))\n".repeat(60));
    for number in 0..14 {
        let text = format!("# nowhere\ndef f():\n{}", "    g(1, 2, 3)\n".repeat(2_000));
        project.write(&format!("a{number}.py"), &text);
    }
    let output =
        run(project.json().args(["--select", "no-eval,skipped-file", "--no-cache", "--threads", "1"]));
    assert_eq!(output.code, 1, "{}", output.stderr);
    assert_eq!(output.stdout.matches("is not run over those that are left").count(), 1);
    assert!(
        output.stdout.contains("it takes far more steps than files of that length do"),
        "{}",
        output.stdout
    );
    let again =
        run(project.json().args(["--select", "no-eval,skipped-file", "--no-cache", "--threads", "1"]));
    let findings = |text: &str| text.split("\"summary\"").next().unwrap_or_default().to_owned();
    assert_eq!(findings(&again.stdout), findings(&output.stdout));
}

#[test]
fn a_query_that_leaves_too_much_open_is_an_error_on_its_line() {
    let query = "(call) @finding\n\n(block (_)* @a (_)* @b (_)* @c (_)* @d (_) @finding)";
    let output = run(&mut with_query(query).check());
    assert_eq!(output.code, 2, "{}", output.stdout);
    for part in ["this pattern has too many ways to match", "(block (_)* @a", "split it into several rules"] {
        assert!(output.stderr.contains(part), "{part}: {}", output.stderr);
    }
}
