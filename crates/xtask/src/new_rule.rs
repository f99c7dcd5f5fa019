//! `cargo xtask new-rule FAMILY NAME`: lays the page of a rule and, unless its page has a query, the function beside it.
//! It must not know what rules look for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

/// The rule to lay.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A family that there is: a folder of `rules/`.
    family: String,
    /// The rule's name: lower-case letters, digits and hyphens, such as `request-without-timeout`. Name it for the fault.
    name: String,
    /// Lay a page with a query, which needs no code, instead of a function.
    #[arg(long)]
    query: bool,
}

/// Lays the files and prints what to do with them.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("xtask lies two folders deep")?;
    let laid = lay(root, args)?;
    for file in &laid {
        println!("{}", file.strip_prefix(root).unwrap_or(file).display());
    }
    println!(
        "next: docs/adding-a-rule.md; its examples run with `cargo test -p analyzer-engine --test rule_pages`"
    );
    Ok(ExitCode::SUCCESS)
}

/// Writes the files below `root`; nothing if anything is in the way.
fn lay(root: &Path, args: &Args) -> anyhow::Result<Vec<PathBuf>> {
    let Args { family, name, query } = args;
    let kebab = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !kebab {
        bail!("`{name}` is no name for a rule: write lower-case letters, digits and hyphens");
    }
    if !root.join("rules").join(family).is_dir() {
        let known: Vec<String> = fs::read_dir(root.join("rules"))?
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect();
        bail!("there is no family `{family}`: there are {}", sorted(known).join(", "));
    }
    if let Some(taken) = analyzer_rules::find(name) {
        bail!("there is a rule named `{name}` in the family `{}` already", taken.info.family);
    }
    let page = root.join("rules").join(family).join(format!("{name}.md"));
    let function = name.replace('-', "_");
    let code = root.join("crates/rules/src").join(family).join(format!("{function}.rs"));
    for file in [&page, &code] {
        if file.exists() {
            bail!("{} is there already", file.display());
        }
    }
    if *query {
        write(&page, &page_of(name, true))?;
        return Ok(vec![page]);
    }
    let module = root.join("crates/rules/src").join(family).join("mod.rs");
    let modules = fs::read_to_string(&module).with_context(|| format!("cannot read {}", module.display()))?;
    let modules = with_module(&modules, &function)
        .with_context(|| format!("{} declares no module yet: add the line by hand", module.display()))?;
    write(&page, &page_of(name, false))?;
    write(&code, &code_of(name, &function))?;
    write(&module, &modules)?;
    Ok(vec![page, code, module])
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// The text with one more `pub mod`, in the order of names.
fn with_module(text: &str, function: &str) -> Option<String> {
    let line = format!("pub mod {function};\n");
    let declared = |line: &&str| line.starts_with("pub mod ") && line.ends_with(";\n");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let last = lines.iter().rposition(declared)?;
    let at = lines.iter().position(|other| declared(other) && *other > line.as_str()).unwrap_or(last + 1);
    let (before, after) = lines.split_at(at);
    Some([before.concat(), line, after.concat()].concat())
}

fn page_of(name: &str, query: bool) -> String {
    let matter = if query {
        "message = \"`{{function}}` says what is wrong, in one line\"\nhelp = \"says what to do\"\n"
    } else {
        ""
    };
    let block = if query {
        "```query\n(call\n  function: (_) @function\n  (#resolves-to? @function \"library.call\")) @finding\n```\n\n"
    } else {
        ""
    };
    let example = if query {
        format!("import library\n\nlibrary.call()  # finds: {name}\n")
    } else {
        format!("import os  # finds: {name}\n")
    };
    let control = if query { "from .transport import call\n\ncall()\n" } else { "x = 1\n" };
    format!(
        "+++\nseverity = \"warning\"\nprecision = \"medium\"\nscope = \"file\"\n{matter}+++\n# {name}\n\n\
         The fault, in one sentence.\n\n## What it finds\n\nEvery form of it, and what is left alone.\n\n\
         ## Why it matters\n\nWhat goes wrong, and for whom.\n\n## How to fix\n\nThe code as it should be.\n\n\
         ## When to switch it off\n\nWhere the code is right as it stands.\n\n## In other tools\n\nTheir rules, and what differs.\n\n\
         {block}## Examples\n\n### It is found\n\n```python\n{example}```\n\n### What looks like it is left alone\n\n```python\n{control}```\n"
    )
}

fn code_of(name: &str, function: &str) -> String {
    format!(
        "//! `{name}`. It must not know how its facts are gathered.\n\nuse analyzer_diagnostics::Diagnostic;\n\nuse crate::Check;\n\n\
         /// Reports each place.\npub fn {function}(cx: &Check, out: &mut Vec<Diagnostic>) {{\n    \
         out.extend(cx.facts.imports.iter().map(|import| cx.diagnostic(import.range, \"the fault\").tier(import.tier)));\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for path in ["rules/services", "crates/rules/src/services"] {
            fs::create_dir_all(folder.path().join(path)).unwrap();
        }
        let module = folder.path().join("crates/rules/src/services/mod.rs");
        fs::write(module, "//! Services.\n\npub mod alpha;\nmod own;\npub mod zeta;\n").unwrap();
        folder
    }

    fn args(name: &str, query: bool) -> Args {
        Args { family: "services".to_owned(), name: name.to_owned(), query }
    }

    #[test]
    fn a_function_is_laid_with_its_page_and_its_line() {
        let folder = folder();
        let laid = lay(folder.path(), &args("lost-message", false)).unwrap();
        assert_eq!(laid.len(), 3);
        let module = fs::read_to_string(&laid[2]).unwrap();
        assert_eq!(
            module,
            "//! Services.\n\npub mod alpha;\nmod own;\npub mod lost_message;\npub mod zeta;\n"
        );
        assert!(fs::read_to_string(&laid[1]).unwrap().contains("pub fn lost_message(cx: &Check"));
        let page = fs::read_to_string(&laid[0]).unwrap();
        assert_eq!(
            analyzer_rules::page::parse("services", "lost-message", &page).unwrap().info.name,
            "lost-message"
        );
        assert_eq!(analyzer_rules::page::parse_examples(&page).unwrap().len(), 2);
        // Nothing is written over.
        assert!(lay(folder.path(), &args("lost-message", false)).is_err());
    }

    #[test]
    fn a_page_with_a_query_is_all_that_such_a_rule_needs() {
        let folder = folder();
        let laid = lay(folder.path(), &args("lost-message", true)).unwrap();
        assert_eq!(laid.len(), 1);
        let text = fs::read_to_string(&laid[0]).unwrap();
        let info = analyzer_rules::page::parse("services", "lost-message", &text).unwrap().info;
        // Its examples hold as they are laid.
        let matter = text.replacen("scope = \"file\"\n", "", 1);
        let file = analyzer_rules::custom::RuleFile {
            path: "lost-message.md".to_owned(),
            name: info.name.clone(),
            text: matter.clone(),
        };
        let rules = analyzer_rules::custom::CustomRules::parse(vec![file]).unwrap();
        let (count, broken) = analyzer_engine::run_examples(&info, &matter, &std::sync::Arc::new(rules));
        assert_eq!((count, broken), (2, Vec::new()));
    }

    #[test]
    fn mistakes_are_told_before_anything_is_written() {
        let folder = folder();
        for (family, name, words) in [
            ("nothing", "lost-message", "there are services"),
            ("services", "Lost", "no name for a rule"),
            ("services", "port-conflict", "in the family `network` already"),
        ] {
            let args = Args { family: family.to_owned(), name: name.to_owned(), query: false };
            let error = lay(folder.path(), &args).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        assert_eq!(fs::read_dir(folder.path().join("rules/services")).unwrap().count(), 0);
    }
}
