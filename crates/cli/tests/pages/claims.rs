//! Who runs or checks which block of the documentation. A block that nobody claims fails the test, and so does a claim
//! without a block, or by a test that is not there.
//! It must not know how blocks are run.

use std::fs;

use crate::blocks::{Block, blocks, page, pages, root};

/// Who looks at blocks.
enum By {
    /// This test at every one.
    All(&'static str),
    /// These tests at one each, in order.
    Each(&'static [&'static str]),
}

/// Beginning of a claim without a test, where nothing can run the block.
const NOT_RUN: &str = "not run: ";

const CONFIGURATION: &str =
    "crates/cli/tests/pages/readme.rs::every_configuration_that_the_pages_show_is_accepted";
const EXAMPLES: &str = "crates/engine/tests/rule_pages.rs::every_example_of_every_page_holds";
const MISTAKES: &str =
    "crates/cli/tests/pages/readme.rs::the_mistakes_that_the_configuration_page_shows_are_told_as_shown";
const SAMPLES: &str = "tests/delivery/test_site.py::test_the_samples_of_the_pages_are_valid";
const SESSIONS: &str = "crates/cli/tests/pages/transcripts.rs::sessions_go_as_the_pages_show";

/// A page, or a folder of pages; the text after the backticks, or its first words; and the test that looks at it.
/// The first that fits counts.
const CLAIMS: [(&str, &str, By); 44] = [
    ("rules/", "example", By::All(EXAMPLES)),
    ("rules/", "query", By::All(EXAMPLES)),
    (
        "docs/adding-a-rule.md",
        "console",
        By::All("crates/cli/tests/pages/commands.rs::the_steps_to_a_rule_name_what_there_is"),
    ),
    ("docs/migrating.md", "toml file=pyproject.toml", By::All(SESSIONS)),
    ("docs/migrating.md", "ini", By::All(SESSIONS)),
    ("docs/migrating.md", "console", By::All(SESSIONS)),
    (
        "docs/editors/emacs.md",
        "elisp",
        By::Each(&[
            "editors/tests/test_emacs.py::test_findings_follow_the_text_are_read_about_and_fixed",
            "editors/tests/test_emacs.py::test_findings_follow_the_text_are_read_about_and_fixed",
            "editors/tests/test_emacs.py::test_an_import_that_closes_a_cycle_marks_it_and_its_end_clears_it",
        ]),
    ),
    (
        "docs/editors/helix.md",
        "toml",
        By::Each(&[
            "editors/tests/test_helix.py::test_findings_follow_the_text_are_read_about_and_fixed",
            "editors/tests/test_helix.py::test_files_that_are_not_open_are_told_of_where_that_is_asked_for",
        ]),
    ),
    (
        "docs/editors/sublime.md",
        "json",
        By::All("editors/tests/test_clients.py::test_the_page_for_sublime_text_starts_what_is_tested_here"),
    ),
    ("docs/editors/zed.md", "json", By::All("editors/zed/test/run.py::main")),
    ("", "toml", By::All(CONFIGURATION)),
    (
        "README.md",
        "sh",
        By::Each(&[
            "crates/cli/tests/pages/readme.rs::the_main_job_runs_as_the_first_command_says",
            "not run: it runs all tests, this one among them",
            "crates/cli/tests/pages/readme.rs::the_commands_that_the_readme_shows_are_known",
        ]),
    ),
    (
        "README.md",
        "text",
        By::All(
            "crates/cli/tests/pages/readme.rs::the_finding_that_the_readme_shows_is_the_one_that_is_printed",
        ),
    ),
    (
        "README.md",
        "bash",
        By::Each(&[
            "tests/delivery/test_readme.py::test_in_a_terminal",
            "tests/delivery/test_readme.py::test_in_a_terminal",
            "tests/delivery/test_readme.py::test_on_github",
            "tests/delivery/test_readme.py::test_in_vs_code",
        ]),
    ),
    (
        "README.md",
        "yaml file=.pre-commit-config.yaml",
        By::All("tests/delivery/test_readme.py::test_as_a_commit_hook"),
    ),
    (
        "README.md",
        "yaml file=.github/workflows/analyzer.yml",
        By::All("tests/delivery/test_readme.py::test_on_github"),
    ),
    ("README.md", "lua", By::All("tests/delivery/test_readme.py::test_in_neovim")),
    (
        "docs/architecture.md",
        "text",
        By::Each(&[
            "crates/cli/tests/pages/architecture.rs::the_diagram_of_the_layers_names_the_crates",
            "crates/cli/tests/pages/architecture.rs::the_diagram_of_the_queries_names_functions",
        ]),
    ),
    ("docs/baseline.md", "python", By::All(SESSIONS)),
    ("docs/baseline.md", "console", By::All(SESSIONS)),
    (
        "docs/baseline.md",
        "json",
        By::All("crates/cli/tests/pages/readme.rs::the_baseline_that_the_page_shows_is_read"),
    ),
    ("docs/ci.md", "yaml", By::All(SAMPLES)),
    ("docs/ci.md", "bash", By::All("tests/delivery/test_readme.py::test_on_github")),
    (
        "docs/ci.md",
        "sh",
        By::Each(&[
            "tests/delivery/test_site.py::test_the_commands_of_the_ci_page_do_what_it_says",
            "tests/delivery/test_site.py::test_the_image_is_run_as_the_ci_page_says",
        ]),
    ),
    (
        "docs/ci.md",
        "groovy",
        By::All("tests/delivery/test_site.py::test_the_stage_for_jenkins_is_a_pipelines"),
    ),
    ("docs/configuration.md", "text", By::All(MISTAKES)),
    (
        "docs/configuration.md",
        "console",
        By::All(
            "crates/cli/tests/pages/readme.rs::the_questions_of_the_configuration_page_are_answered_as_shown",
        ),
    ),
    ("docs/editors.md", "bash", By::All("tests/delivery/test_readme.py::test_in_vs_code")),
    ("docs/editors.md", "lua", By::All("crates/cli/tests/editors.rs::neovim_is_set_up_as_the_pages_say")),
    ("docs/fixes.md", "python", By::All(SESSIONS)),
    ("docs/fixes.md", "console", By::All(SESSIONS)),
    ("docs/output-formats.md", "python", By::All(SESSIONS)),
    ("docs/output-formats.md", "console", By::All(SESSIONS)),
    ("docs/pre-commit.md", "yaml file=.pre-commit-config.yaml", By::All(SAMPLES)),
    (
        "docs/pre-commit.md",
        "yaml",
        By::All(
            "tests/delivery/test_pre_commit.py::test_the_arguments_of_a_hook_are_replaced_as_the_page_says",
        ),
    ),
    ("docs/pre-commit.md", "sh", By::All("tests/delivery/test_site.py::test_the_plain_hook_stops_a_commit")),
    ("docs/quick-start.md", "python", By::All(SESSIONS)),
    ("docs/quick-start.md", "console", By::All(SESSIONS)),
    (
        "docs/suppressions.md",
        "python",
        By::All("crates/cli/tests/pages/suppressions.rs::every_example_of_suppressions_holds"),
    ),
    (
        "docs/writing-rules.md",
        "markdown",
        By::All("crates/cli/tests/own_rules.rs::the_five_rules_of_the_guide_pass_their_examples"),
    ),
    ("docs/writing-rules.md", "python", By::All(SESSIONS)),
    ("docs/writing-rules.md", "console", By::All(SESSIONS)),
    (
        "docs/writing-rules.md",
        "text",
        By::All("crates/cli/tests/own_rules.rs::the_mistake_of_the_guide_is_shown_as_it_says"),
    ),
    (
        "editors/vscode/README.md",
        "json",
        By::All("editors/vscode/test/e2e/workbench.test.ts::saving applies every safe fix"),
    ),
];

/// Blocks of rules' pages outside of examples that are no configuration.
const OF_RULES: (&str, &str) =
    ("rules/", "crates/cli/tests/pages/rules.rs::what_pages_of_rules_show_beside_examples_holds");

fn fits(claim: (&str, &str), block: &Block) -> bool {
    let (of, kind) = claim;
    let on_page = block.page == of || (of.is_empty() || of.ends_with('/')) && block.page.starts_with(of);
    let is_example = block.page.starts_with("rules/") && block.section == "Examples";
    let info = if is_example { "example" } else { &block.info };
    on_page && info.strip_prefix(kind).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Whether the test is there, and knows the page.
fn is_there(claim: &str, of: &str) -> bool {
    if claim.starts_with(NOT_RUN) {
        return true;
    }
    let (file, name) = claim.split_once("::").unwrap();
    let source = fs::read_to_string(root().join(file)).unwrap_or_default();
    let known = [format!("fn {name}("), format!("def {name}("), format!("step(\"{name}\"")];
    let page = of.rsplit('/').next().unwrap();
    let names_page =
        source.contains(page) || source.contains(&format!("\"{}\"", page.trim_end_matches(".md")));
    known.iter().any(|definition| source.contains(definition)) && names_page
}

#[test]
fn every_block_of_every_page_is_run_or_checked_by_a_test() {
    let all: Vec<Block> = pages().iter().flat_map(|path| blocks(path)).collect();
    assert!(all.len() > 600, "{}", all.len());
    let mut claimed = vec![0; CLAIMS.len()];
    let mut faults = Vec::new();
    for block in &all {
        let place = format!("{}:{}", block.page, block.line);
        match CLAIMS.iter().position(|(of, kind, _)| fits((of, kind), block)) {
            Some(at) => claimed[at] += 1,
            None if block.page.starts_with(OF_RULES.0) && is_there(OF_RULES.1, "") => {}
            None => faults.push(format!("{place}: no test runs or checks this `{}` block", block.info)),
        }
    }
    for ((of, kind, by), count) in CLAIMS.iter().zip(claimed) {
        let (tests, expected) = match by {
            By::All(test) => (std::slice::from_ref(test), count.max(1)),
            By::Each(tests) => (*tests, tests.len()),
        };
        if count != expected {
            faults.push(format!("{of}: {count} blocks `{kind}`, and claims for {expected}"));
        }
        let missing = tests.iter().filter(|test| !is_there(test, of));
        faults.extend(missing.map(|test| format!("{of}: there is no {test}, or it does not know the page")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_not_run_says_why() {
    let claims = CLAIMS.iter().flat_map(|(.., by)| match by {
        By::All(test) => vec![*test],
        By::Each(tests) => tests.to_vec(),
    });
    let not_run: Vec<&str> = claims.filter_map(|claim| claim.strip_prefix(NOT_RUN)).collect();
    assert_eq!(not_run, ["it runs all tests, this one among them"]);
    assert!(page("README.md").contains("```sh\nscripts/test\n```"), "which is this one");
}
