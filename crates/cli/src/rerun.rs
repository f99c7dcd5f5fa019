//! The command that shows more of what a report leaves out. It must not know reports.

use camino::Utf8Path;

use crate::args::{CheckArgs, Level};

/// `analyzer check --select RULE`, or with everything in full without a rule; with whatever narrowed this run down.
pub(crate) fn command(args: &CheckArgs, rule: Option<&str>) -> String {
    let mut words = vec!["analyzer".to_owned(), "check".to_owned()];
    let mut option = |name: &str, value: &str| words.extend([name.to_owned(), quoted(value)]);
    match rule {
        Some(rule) => {
            option("--select", rule);
            // This run has shown as much of one rule as it does.
            if args.select == [rule] {
                option("--output-format", "concise");
            }
        }
        None => {
            let chosen = [
                ("--select", &args.select),
                ("--extend-select", &args.extend_select),
                ("--ignore", &args.ignore),
            ];
            for (name, chosen) in chosen {
                if !chosen.is_empty() {
                    option(name, &chosen.join(","));
                }
            }
            option("--output-format", "full");
        }
    }
    if let Some(level) = args.severity {
        let level = match level {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        };
        option("--severity", level);
    }
    for glob in &args.exclude {
        option("--exclude", glob);
    }
    if let Some(version) = args.target_version {
        option("--target-version", &version.to_string());
    }
    for config in &args.run.project.config {
        option("--config", config.as_str());
    }
    for (name, path) in [("--project", &args.run.project.project), ("--baseline", &args.baseline)] {
        if let Some(path) = path {
            option(name, path.as_str());
        }
    }
    if let Some(since) = &args.changed {
        words.push(format!("--changed={}", quoted(since)));
    }
    let flags = [
        ("--isolated", args.run.project.isolated),
        ("--no-baseline", args.no_baseline),
        ("--show-baselined", args.show_baselined),
        ("--include-suppressed", args.include_suppressed),
    ];
    words.extend(flags.iter().filter(|(_, given)| *given).map(|(name, _)| (*name).to_owned()));
    words.extend(args.paths.iter().map(|path| quoted(Utf8Path::as_str(path))));
    words.join(" ")
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./,=:@%+^~".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::command;
    use crate::args::{CheckArgs, Cli, Command};

    fn args(words: &[&str]) -> Box<CheckArgs> {
        let cli = Cli::parse_from(["analyzer", "check"].iter().chain(words));
        match cli.command {
            Command::Check(args) => args,
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn more_of_a_rule_is_shown_by_a_command_that_narrows_down_as_this_one_did() {
        let shown = |words: &[&str], rule| command(&args(words), rule);
        assert_eq!(shown(&[], Some("bare-except")), "analyzer check --select bare-except");
        assert_eq!(shown(&[], None), "analyzer check --output-format full");
        let words = ["services/my app", "--no-baseline", "--severity", "error", "--select", "imports"];
        assert_eq!(
            shown(&words, Some("self-import")),
            "analyzer check --select self-import --severity error --no-baseline 'services/my app'"
        );
        assert_eq!(
            shown(&words, None),
            "analyzer check --select imports --output-format full --severity error --no-baseline 'services/my app'"
        );
        assert_eq!(shown(&["--changed"], Some("x")), "analyzer check --select x --changed=HEAD");
        let words = ["--exclude", "a/**", "--config", "churn = false", "--target-version", "py311"];
        assert_eq!(
            shown(&words, Some("x")),
            "analyzer check --select x --exclude 'a/**' --target-version 3.11 --config 'churn = false'"
        );
    }

    #[test]
    fn a_run_of_one_rule_leads_to_a_shorter_format() {
        let shown = command(&args(&["--select", "bare-except"]), Some("bare-except"));
        assert_eq!(shown, "analyzer check --select bare-except --output-format concise");
    }
}
