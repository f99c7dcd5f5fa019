//! The rules that a project wrote itself: the pages in `.analyzer/rules`. It must not know how they are read or run.

use std::sync::Arc;

use analyzer_engine::run_examples;
use analyzer_report::inert;
use analyzer_rules::custom::{CustomRules, RuleFile};
use analyzer_source::files;
use camino::Utf8Path;

use crate::args::When;
use crate::failure::{Failure, code};
use crate::output;
use crate::root::root_of;
use crate::terminal::{self, Stream};

/// Where the pages lie, from the project's root.
const FOLDER: &str = ".analyzer/rules";

/// Reads the pages of the project in the folder `root`; none if it has no such folder.
pub(crate) fn load(root: &Utf8Path) -> Result<Arc<CustomRules>, Failure> {
    let folder = root.join(FOLDER);
    if !files::is_dir(&folder) {
        return Ok(Arc::default());
    }
    let mut pages = Vec::new();
    let mut names = files::list_dir(&folder)?;
    names.sort();
    for name in names {
        let Some(rule) = name.strip_suffix(".md") else { continue };
        // A README is no rule.
        if rule.starts_with(|c: char| c.is_uppercase()) {
            continue;
        }
        let text = files::read_to_string(&folder.join(&name))?;
        let text = text.replace("\r\n", "\n");
        pages.push(RuleFile { path: format!("{FOLDER}/{name}"), name: rule.to_owned(), text });
    }
    CustomRules::parse(pages).map(Arc::new).map_err(|wrong| {
        let failures = wrong.into_iter().map(|page| {
            let path = Utf8Path::new(&page.file.path);
            let own = files::is_inside(root, &root.join(path));
            Failure::config(path, &page.file.text, page.problems, own)
        });
        Failure::Several(failures.collect())
    })
}

/// The rules of the project that the current folder belongs to.
pub(crate) fn here() -> Result<Arc<CustomRules>, Failure> {
    load(&root_of(Utf8Path::new("."))?.folder)
}

/// Runs the examples on every page.
pub(crate) fn test(colour: When) -> Result<u8, Failure> {
    let rules = here()?;
    if rules.all().is_empty() {
        return Err(Failure::with_help(
            format!("there are no rules in `{FOLDER}`"),
            "docs/writing-rules.md tells how to write one",
        ));
    }
    let coloured = terminal::colour(colour, Stream::Stdout);
    let paint = |good: bool| match (coloured, good) {
        (false, _) => ("", ""),
        (true, true) => ("\x1b[1;92m", "\x1b[0m"),
        (true, false) => ("\x1b[1;91m", "\x1b[0m"),
    };
    let mut failed = 0;
    output::write(None, |out| {
        for rule in rules.all() {
            let name = &rule.info.name;
            let (count, mut broken) = run_examples(&rule.info, &rule.source, &rules);
            let plural = if count == 1 { "" } else { "s" };
            if count == 0 {
                let (on, off) = paint(false);
                writeln!(out, "{on}failed{off}  {name}: the page has no examples below `## Examples`")?;
                failed += 1;
                continue;
            }
            let (on, off) = paint(broken.is_empty());
            if broken.is_empty() {
                writeln!(out, "{on}ok{off}      {name}: {count} example{plural}")?;
                continue;
            }
            failed += 1;
            writeln!(out, "{on}failed{off}  {name}: {} of {count} example{plural}", broken.len())?;
            for example in &mut broken {
                writeln!(out, "  {FOLDER}/{name}.md:{}: {}", example.line, inert(&example.title))?;
                for problem in &example.problems {
                    writeln!(out, "    {}", inert(&problem.trim_end().replace('\n', "\n      ")))?;
                }
            }
        }
        Ok(())
    })?;
    Ok(if failed == 0 { code::CLEAN } else { code::FINDINGS })
}
