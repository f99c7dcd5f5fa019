//! Rules of the house for Rust files, which clippy cannot state for one crate and not for another.
//! It must not know Rust beyond the lines of `rust_text`.

use std::collections::BTreeSet;

use super::Finding;
use super::repository::Repository;
use super::rust_text::{Line, lines};

const MAX_LINES: usize = 600;

/// Calls that end the process where a value should report the fault. `unreachable!` among them: put it into types.
const PANICS: [&str; 8] = [
    ".unwrap()",
    ".expect(",
    ".unwrap_err()",
    ".expect_err(",
    "panic!(",
    "todo!(",
    "unimplemented!(",
    "unreachable!(",
];

/// Crates that may touch files and the environment.
const OUTWARD: [&str; 3] = ["crates/source/", "crates/cli/", "crates/xtask/"];

/// Findings on all Rust files.
pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let files: Vec<(&str, &str, Vec<Line>)> = repository
        .texts()
        .filter(|(path, _)| path.ends_with(".rs") && !path.starts_with("fixtures/"))
        .map(|(path, text)| (path, text, lines(text)))
        .collect();
    let test_modules: BTreeSet<String> =
        files.iter().flat_map(|(path, _, lines)| test_modules(path, lines)).collect();
    let mut findings = Vec::new();
    for (path, text, lines) in &files {
        let count = text.lines().count();
        if count > MAX_LINES {
            findings.push(Finding::new(
                path,
                count,
                format!("{count} lines: {MAX_LINES} are the most, split it"),
            ));
        }
        if !text.starts_with("//!") {
            findings.push(Finding::new(
                path,
                1,
                "must open with `//!`: what it is for, and what it must not know",
            ));
        }
        let scope = Scope::of(path, &test_modules);
        for (index, line) in lines.iter().enumerate() {
            let messages = faults(line, scope);
            findings.extend(messages.into_iter().map(|message| Finding::new(path, index + 1, message)));
        }
    }
    findings
}

#[derive(Clone, Copy)]
struct Scope {
    /// Only tests and benchmarks see it.
    test: bool,
    /// It may touch files and the environment.
    outward: bool,
}

impl Scope {
    fn of(path: &str, test_modules: &BTreeSet<String>) -> Self {
        let folder = |name: &str| path.split('/').any(|part| part == name);
        let in_test_module = |module: &String| {
            path.strip_prefix(module.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        let test = folder("tests") || folder("benches") || test_modules.iter().any(in_test_module);
        let build_script = path.ends_with("/build.rs");
        Self { test, outward: build_script || OUTWARD.iter().any(|prefix| path.starts_with(prefix)) }
    }
}

fn faults(line: &Line, scope: Scope) -> Vec<String> {
    let mut messages = Vec::new();
    let code = line.code.as_str();
    if code.contains("#[ignore") {
        messages.push("a test that does not run proves nothing: mend or remove it".to_owned());
    }
    let said = line.comment.trim_start_matches(['/', '!', '*', ' ']);
    if ["TODO", "FIXME", "XXX", "HACK"].iter().any(|marker| said.starts_with(marker)) {
        messages.push("do it now, or write an issue".to_owned());
    }
    if scope.test || line.test {
        return messages;
    }
    for panic in PANICS {
        if let Some(at) = code.find(panic)
            && (panic.starts_with('.') || !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        {
            messages.push(format!("no `{}` outside tests: put it into types", panic.trim_end_matches('(')));
        }
    }
    if !scope.outward {
        for module in ["fs", "env"] {
            if imports_std(code, module) {
                messages.push(format!("only source and cli may use `std::{module}`"));
            }
        }
    }
    messages
}

/// Whether code names `std::module`, alone or among others: `use std::{env, fs};`.
fn imports_std(code: &str, module: &str) -> bool {
    code.match_indices("std::").any(|(at, _)| {
        let rest = &code[at + "std::".len()..];
        let names = rest.strip_prefix('{').map_or(rest, |group| group.split('}').next().unwrap_or(group));
        let grouped = names.len() < rest.len();
        let mut names = names.split(',').take(if grouped { usize::MAX } else { 1 });
        names.any(|name| {
            name.trim()
                .strip_prefix(module)
                .is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        })
    })
}

/// Modules that only tests see and that have files of their own, as paths without `.rs`.
fn test_modules(path: &str, lines: &[Line]) -> Vec<String> {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let folder = if ["lib", "main", "mod"].contains(&name) { folder } else { stem };
    lines
        .iter()
        .filter(|line| line.test)
        .filter_map(|line| line.code.trim().strip_suffix(';')?.rsplit_once("mod ").map(|(_, module)| module))
        .map(|module| format!("{folder}/{module}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        check(&Repository::of(files)).iter().map(ToString::to_string).collect()
    }

    /// Findings of one file whose first line is in order.
    fn found_in(path: &str, code: &str) -> Vec<String> {
        found(&[(path, &format!("//! Text.\n{code}\n"))])
    }

    #[test]
    fn a_good_file_has_no_findings() {
        let code = "use std::{fmt, io};\nfn f(env: u8) -> u8 { env }\n// \"panic!\" is a word\n\
                    #[cfg(test)]\nmod tests {\n    fn g() { h().unwrap(); std::fs::read(\"x\"); }\n}";
        assert_eq!(found_in("crates/facts/src/a.rs", code), [] as [&str; 0]);
    }

    #[test]
    fn the_first_line_says_what_the_file_is_for() {
        assert_eq!(
            found(&[("crates/facts/src/a.rs", "fn f() {}\n")]),
            ["crates/facts/src/a.rs:1: must open with `//!`: what it is for, and what it must not know"]
        );
    }

    #[test]
    fn files_are_short() {
        assert_eq!(found_in("crates/facts/src/a.rs", &"\n".repeat(598)), [] as [&str; 0]);
        assert_eq!(found_in("crates/facts/src/a.rs", &"\n".repeat(599)).len(), 1);
    }

    #[test]
    fn nothing_panics_outside_tests() {
        for code in PANICS {
            let value = if code.starts_with('.') { "x" } else { "" };
            let code = format!("fn f() {{ {value}{code}; }}");
            assert_eq!(found_in("crates/xtask/src/a.rs", &code).len(), 1, "{code}");
            assert_eq!(found_in("crates/facts/tests/a.rs", &code), [] as [&str; 0]);
        }
        assert_eq!(
            found_in("crates/facts/src/a.rs", "fn f() { dont_panic!(); x.unwrap_or(1); }"),
            [] as [&str; 0]
        );
    }

    #[test]
    fn only_the_outer_crates_touch_files_and_environment() {
        for code in
            ["use std::fs;", "use std::{env, io};", "fn f() { std::fs::read(p); }", "use std::env::var;"]
        {
            assert_eq!(found_in("crates/facts/src/a.rs", code).len(), 1, "{code}");
            for path in ["crates/source/src/a.rs", "crates/engine/build.rs", "crates/engine/benches/a.rs"] {
                assert_eq!(found_in(path, code), [] as [&str; 0], "{path} {code}");
            }
        }
    }

    #[test]
    fn no_test_is_ignored_and_nothing_is_left_to_do() {
        assert_eq!(found_in("crates/facts/tests/a.rs", "#[ignore = \"slow\"]\nfn f() {}").len(), 1);
        assert_eq!(found_in("crates/facts/tests/a.rs", "/// TODO: more").len(), 1);
        assert_eq!(found_in("crates/facts/src/a.rs", "fn f() {} // FIXME").len(), 1);
        assert_eq!(found_in("crates/facts/src/a.rs", "/// Finds TODO comments."), [] as [&str; 0]);
    }

    #[test]
    fn modules_of_tests_may_have_files_of_their_own() {
        let outer = ("crates/facts/src/a.rs", "//! A.\n#[cfg(test)]\nmod oracle;\n");
        let inner = "//! B.\nfn f() { x.unwrap(); }\n";
        assert_eq!(found(&[outer, ("crates/facts/src/a/oracle.rs", inner)]), [] as [&str; 0]);
        assert_eq!(found(&[outer, ("crates/facts/src/a/oracle/more.rs", inner)]), [] as [&str; 0]);
        assert_eq!(found(&[outer, ("crates/facts/src/oracle.rs", inner)]).len(), 1);
    }
}
