//! Writes what the documentation repeats of the code: the README's table of rules. It must not know prose.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args as ClapArgs;

/// Arguments of `cargo xtask docs`.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Write nothing; fail if something is out of date.
    #[arg(long)]
    check: bool,
}

const BEGIN: &str = "<!-- rules: written by `cargo xtask docs` -->\n";
const END: &str = "<!-- end of rules -->\n";

/// Writes or checks the generated parts.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = std::fs::read_to_string(&readme).with_context(|| format!("reading {}", readme.display()))?;
    let wanted = with_rules(&text)?;
    if text == wanted {
        return Ok(());
    }
    if args.check {
        bail!("README.md is out of date: run `cargo xtask docs`");
    }
    write(&readme, &wanted)
}

fn write(path: &PathBuf, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))
}

/// The text with the table of rules as the pages have it now.
fn with_rules(text: &str) -> anyhow::Result<String> {
    let begin = text.find(BEGIN).context("README.md has no place for the table of rules")? + BEGIN.len();
    let end = text.find(END).context("the table of rules in README.md has no end")?;
    Ok(format!("{}{}{}", &text[..begin], table(), &text[end..]))
}

fn table() -> String {
    let mut rules: Vec<_> = analyzer_rules::all().iter().map(|rule| &rule.info).collect();
    rules.sort_by(|a, b| (&a.family, &a.name).cmp(&(&b.family, &b.name)));
    let mut table = String::from("| Family | Rule | Severity | What it finds |\n|---|---|---|---|\n");
    let mut family = "";
    for rule in rules {
        let shown = if rule.family == family { "" } else { &rule.family };
        family = &rule.family;
        let link = format!("[`{0}`](rules/{1}/{0}.md)", rule.name, rule.family);
        let _ = writeln!(table, "| {shown} | {link} | {} | {} |", rule.severity.as_str(), rule.summary);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_is_up_to_date() {
        run(&Args { check: true }).unwrap();
    }

    #[test]
    fn a_changed_table_is_noticed() {
        let text = format!("before\n{BEGIN}old\n{END}after\n");
        let wanted = with_rules(&text).unwrap();
        assert!(wanted.starts_with("before\n") && wanted.ends_with("after\n"));
        assert!(wanted.contains("| [`bare-except`](rules/exceptions/bare-except.md) |"));
        assert!(with_rules("no place").is_err());
    }
}
