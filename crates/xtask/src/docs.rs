//! Writes what the documentation repeats of the code: the README's table of rules, and what other tools call them.
//! It must not know prose.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use analyzer_diagnostics::RuleInfo;
use anyhow::{Context, bail};
use clap::Args as ClapArgs;

/// Arguments of `cargo xtask docs`.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Write nothing; fail if something is out of date.
    #[arg(long)]
    check: bool,
}

/// A generated part of a page: its lines are between a comment with this name and the comment that ends it.
struct Part {
    page: &'static str,
    name: &'static str,
    make: fn() -> String,
}

const PARTS: [Part; 2] = [
    Part { page: "README.md", name: "rules", make: rules_table },
    Part { page: "docs/migrating.md", name: "codes", make: codes_table },
];

/// Writes or checks the generated parts.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    for part in &PARTS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(part.page);
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let wanted = part.renewed(&text)?;
        if text == wanted {
            continue;
        }
        if args.check {
            bail!("{} is out of date: run `cargo xtask docs`", part.page);
        }
        std::fs::write(&path, wanted).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

impl Part {
    /// The text with the part as it has to be now.
    fn renewed(&self, text: &str) -> anyhow::Result<String> {
        let (page, name) = (self.page, self.name);
        let begin = format!("<!-- {name}: written by `cargo xtask docs` -->\n");
        let end = format!("<!-- end of {name} -->\n");
        let from =
            text.find(&begin).with_context(|| format!("{page} has no place for its {name}"))? + begin.len();
        let to = text.find(&end).with_context(|| format!("the {name} in {page} have no end"))?;
        Ok(format!("{}{}{}", &text[..from], (self.make)(), &text[to..]))
    }
}

/// All rules, sorted by family and name.
fn rules() -> Vec<&'static RuleInfo> {
    let mut rules: Vec<_> = analyzer_rules::all().iter().map(|rule| &rule.info).collect();
    rules.sort_by(|a, b| (&a.family, &a.name).cmp(&(&b.family, &b.name)));
    rules
}

fn rules_table() -> String {
    let mut table = String::from("| Family | Rule | Severity | What it finds |\n|---|---|---|---|\n");
    let mut family = "";
    for rule in rules() {
        let shown = if rule.family == family { "" } else { &rule.family };
        family = &rule.family;
        let link = format!("[`{0}`](rules/{1}/{0}.md)", rule.name, rule.family);
        let _ = writeln!(table, "| {shown} | {link} | {} | {} |", rule.severity.as_str(), rule.summary);
    }
    table
}

/// The codes and names of other tools, and the rules that find the same.
fn codes_table() -> String {
    let mut codes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for rule in rules() {
        let link = format!("[`{0}`](../rules/{1}/{0}.md)", rule.name, rule.family);
        for code in &rule.replaces {
            codes.entry(code).or_default().push(link.clone());
        }
    }
    let mut table = String::from("| There | Here |\n|---|---|\n");
    for (code, links) in codes {
        let _ = writeln!(table, "| `{code}` | {} |", links.join(", "));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_are_up_to_date() {
        run(&Args { check: true }).unwrap();
    }

    #[test]
    fn a_changed_table_is_noticed() {
        let [part, _] = &PARTS;
        let old =
            "before\n<!-- rules: written by `cargo xtask docs` -->\nold\n<!-- end of rules -->\nafter\n";
        let wanted = part.renewed(old).unwrap();
        assert!(wanted.starts_with("before\n") && wanted.ends_with("after\n"));
        assert!(wanted.contains("| [`bare-except`](rules/exceptions/bare-except.md) |"));
        assert!(part.renewed("no place").is_err());
    }

    #[test]
    fn codes_of_other_tools_lead_to_rules() {
        assert!(codes_table().contains("| `E722` | [`bare-except`](../rules/exceptions/bare-except.md)"));
    }
}
