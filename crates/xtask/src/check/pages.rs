//! Rule pages: each has every section, and code for its rule. Metadata and examples are checked by the tests of
//! `crates/rules`. It must not know any rule.

use super::Finding;
use super::repository::Repository;

/// The sections of a page, in order.
const SECTIONS: [&str; 6] =
    ["What it finds", "Why it matters", "How to fix", "When to switch it off", "In other tools", "Examples"];

/// Position of the section on options, on the pages of rules that have some.
const OPTIONS: (usize, &str) = (3, "Options");

/// Findings on `rules/<family>/<rule-name>.md`.
pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in repository.texts() {
        let Some((family, name)) = path
            .strip_prefix("rules/")
            .and_then(|rest| rest.strip_suffix(".md"))
            .and_then(|rest| rest.split_once('/'))
        else {
            continue;
        };
        let mut sections = SECTIONS.to_vec();
        if has_options(text) {
            sections.insert(OPTIONS.0, OPTIONS.1);
        }
        let messages = faults(text, &sections);
        findings.extend(messages.into_iter().map(|(line, message)| Finding::new(path, line, message)));
        let code = format!("crates/rules/src/{family}/{}.rs", name.replace('-', "_"));
        let elsewhere = text.contains("\n```query\n") || text.contains("made by the engine");
        if repository.text(&code).is_none() && !elsewhere {
            let message = format!(
                "there is no {code}, nor has the page a query, nor does it say \"made by the engine\""
            );
            findings.push(Finding::new(path, 1, message));
        }
    }
    findings
}

/// Whether a page's front matter declares options.
fn has_options(text: &str) -> bool {
    let metadata = text.split("+++").nth(1).unwrap_or("");
    metadata.lines().any(|line| line.starts_with("[[options]]") || line.starts_with("options = ["))
}

/// Sections that are missing, empty or out of order, with their lines from 1.
fn faults(text: &str, sections: &[&str]) -> Vec<(usize, String)> {
    let mut fenced = false;
    let mut headings: Vec<(usize, &str, bool)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        fenced ^= line.starts_with("```");
        match line.strip_prefix("## ") {
            Some(title) if !fenced => headings.push((index + 1, title.trim(), false)),
            _ => {
                if let Some((_, _, filled)) = headings.last_mut() {
                    *filled |= !line.trim().is_empty();
                }
            }
        }
    }
    let mut faults = Vec::new();
    let mut last = 0;
    for section in sections {
        match headings.iter().find(|(_, title, _)| title == section) {
            None => faults.push((1, format!("the section `## {section}` is missing"))),
            Some((line, _, false)) => faults.push((*line, format!("the section `## {section}` is empty"))),
            Some((line, _, true)) if *line < last => {
                faults.push((*line, format!("the section `## {section}` stands too early")));
            }
            Some((line, _, true)) => last = *line,
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(sections: &[&str]) -> String {
        sections.iter().map(|section| format!("## {section}\n\nText.\n\n")).collect()
    }

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        check(&Repository::of(files)).iter().map(ToString::to_string).collect()
    }

    const CODE: (&str, &str) = ("crates/rules/src/web/open_door.rs", "//! A rule.\n");

    #[test]
    fn a_whole_page_has_no_findings() {
        assert_eq!(found(&[("rules/web/open-door.md", &page(&SECTIONS)), CODE]), [] as [&str; 0]);
        let engine = page(&SECTIONS) + "It is made by the engine.\n";
        assert_eq!(found(&[("rules/web/open-door.md", &engine)]), [] as [&str; 0]);
        let query = page(&SECTIONS) + "```query\n(call) @finding\n```\n";
        assert_eq!(found(&[("rules/web/open-door.md", &query)]), [] as [&str; 0]);
    }

    #[test]
    fn every_section_must_be_there() {
        for missing in SECTIONS {
            let rest: Vec<&str> = SECTIONS.into_iter().filter(|section| *section != missing).collect();
            assert_eq!(
                found(&[("rules/web/open-door.md", &page(&rest)), CODE]),
                [format!("rules/web/open-door.md:1: the section `## {missing}` is missing")]
            );
        }
    }

    #[test]
    fn sections_are_filled_and_in_order() {
        let empty = page(&SECTIONS).replace("## How to fix\n\nText.\n", "## How to fix\n");
        assert_eq!(
            found(&[("rules/web/open-door.md", &empty), CODE]),
            ["rules/web/open-door.md:9: the section `## How to fix` is empty"]
        );
        let mut swapped = SECTIONS;
        swapped.swap(1, 2);
        assert_eq!(found(&[("rules/web/open-door.md", &page(&swapped)), CODE]).len(), 1);
    }

    #[test]
    fn options_have_a_section() {
        for metadata in ["[[options]]\nname = \"max\"", "options = [{ name = \"max\" }]"] {
            let text = format!("+++\n{metadata}\n+++\n{}", page(&SECTIONS));
            assert_eq!(
                found(&[("rules/web/open-door.md", &text), CODE]),
                ["rules/web/open-door.md:1: the section `## Options` is missing"]
            );
        }
    }

    #[test]
    fn a_heading_inside_an_example_is_no_section() {
        let fenced = page(&SECTIONS[..5]) + "```\n## Examples\n\nText.\n```\n";
        assert_eq!(found(&[("rules/web/open-door.md", &fenced), CODE]).len(), 1);
    }

    #[test]
    fn a_page_has_code() {
        assert_eq!(found(&[("rules/web/open-door.md", &page(&SECTIONS))]).len(), 1);
    }
}
