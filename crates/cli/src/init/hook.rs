//! The hook in the configuration of the pre-commit framework: a new file, or an entry at the end of the list of a file that
//! is there. It must not know what the hook does.

use analyzer_facts::yaml_list_len;
use analyzer_source::{Durability, atomic_write_in, files};
use camino::Utf8Path;

use crate::failure::Failure;

use super::{REPOSITORY, Repository, Step, scalar};

const FILE: &str = ".pre-commit-config.yaml";

/// Writes the entry, unless it is there.
pub(super) fn write(repository: &Repository) -> Result<Step, Failure> {
    let target = repository.folder.join(FILE);
    let entry = entry(&repository.project);
    let text = if files::exists(&target) {
        let text = files::read_to_string(&target)?;
        let known = |line: &str| line.trim() == "- id: analyzer" || line.trim_end().ends_with(REPOSITORY);
        if text.lines().any(known) {
            return Ok(Step::kept(&format!("the hook in {FILE}")));
        }
        match added(&text, &entry) {
            Ok(text) => text,
            Err(why) => {
                return Ok(Step::Left(format!(
                    "{FILE} {why}, and stays as it is; add to its `repos`:\n{}",
                    indented(&entry, "  ", "\n")
                )));
            }
        }
    } else {
        format!("repos:\n{}", indented(&entry, "  ", "\n"))
    };
    atomic_write_in(&repository.folder, Utf8Path::new(FILE), text.as_bytes(), Durability::Synced)?;
    Ok(Step::wrote(FILE).with_notes(["`pre-commit install` puts it into effect".to_owned()]))
}

/// The lines of the list's item: the program that is installed, since no release is published that pre-commit could build.
fn entry(project: &str) -> Vec<String> {
    let mut lines: Vec<String> = [
        "- repo: local",
        "  hooks:",
        "    - id: analyzer",
        "      name: analyzer",
        "      entry: analyzer check --changed=HEAD --fail-on=note",
        "      language: system",
        "      types_or: [python, pyi, yaml, toml, json, ini, dockerfile, text]",
        "      require_serial: true",
    ]
    .map(str::to_owned)
    .into();
    if !project.is_empty() {
        lines.push(format!("      files: {}", scalar(&format!("^{}/", escaped(project)))));
    }
    lines
}

/// A path as a regular expression of Python.
fn escaped(path: &str) -> String {
    let mut out = String::new();
    for c in path.chars() {
        if c.is_ascii_punctuation() && !"/_-".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn indented(lines: &[String], indent: &str, end: &str) -> String {
    lines.iter().map(|line| format!("{indent}{line}{end}")).collect()
}

/// The file with one more entry, or the reason why it is left alone.
fn added(text: &str, entry: &[String]) -> Result<String, String> {
    let count = yaml_list_len(text, "repos").map_err(|problem| {
        let before = text.get(..problem.range.start as usize).unwrap_or(text);
        format!("is not valid YAML (line {}: {})", before.split('\n').count(), problem.message)
    })?;
    let written = with_entry(text, entry).filter(|written| {
        // Lines alone do not show what a quoted text or an anchor makes of them.
        count.is_some() && yaml_list_len(written, "repos") == Ok(count.map(|count| count + 1))
    });
    written.ok_or_else(|| "is not written as expected".to_owned())
}

/// The file with one more item at the end of the block list `repos`. `None` where it has no such list at its top, or is
/// written in a way that lines do not show.
fn with_entry(text: &str, entry: &[String]) -> Option<String> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_list = |line: &&str| line.split('#').next().is_some_and(|line| line.trim_end() == "repos:");
    let head = lines.iter().position(is_list)?;
    if lines.iter().filter(|line| is_list(line)).count() != 1 || text.contains('\t') {
        return None;
    }
    let mut indent = None;
    let mut last = head;
    for (index, line) in lines.iter().enumerate().skip(head + 1) {
        let content = line.trim_start_matches(' ');
        if content.trim_end().is_empty() || content.starts_with('#') {
            continue;
        }
        let depth = line.len() - content.len();
        let item = content.starts_with("- ");
        match indent {
            None if item => indent = Some(depth),
            None => return None,
            Some(indent) if depth < indent || depth == indent && !item => break,
            Some(_) => {}
        }
        last = index;
    }
    let (before, after) = lines.split_at(last + 1);
    let mut out = before.concat();
    if !out.ends_with('\n') {
        out.push_str(end);
    }
    out.push_str(&indented(entry, &" ".repeat(indent?), end));
    out.push_str(&after.concat());
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::with_entry;

    fn added(text: &str) -> Option<String> {
        with_entry(text, &["- repo: x".to_owned(), "  rev: y".to_owned()])
    }

    #[test]
    fn the_item_is_written_as_the_others_are() {
        let cases = [
            ("repos:\n- repo: a\n  hooks: []\n", "repos:\n- repo: a\n  hooks: []\n- repo: x\n  rev: y\n"),
            ("repos:\n  - repo: a", "repos:\n  - repo: a\n  - repo: x\n    rev: y\n"),
            ("repos:\r\n  - repo: a\r\n", "repos:\r\n  - repo: a\r\n  - repo: x\r\n    rev: y\r\n"),
            (
                "ci:\n  skip: [a]\n\nrepos: # all\n    # first\n    - repo: a\n\n    # second\n    - repo: b\n\n# the end\nfail_fast: true\n",
                "ci:\n  skip: [a]\n\nrepos: # all\n    # first\n    - repo: a\n\n    # second\n    - repo: b\n    - repo: x\n      rev: y\n\n# the end\nfail_fast: true\n",
            ),
        ];
        for (before, after) in cases {
            assert_eq!(added(before).as_deref(), Some(after));
        }
    }

    #[test]
    fn what_lines_do_not_tell_is_left_alone() {
        for text in [
            "repos: []\n",
            "{repos: [{repo: a}]}\n",
            "",
            "repos:\n",
            "repos:\n\t- repo: a\n",
            "repos:\n  *known\n",
        ] {
            assert_eq!(added(text), None, "{text:?}");
        }
    }
}
