//! Where a line that a fix adds goes: an import to its group and into the order that isort gives it, with the blank lines
//! of PEP 8. It must not know rules.

use analyzer_diagnostics::Edit;
use analyzer_facts::{FileFacts, ImportKind, ImportSite, Position, TextRange};
use analyzer_project::is_stdlib;

/// One import statement of the module's first run of imports.
struct Statement<'a> {
    range: TextRange,
    /// `from m import …`.
    from: bool,
    module: &'a str,
    group: Group,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Future,
    Standard,
    Other,
}

/// The edit that adds an import, written as one statement on one line; none where there is no place for it.
pub(crate) fn import(text: &str, facts: &FileFacts, statement: &str) -> Option<Edit> {
    let site = facts.import_site?;
    let newline = site.newline();
    let (from, module) = parts(statement)?;
    let group = group(0, module);
    let statements = statements(text, facts, site)?;
    let of_group: Vec<&Statement> = match group {
        Group::Other => {
            let package = |module: &'_ str| module.split('.').next().unwrap_or("").to_owned();
            let same = |one: &&Statement| one.group == group && package(one.module) == package(module);
            statements.iter().filter(same).collect()
        }
        _ => statements.iter().filter(|one| one.group == group).collect(),
    };
    if let Some(first) = of_group.first() {
        // isort puts `import x` before `from x import y`, unless the file has them side by side.
        let by_form = |one: &Statement| (one.from, one.module.to_lowercase());
        let by_name = |one: &Statement| (false, one.module.to_lowercase());
        let sorted = |key: &dyn Fn(&Statement) -> (bool, String)| {
            of_group.windows(2).all(|pair| matches!(pair, [a, b] if key(a) <= key(b)))
        };
        let mixed = !sorted(&by_form) && sorted(&by_name);
        let key = |one: &Statement| if mixed { by_name(one) } else { by_form(one) };
        let own = Statement { range: first.range, from, module, group };
        let before = of_group.iter().take_while(|one| key(one) <= key(&own)).last();
        let at = match before {
            Some(one) => line_end(text, one.range.end)?,
            None => first.range.start,
        };
        return Some(insertion(at, format!("{statement}{newline}")));
    }
    let later = statements.iter().find(|one| group == Group::Standard && one.group == Group::Other);
    if let Some(later) = later {
        return Some(insertion(later.range.start, format!("{statement}{newline}{newline}")));
    }
    Some(insertion(site.at, block(text, site, statement)))
}

/// The edits that add a statement after the imports, and an import that it needs.
pub(crate) fn behind_imports(
    text: &str,
    facts: &FileFacts,
    needed: Option<&str>,
    statement: &str,
) -> Option<Vec<Edit>> {
    let site = facts.import_site?;
    let Some(needed) = needed else { return Some(vec![insertion(site.at, block(text, site, statement))]) };
    let import = import(text, facts, needed)?;
    if import.range.start < site.at {
        return Some(vec![import, insertion(site.at, block(text, site, statement))]);
    }
    let newline = site.newline();
    // The import at the end of the run belongs to the group, or begins one of its own.
    let lead = if import.content.starts_with(newline) { newline } else { "" };
    let both = block(text, site, &format!("{needed}{newline}{newline}{statement}"));
    Some(vec![insertion(site.at, format!("{lead}{}", both.trim_start_matches(newline)))])
}

/// A statement in a paragraph of its own, at the end of the imports.
fn block(text: &str, site: ImportSite, statement: &str) -> String {
    let newline = site.newline();
    let before = text.get(..site.at as usize).unwrap_or("");
    let last = before.lines().next_back().unwrap_or("").trim();
    let lead = if last.is_empty() || last.starts_with('#') { "" } else { newline };
    let blank = newline.repeat(missing_blanks(text.get(site.at as usize..).unwrap_or("")));
    format!("{lead}{statement}{newline}{blank}")
}

/// How many blank lines are missing between a statement and what follows it.
fn missing_blanks(rest: &str) -> usize {
    let blanks = rest.lines().take_while(|line| line.trim().is_empty()).count();
    let code = rest.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let wanted = match code {
        None => 0,
        Some(line) if ["def ", "class ", "async def ", "@"].iter().any(|word| line.starts_with(word)) => 2,
        Some(_) => 1,
    };
    usize::saturating_sub(wanted, blanks)
}

/// The form and the module of a statement.
fn parts(statement: &str) -> Option<(bool, &str)> {
    let from = statement.strip_prefix("from ");
    let module = from.or_else(|| statement.strip_prefix("import "))?.split(' ').next()?;
    Some((from.is_some(), module))
}

fn group(level: u8, module: &str) -> Group {
    match module.split('.').next() {
        _ if level > 0 => Group::Other,
        Some("__future__") => Group::Future,
        Some(first) if is_stdlib(first) => Group::Standard,
        _ => Group::Other,
    }
}

/// The import statements of the first run; none where one shares its line with something else.
fn statements<'a>(text: &str, facts: &'a FileFacts, site: ImportSite) -> Option<Vec<Statement<'a>>> {
    let mut found: Vec<Statement> = Vec::new();
    for import in &facts.imports {
        let of_run = import.scope == 0
            && import.position == Position::EAGER
            && import.kind != ImportKind::Dynamic
            && import.range.end <= site.at;
        if !of_run || found.last().is_some_and(|last| last.range == import.range) {
            continue;
        }
        let before = text.get(..import.range.start as usize)?;
        if !(before.is_empty() || before.ends_with('\n')) {
            return None;
        }
        found.push(Statement {
            range: import.range,
            from: import.kind == ImportKind::From,
            module: &import.module,
            group: group(import.level, &import.module),
        });
    }
    Some(found)
}

/// The position after the line on which a statement ends; none where something else follows on that line.
fn line_end(text: &str, end: u32) -> Option<u32> {
    let rest = text.get(end as usize..)?;
    let line = rest.find('\n')? + 1;
    let tail = rest.get(..line)?.trim();
    (tail.is_empty() || tail.starts_with('#')).then_some(end + line as u32)
}

fn insertion(at: u32, content: String) -> Edit {
    Edit { range: TextRange::new(at, at), content }
}

#[cfg(test)]
mod tests {
    use analyzer_facts::{Limits, extract};

    use super::*;

    fn with(text: &str, statement: &str) -> String {
        let facts = extract(text, Limits::default()).unwrap();
        let edit = import(text, &facts, statement).unwrap();
        let mut after = text.to_owned();
        after.insert_str(edit.range.start as usize, &edit.content);
        after
    }

    #[test]
    fn an_import_goes_to_its_group() {
        let cases = [
            ("import sys\n\nimport yaml\n", "import os\nimport sys\n\nimport yaml\n"),
            ("import abc\nfrom json import loads\n", "import abc\nimport os\nfrom json import loads\n"),
            ("from abc import ABC\nimport sys\n", "from abc import ABC\nimport os\nimport sys\n"),
            ("import yaml\n\nx = 1\n", "import os\n\nimport yaml\n\nx = 1\n"),
            ("from . import a\n", "import os\n\nfrom . import a\n"),
            (
                "from __future__ import annotations\n\nimport yaml\n",
                "from __future__ import annotations\n\nimport os\n\nimport yaml\n",
            ),
            (
                "from __future__ import annotations\n\n\ndef f():\n    pass\n",
                "from __future__ import annotations\n\nimport os\n\n\ndef f():\n    pass\n",
            ),
            ("import abc  # why\nimport yaml\n", "import abc  # why\nimport os\nimport yaml\n"),
            ("def f():\n    pass\n", "import os\n\n\ndef f():\n    pass\n"),
            ("x = 1\n", "import os\n\nx = 1\n"),
            (
                "# A comment.\n@a\ndef f():\n    pass\n",
                "# A comment.\nimport os\n\n\n@a\ndef f():\n    pass\n",
            ),
            ("\"\"\"Doc.\"\"\"\n\nx = 1\n", "\"\"\"Doc.\"\"\"\n\nimport os\n\nx = 1\n"),
            ("import abc\r\nimport sys\r\n", "import abc\r\nimport os\r\nimport sys\r\n"),
        ];
        for (before, after) in cases {
            assert_eq!(with(before, "import os"), after, "{before}");
        }
        assert_eq!(
            with("import abc\nfrom sys import argv\n\nimport yaml\n", "from typing import TYPE_CHECKING"),
            "import abc\nfrom sys import argv\nfrom typing import TYPE_CHECKING\n\nimport yaml\n"
        );
    }

    #[test]
    fn what_an_import_is_added_for_follows_the_imports() {
        let shown = |text: &str| {
            let facts = extract(text, Limits::default()).unwrap();
            let edits = behind_imports(text, &facts, Some("import logging"), "log = 1").unwrap();
            let mut after = text.to_owned();
            for edit in edits.iter().rev() {
                after.insert_str(edit.range.start as usize, &edit.content);
            }
            after
        };
        assert_eq!(
            shown("import json\n\nimport yaml\n\n\ndef f():\n    pass\n"),
            "import json\nimport logging\n\nimport yaml\n\nlog = 1\n\n\ndef f():\n    pass\n"
        );
        assert_eq!(shown("def f():\n    pass\n"), "import logging\n\nlog = 1\n\n\ndef f():\n    pass\n");
        assert_eq!(shown("import abc\n\nx = 1\n"), "import abc\nimport logging\n\nlog = 1\n\nx = 1\n");
    }
}
