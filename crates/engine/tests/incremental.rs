//! Which queries run again after an edit: exactly those listed, no more.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::collections::BTreeSet;

use analyzer_engine::{Engine, Options};
use analyzer_project::Settings;
use analyzer_project::config::{Catalogue, ConfigSource, parse};
use compact_str::CompactString;

const A: &str = "import p.b\n\n\ndef f():\n    return p.b.g()\n";
const B: &str = "import os\n\n\ndef g():\n    return os.getcwd()\n";
const C: &str = "import p.a\n\n\ndef h():\n    try:\n        return p.a.f()\n    except:\n        pass\n";

/// The queries that run for an edit of p/a.py that other files do not see.
const OF_A_ALONE: [&str; 6] = [
    "analysis(p/a.py)",
    "file_diagnostics(p/a.py)",
    "imports(p/a.py)",
    "ports(p/a.py)",
    "project_diagnostics(p/a.py)",
    "sketch(p/a.py)",
];

/// Three modules, checked once.
fn project() -> Engine {
    support::checked(&[("p/__init__.py", ""), ("p/a.py", A), ("p/b.py", B), ("p/c.py", C)])
}

/// Edits one file, checks, and returns the executed queries.
fn after(engine: &mut Engine, path: &str, text: &str) -> Vec<String> {
    engine.set_file(path, Some(text));
    engine.check(&[]).unwrap();
    engine.executed_queries()
}

#[test]
fn a_check_of_the_same_text_runs_nothing() {
    let mut project = project();
    assert!(after(&mut project, "p/a.py", A).is_empty());
}

#[test]
fn an_edit_inside_a_body_runs_that_files_facts_and_checks() {
    let mut project = project();
    let executed = after(&mut project, "p/a.py", &A.replace("return p.b.g()", "return p.b.g(1)"));
    assert_eq!(executed, OF_A_ALONE);
}

#[test]
fn a_comment_above_the_imports_stops_at_the_firewall() {
    let mut project = project();
    let executed = after(&mut project, "p/a.py", &format!("# The agent.\n{A}"));
    assert_eq!(executed, OF_A_ALONE);
}

#[test]
fn a_new_import_of_something_known_runs_edges_its_shard_and_the_graph() {
    let mut project = project();
    let executed = after(&mut project, "p/c.py", &format!("import p.b\n{C}print(p.b)\n"));
    assert_eq!(
        executed,
        [
            "analysis(p/c.py)",
            "cycles",
            "edges(p/c.py)",
            "file_diagnostics(p/c.py)",
            "graph",
            "imports(p/c.py)",
            "ports(p/c.py)",
            "project_diagnostics(p/c.py)",
            "search_paths(shard)",
            "shard_graph(shard)",
            "shard_names(shard)",
            "sketch(p/c.py)",
            "two_names",
            "unresolved(p/c.py)",
        ]
    );
}

#[test]
fn an_edit_that_closes_a_cycle_checks_the_files_on_it() {
    let mut project = project();
    let executed = after(&mut project, "p/b.py", &B.replace("import os", "import os\nimport p.c"));
    let checked: Vec<&String> =
        executed.iter().filter(|line| line.starts_with("project_diagnostics")).collect();
    assert_eq!(checked, ["project_diagnostics(p/b.py)"]);
    let report = project.check(&[]).unwrap();
    let cycle = report.findings.iter().find(|finding| finding.rule == "import-cycle").unwrap();
    let files: BTreeSet<&str> = cycle.related.iter().map(|hop| &*hop.location.path).collect();
    assert_eq!(files, BTreeSet::from(["p/a.py", "p/b.py", "p/c.py"]));
}

#[test]
fn an_edit_inside_a_body_of_a_file_on_a_cycle_looks_for_no_cycles() {
    let mut project = project();
    let closed = B.replace("import os", "import os\nimport p.c");
    after(&mut project, "p/b.py", &closed);
    let executed = after(&mut project, "p/b.py", &closed.replace("getcwd()", "getcwd( )"));
    assert!(executed.iter().all(|line| line.ends_with("(p/b.py)")), "{executed:?}");
}

#[test]
fn a_broken_edit_keeps_the_checks_of_other_files() {
    let mut project = project();
    let executed = after(&mut project, "p/c.py", &C.replace("p.a.f()", "p.a.f("));
    let others = executed.iter().filter(|line| !line.ends_with("(p/c.py)"));
    assert_eq!(others.collect::<Vec<_>>(), [] as [&str; 0], "a broken file says what it said");
}

#[test]
fn an_unused_import_asks_once_who_takes_names() {
    let mut project = project();
    let unused = format!("import sys\n{B}");
    let executed = after(&mut project, "p/b.py", &unused);
    let taken: Vec<&String> = executed.iter().filter(|line| line.contains("taken")).collect();
    assert_eq!(taken, ["shard_taken(shard)", "taken_names(p/b.py)"]);
    let executed = after(&mut project, "p/b.py", &unused.replace("getcwd()", "getcwd( )"));
    assert!(!executed.iter().any(|line| line.contains("taken")), "{executed:?}");
    // Another file takes the name, as an attribute of the module.
    let executed = after(&mut project, "p/a.py", &A.replace("p.b.g()", "p.b.sys"));
    let again: Vec<&String> = executed.iter().filter(|line| !line.ends_with("(p/a.py)")).collect();
    assert_eq!(again, ["project_diagnostics(p/b.py)", "shard_taken(shard)", "taken_names(p/b.py)"]);
    let report = project.check(&[]).unwrap();
    assert!(report.findings.iter().all(|finding| finding.rule != "unused-import"));
}

#[test]
fn contracts_are_checked_again_when_the_graph_changes() {
    let rules: BTreeSet<CompactString> = ["layer-violation"].map(CompactString::from).into();
    let rule = &analyzer_rules::find("layer-violation").unwrap().info;
    let config = "[[layers]]\nlayers = [\"p.c\", \"p.a\", \"p.b\"]\n";
    let parsed = parse(config, ConfigSource::Analyzer, Catalogue(&[rule])).unwrap();
    let settings = Settings { contracts: parsed.contracts, ..Settings::with_rules(rules) };
    let options = Options { log_queries: true, ..Options::default() };
    let files = [("p/__init__.py", ""), ("p/a.py", A), ("p/b.py", B), ("p/c.py", C)];
    let mut engine = Engine::in_memory(&files, settings, options);
    assert!(engine.config_problems().is_empty());
    engine.check(&[]).unwrap();
    assert!(!engine.executed_queries().is_empty());
    let body = after(&mut engine, "p/a.py", &A.replace("p.b.g()", "p.b.g(1)"));
    assert!(!body.contains(&"violations".to_owned()), "{body:?}");
    let import = after(&mut engine, "p/b.py", &B.replace("import os", "import os\nimport p.c"));
    assert!(import.contains(&"violations".to_owned()), "{import:?}");
    assert_eq!(engine.check(&[]).unwrap().findings.len(), 1);
}

/// A module that is large enough to be compared; each `name` makes one of its own.
fn large(name: &str) -> String {
    let method = |n| {
        format!(
            "def {name}_{n}(self, {name}_a, b_{n}):\n    return self.x_{n}({name}_a, b_{n}) + b_{n}.{name}({n})\n"
        )
    };
    (0..40).map(method).collect()
}

#[test]
fn a_copy_of_a_module_checks_the_first_of_the_family() {
    let mut project = project();
    after(&mut project, "p/a.py", &large("one"));
    after(&mut project, "p/b.py", &large("two"));
    let executed = after(&mut project, "p/b.py", &large("one"));
    let copies: Vec<&String> = executed.iter().filter(|line| line.contains("copies")).collect();
    assert_eq!(copies, ["anchored_copies(p/a.py)", "anchored_copies(p/b.py)", "copies(p/a.py)"]);
    let checked: Vec<&String> =
        executed.iter().filter(|line| line.starts_with("project_diagnostics")).collect();
    assert_eq!(checked, ["project_diagnostics(p/a.py)", "project_diagnostics(p/b.py)"]);
    // A change that leaves the sketch alone compares nothing anew.
    let commented = format!("# The same.\n{}", large("two"));
    after(&mut project, "p/c.py", &large("two"));
    let executed = after(&mut project, "p/c.py", &commented);
    assert!(!executed.iter().any(|line| line.contains("copies")), "{executed:?}");
}

#[test]
fn a_file_that_was_put_aside_is_checked_again_when_something_imports_it() {
    let mut project = project();
    after(&mut project, "p/a_old.py", "x = 1\n");
    let executed = after(&mut project, "p/b.py", &B.replace("import os", "import os\nimport p.a_old"));
    let checked: Vec<&String> = executed.iter().filter(|line| line.starts_with("backup")).collect();
    assert_eq!(checked, ["backup_importers"]);
    let report = project.check(&[]).unwrap();
    let found: Vec<_> = report.findings.iter().filter(|finding| finding.rule == "backup-file").collect();
    assert_eq!(found.len(), 1);
    assert_eq!(&*found[0].related[0].location.path, "p/b.py");
}

#[test]
fn a_new_file_leaves_other_files_facts_alone() {
    let mut project = project();
    let executed = after(&mut project, "p/d.py", "import p.a\n");
    let facts: Vec<&String> = executed.iter().filter(|line| line.starts_with("analysis(")).collect();
    assert_eq!(facts, ["analysis(p/d.py)"]);
    let local: Vec<&String> = executed.iter().filter(|line| line.starts_with("file_diagnostics(")).collect();
    assert_eq!(local, ["file_diagnostics(p/d.py)"]);
}

#[test]
fn a_coroutine_s_file_is_checked_again_when_the_function_that_it_calls_begins_to_block() {
    let rules: BTreeSet<CompactString> =
        analyzer_rules::all().iter().map(|rule| CompactString::new(&rule.info.name)).collect();
    let options = Options { log_queries: true, ..Options::default() };
    let helper = "import time\n\n\ndef wait():\n    return 1\n";
    let caller = "from p.helper import wait\n\n\nasync def main():\n    wait()\n";
    let files =
        [("p/__init__.py", ""), ("p/helper.py", helper), ("p/main.py", caller), ("p/other.py", "x = 1\n")];
    let mut project = Engine::in_memory(&files, Settings::with_rules(rules), options);
    project.check(&[]).unwrap();
    assert!(!project.executed_queries().is_empty());
    let harmless = after(&mut project, "p/helper.py", &helper.replace("return 1", "return 1234"));
    assert_eq!(
        harmless,
        [
            "analysis(p/helper.py)",
            "blocking_functions(p/helper.py)",
            "file_diagnostics(p/helper.py)",
            "imports(p/helper.py)",
            "mentions(p/helper.py)",
            "ports(p/helper.py)",
            "project_diagnostics(p/helper.py)",
            "sketch(p/helper.py)",
        ]
    );
    let blocking = after(&mut project, "p/helper.py", &helper.replace("return 1", "time.sleep(1)"));
    let others: Vec<&String> = blocking.iter().filter(|line| !line.ends_with("(p/helper.py)")).collect();
    assert_eq!(
        others,
        [
            "project_diagnostics(p/main.py)",
            "search_paths(shard)",
            "shard_names(shard)",
            "unresolved(p/main.py)"
        ]
    );
    let report = project.check(&[]).unwrap();
    assert!(
        report
            .findings
            .iter()
            .any(|found| found.rule == "blocking-call-in-async" && &*found.location.path == "p/main.py")
    );
}

#[test]
fn an_edit_in_a_route_stays_in_its_file_and_a_guard_of_a_router_reaches_those_below() {
    let rules: BTreeSet<CompactString> =
        analyzer_rules::all().iter().map(|rule| CompactString::new(&rule.info.name)).collect();
    let options = Options { log_queries: true, ..Options::default() };
    let app = "from fastapi import Depends, FastAPI\nfrom p.routes import router\n\napp = FastAPI()\napp.include_router(router)\n";
    let routes = "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.post(\"/reload\")\ndef reload():\n    return 1\n";
    let files =
        [("p/__init__.py", ""), ("p/app.py", app), ("p/routes.py", routes), ("p/other.py", "x = 1\n")];
    let mut project = Engine::in_memory(&files, Settings::with_rules(rules), options);
    let open = |project: &mut Engine| {
        let report = project.check(&[]).unwrap();
        report.findings.iter().filter(|found| found.rule == "unauthenticated-admin-route").count()
    };
    assert_eq!(open(&mut project), 1);
    assert!(!project.executed_queries().is_empty());
    let body = after(&mut project, "p/routes.py", &routes.replace("return 1", "return 1234"));
    assert!(!body.iter().any(|query| query.starts_with("routers") || query.ends_with("(shard)")), "{body:?}");
    let guarded = app.replace("(router)", "(router, dependencies=[Depends(require_user)])");
    let executed = after(&mut project, "p/app.py", &guarded);
    let checked: Vec<&String> =
        executed.iter().filter(|line| line.starts_with("project_diagnostics")).collect();
    assert_eq!(checked, ["project_diagnostics(p/app.py)", "project_diagnostics(p/routes.py)"]);
    for query in ["routers", "shard_routers(shard)", "web_names(p/app.py)"] {
        assert!(executed.iter().any(|line| line == query), "{query}: {executed:?}");
    }
    assert_eq!(open(&mut project), 0);
}

#[test]
fn folders_are_compared_when_files_begin_or_cease_to_be_the_same() {
    let mut project = project();
    let compared = |executed: Vec<String>| executed.iter().any(|query| query == "copied_folders");
    after(&mut project, "p/d.py", B);
    assert!(!compared(after(&mut project, "p/c.py", &C.replace("p.a.f()", "p.a.f(1)"))));
    assert!(compared(after(&mut project, "old/p/a.py", A)), "a file appears");
    assert!(compared(after(&mut project, "old/p/a.py", &A.replace("p.b.g()", "p.b.g( )"))));
    let other = A.replace("return p.b.g()", "return p.b.g(1)");
    assert!(!compared(after(&mut project, "p/a.py", &other)), "it was no longer the same before");
    assert!(compared(after(&mut project, "old/p/a.py", &other)));
}

#[test]
fn a_missing_module_and_a_repeated_comment_check_the_files_that_share_them() {
    let mut project = project();
    after(
        &mut project,
        "p/b.py",
        &format!(
            "import p.gone
# TODO: mend it
{B}"
        ),
    );
    let executed = after(
        &mut project,
        "p/c.py",
        &format!(
            "import p.gone
# TODO: mend it
{C}"
        ),
    );
    let gathered: Vec<&String> = executed
        .iter()
        .filter(|line| {
            ["missing", "same_comments", "project_diagnostics"].iter().any(|name| line.starts_with(name))
        })
        .collect();
    assert_eq!(
        gathered,
        [
            "missing",
            "missing_of(p/b.py)",
            "missing_of(p/c.py)",
            "project_diagnostics(p/b.py)",
            "project_diagnostics(p/c.py)",
            "same_comments",
            "same_comments_of(p/b.py)",
            "same_comments_of(p/c.py)",
        ]
    );
    let found = project.check(&[]).unwrap().findings;
    for rule in ["unresolved-import", "todo-without-ticket"] {
        let of: Vec<_> = found.iter().filter(|one| one.rule == rule).collect();
        assert_eq!(of.len(), 1, "{rule}");
        assert_eq!((&*of[0].location.path, &*of[0].related[0].location.path), ("p/b.py", "p/c.py"));
    }
}

/// A project with the same secret in two files, as `project` opens it.
fn with_secrets() -> Engine {
    let rules: BTreeSet<CompactString> =
        analyzer_rules::all().iter().map(|rule| CompactString::new(&rule.info.name)).collect();
    let options = Options { log_queries: true, ..Options::default() };
    let files = [("p/a.py", SECRET), ("p/b.py", SECRET), ("p/c.py", B)];
    let engine = Engine::in_memory(&files, Settings::with_rules(rules), options);
    let report = engine.check(&[]).unwrap();
    let places: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.rule == "hardcoded-credential")
        .map(|finding| &*finding.location.path)
        .collect();
    assert_eq!(places, ["p/a.py"]);
    assert!(!engine.executed_queries().is_empty());
    engine
}

const SECRET: &str = "password = 'q8#Lk2!vZp0w'\n\n\ndef f():\n    return password\n";

/// Those of the executed queries that compare secrets.
fn comparing(executed: Vec<String>) -> Vec<String> {
    let names = ["tags(", "shard_tags(", "repeated", "placed("];
    executed.into_iter().filter(|line| names.iter().any(|name| line.starts_with(name))).collect()
}

#[test]
fn an_edit_beside_a_secret_compares_that_files_values_and_no_others() {
    let mut project = with_secrets();
    let executed = after(&mut project, "p/b.py", &SECRET.replace("return password", "return password[1:]"));
    assert_eq!(comparing(executed), ["tags(p/b.py)"]);
    let executed = after(&mut project, "p/c.py", &B.replace("getcwd()", "getcwd() or 1"));
    assert_eq!(comparing(executed), ["tags(p/c.py)"]);
}

#[test]
fn a_changed_secret_is_compared_with_all_others() {
    let mut project = with_secrets();
    let executed = after(&mut project, "p/b.py", &SECRET.replace("q8#L", "q8#M"));
    assert_eq!(
        comparing(executed),
        ["placed(p/a.py)", "placed(p/b.py)", "repeated", "shard_tags(shard)", "tags(p/b.py)"]
    );
}

#[test]
fn names_that_others_take_are_gathered_for_files_with_a_cycle_only() {
    let mut project = project();
    let executed = after(&mut project, "p/b.py", &B.replace("import os", "import os\nimport p.c"));
    let asked: Vec<&String> = executed.iter().filter(|line| line.starts_with("taken_names")).collect();
    assert_eq!(asked, ["taken_names(p/b.py)"]);
    let executed = after(&mut project, "p/a.py", &A.replace("return p.b.g()", "return p.b.g(1)"));
    assert!(!executed.iter().any(|line| line.starts_with("taken_names")), "{executed:?}");
}
