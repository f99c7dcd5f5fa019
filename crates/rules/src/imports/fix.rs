//! The changes that break a cycle at the import that its finding is anchored on.
//! It must not know how the text is edited.

use analyzer_diagnostics::{Applicability, Edit, Fix};
use analyzer_facts::relocate::{Circumstances, Relocation, TextEdit, move_imports, qualify_imports};
use analyzer_project::PlacedCycle;
use analyzer_project::config::PythonVersion;
use analyzer_project::simulate::verdict::Verdict;

use crate::{Check, inserted};

/// The first Python whose annotations are lazy by themselves.
const LAZY: PythonVersion = PythonVersion { major: 3, minor: 14 };

/// Moves the imports out of the way; where that cannot be done and importing fails from one side, imports the module
/// instead of its names, so that they are looked up only when they are used.
pub(super) fn break_cycle(check: &Check, cycle: &PlacedCycle) -> Option<Fix> {
    let facts = check.facts;
    let to = &cycle.cuts.first()?.hop.to;
    if facts.syntax.is_some() || check.project.taken.iter().any(|name| name == "*") {
        return None;
    }
    let text = (check.text)()?;
    let typing = inserted::import(&text, facts, "from typing import TYPE_CHECKING");
    let typing = typing.map(|edit| TextEdit { range: edit.range, content: edit.content });
    let circumstances = Circumstances {
        lazy_annotations: facts.lazy_annotations || check.target_version >= LAZY,
        taken: &check.project.taken,
        typing: typing.as_ref(),
    };
    if let Some((relocation, edits)) = move_imports(&text, facts, &cycle.anchored, circumstances) {
        let functions = |count: u32| match count {
            1 => "the function that uses it".to_owned(),
            _ => format!("the {count} functions that use it"),
        };
        let title = match relocation {
            Relocation::Typing => format!("Move the import of `{to}` under `if TYPE_CHECKING:`"),
            Relocation::Functions(count) => format!("Move the import of `{to}` into {}", functions(count)),
            Relocation::Both(count) => {
                format!("Move the import of `{to}` into {} and under `if TYPE_CHECKING:`", functions(count))
            }
        };
        return Some(unsafe_fix(title, edits));
    }
    // The modules import each other as before: what works gains nothing, and where every entry fails, the other side takes
    // names too early as well.
    if cycle.verdict != Verdict::EntryDependent {
        return None;
    }
    let edits = qualify_imports(&text, facts, &cycle.anchored, to, circumstances)?;
    Some(unsafe_fix(
        format!("Write `import {to}`, and `{to}` in front of the names that come from it"),
        edits,
    ))
}

fn unsafe_fix(title: String, edits: Vec<TextEdit>) -> Fix {
    let edits = edits.into_iter().map(|edit| Edit { range: edit.range, content: edit.content });
    Fix { title, applicability: Applicability::Unsafe, edits: edits.collect() }
}
