//! Our rules that a name in a suppression means. It must not know places or texts.
//!
//! Every tool's comment silences only rules whose page lists the code under `replaces`. A comment that names nothing
//! silences nothing, with these exceptions, where the tool's comment never names anything or its meaning is narrow:
//! `nosemgrep` and `NOSONAR` silence the rules that replace one of Semgrep's or Sonar's, `gitleaks:allow` and
//! `pragma: allowlist secret` the family of secrets.

use analyzer_diagnostics::RuleInfo;
use analyzer_facts::SuppressionOrigin;

/// The family that secret scanners' comments speak of.
const SECRETS: &str = "secrets";

/// pylint's names of messages, with their codes: comments use the one, pages the other.
const PYLINT: &[(&str, &str)] = &[
    ("bare-except", "W0702"),
    ("broad-except", "W0718"),
    ("broad-exception-caught", "W0718"),
    ("W0703", "W0718"),
    ("cyclic-import", "R0401"),
    ("fixme", "W0511"),
    ("import-error", "E0401"),
    ("import-self", "W0406"),
    ("no-name-in-module", "E0611"),
    ("raise-missing-from", "W0707"),
    ("syntax-error", "E0001"),
    ("too-complex", "R1260"),
    ("too-many-public-methods", "R0904"),
    ("too-many-branches", "R0912"),
    ("duplicate-code", "R0801"),
    ("unused-import", "W0611"),
    ("consider-using-with", "R1732"),
];

/// bandit's names of tests, with their codes.
const BANDIT: &[(&str, &str)] = &[
    ("assert_used", "B101"),
    ("hardcoded_bind_all_interfaces", "B104"),
    ("hardcoded_password_string", "B105"),
    ("hardcoded_password_funcarg", "B106"),
    ("hardcoded_password_default", "B107"),
    ("hardcoded_tmp_directory", "B108"),
    ("try_except_pass", "B110"),
    ("try_except_continue", "B112"),
    ("subprocess_popen_with_shell_equals_true", "B602"),
    ("subprocess_without_shell_equals_true", "B603"),
    ("any_other_function_with_shell_equals_true", "B604"),
    ("start_process_with_a_shell", "B605"),
    ("start_process_with_no_shell", "B606"),
    ("start_process_with_partial_path", "B607"),
];

/// pylint's checkers, whose names mean all of their messages, with those that rules here replace.
const CHECKERS: &[(&str, &[&str])] = &[
    ("design", &["R0904", "R0912"]),
    ("exceptions", &["W0702", "W0707", "W0718"]),
    ("imports", &["E0401", "R0401", "W0406"]),
    ("miscellaneous", &["W0511"]),
    ("similarities", &["R0801"]),
    ("variables", &["E0611", "W0611"]),
];

/// The code of a message of pylint that is given by name or code; what is neither known nor a code stays as it is.
#[must_use]
pub fn pylint_code(name: &str) -> &str {
    PYLINT.iter().find(|(symbol, _)| *symbol == name).map_or(name, |(_, code)| code)
}

/// Whether `name`, in a comment of this origin, means `rule`.
pub(super) fn stands_for(origin: SuppressionOrigin, name: &str, rule: &RuleInfo) -> bool {
    let replaces =
        |code: &str| !is_sonar(code) && rule.replaces.iter().any(|own| own.eq_ignore_ascii_case(code));
    match origin {
        SuppressionOrigin::Own => name == rule.name || name == rule.family,
        // Codes are written in capitals. ruff writes pylint's with two letters before them.
        SuppressionOrigin::Noqa => {
            let upper = !name.bytes().any(|byte| byte.is_ascii_lowercase());
            upper && (replaces(name) || name.strip_prefix("PL").is_some_and(replaces))
        }
        SuppressionOrigin::Nosec => {
            let code = BANDIT.iter().find(|(test, _)| *test == name).map_or(name, |(_, code)| code);
            is_bandit(code) && replaces(code)
        }
        SuppressionOrigin::Pylint => {
            let whole = |own: &String| is_pylint(own) && (name == "skip-file" || own.starts_with(name));
            let category = name == "skip-file" || matches!(name, "C" | "E" | "F" | "I" | "R" | "W");
            let checker = CHECKERS.iter().find(|(checker, _)| *checker == name);
            let code = pylint_code(name).to_ascii_uppercase();
            is_pylint(&code) && replaces(&code)
                || category && rule.replaces.iter().any(whole)
                || checker.is_some_and(|(_, codes)| codes.iter().any(|code| replaces(code)))
        }
        SuppressionOrigin::Nosemgrep => {
            let last = |id: &str| id.rsplit('.').next().unwrap_or("").to_owned();
            let same = |own: &String| is_semgrep(own) && (own == name || last(own) == last(name));
            rule.replaces.iter().any(same)
        }
        SuppressionOrigin::Nosonar => {
            let bare = |code: &str| code.trim_start_matches("python:").to_owned();
            rule.replaces.iter().any(|own| is_sonar(own) && bare(own) == bare(name))
        }
        // These name nothing.
        SuppressionOrigin::Gitleaks | SuppressionOrigin::AllowlistSecret => false,
    }
}

/// Whether a comment of this origin silences `rule` although it names nothing.
pub(super) fn silences_unnamed(origin: SuppressionOrigin, rule: &RuleInfo) -> bool {
    match origin {
        SuppressionOrigin::Own
        | SuppressionOrigin::Noqa
        | SuppressionOrigin::Nosec
        | SuppressionOrigin::Pylint => false,
        SuppressionOrigin::Nosemgrep => rule.replaces.iter().any(|code| is_semgrep(code)),
        SuppressionOrigin::Nosonar => rule.replaces.iter().any(|code| is_sonar(code)),
        SuppressionOrigin::Gitleaks | SuppressionOrigin::AllowlistSecret => rule.family == SECRETS,
    }
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_bandit(code: &str) -> bool {
    code.strip_prefix('B').is_some_and(|digits| is_digits(digits, 3))
}

fn is_pylint(code: &str) -> bool {
    code.strip_prefix(['C', 'E', 'F', 'I', 'R', 'W']).is_some_and(|digits| is_digits(digits, 4))
}

/// Sonar's keys, such as `python:S5754`.
fn is_sonar(code: &str) -> bool {
    code.starts_with("python:S")
}

/// Semgrep's identifiers, such as `python.lang.security.audit.exec-detected`.
fn is_semgrep(code: &str) -> bool {
    code.starts_with("python.") || code.starts_with("generic.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use SuppressionOrigin::*;

    fn rule(name: &str, family: &str, replaces: &[&str]) -> RuleInfo {
        let page = format!(
            "+++\nseverity = \"note\"\nprecision = \"low\"\nscope = \"file\"\n+++\n# {name}\n\nNone.\n"
        );
        let info = analyzer_rules::page::parse(family, name, &page).unwrap().info;
        RuleInfo { replaces: replaces.iter().map(|code| (*code).to_owned()).collect(), ..info }
    }

    #[test]
    fn each_tool_reaches_only_the_rules_that_replace_its_own() {
        let bare = rule("bare-except", "exceptions", &["E722", "W0702", "B110", "python:S5754"]);
        for (origin, name) in [
            (Own, "bare-except"),
            (Own, "exceptions"),
            (Noqa, "E722"),
            (Noqa, "PLW0702"),
            (Nosec, "B110"),
            (Pylint, "W0702"),
            (Pylint, "bare-except"),
            (Pylint, "w0702"),
            (Pylint, "W"),
            (Pylint, "exceptions"),
            (Pylint, "skip-file"),
            (Nosec, "try_except_pass"),
            (Nosonar, "python:S5754"),
            (Nosonar, "S5754"),
        ] {
            assert!(stands_for(origin, name, &bare), "{origin:?} {name}");
        }
        for (origin, name) in [
            (Own, "E722"),
            (Own, "ALL"),
            (Own, ""),
            (Noqa, "E7"),
            (Noqa, "e722"),
            (Nosec, "try_except_continue"),
            (Pylint, "R"),
            (Pylint, "imports"),
            (Pylint, "Bare-Except"),
            (Noqa, "bare-except"),
            (Noqa, "python:S5754"),
            (Nosec, "E722"),
            (Nosec, "B602"),
            (Pylint, "E722"),
            (Pylint, "all"),
            (Nosemgrep, "bare-except"),
            (Nosonar, "S1192"),
        ] {
            assert!(!stands_for(origin, name, &bare), "{origin:?} {name}");
        }
    }

    #[test]
    fn what_names_nothing_reaches_only_what_it_can_mean() {
        let shell =
            rule("shell-dynamic-command", "commands", &["S602", "python.lang.security.audit.shell-true"]);
        let token = rule("secret-token", "secrets", &[]);
        let bare = rule("bare-except", "exceptions", &["E722", "python:S5754"]);
        let reached = |origin| [&shell, &token, &bare].map(|rule| silences_unnamed(origin, rule));
        for origin in [Own, Noqa, Nosec, Pylint] {
            assert_eq!(reached(origin), [false; 3], "{origin:?}");
        }
        assert_eq!(reached(Nosemgrep), [true, false, false]);
        assert_eq!(reached(Nosonar), [false, false, true]);
        assert_eq!(reached(Gitleaks), [false, true, false]);
        assert_eq!(reached(AllowlistSecret), [false, true, false]);
        assert!(stands_for(Nosemgrep, "shell-true", &shell));
    }
}
