//! `unused-import`: names that are imported in vain.
//! It must not know who else needs a name; the project's view holds what nobody does.

use analyzer_diagnostics::{Applicability, Diagnostic, Edit, Fix, Severity};
use analyzer_facts::relocate::{ImportedPlace, TextEdit, remove_names};
use analyzer_facts::{Covering, FileFacts, Import, SuppressionForm, SuppressionOrigin, TextRange};
use analyzer_project::Unused;
use analyzer_project::places::{is_generated, is_migration};

use crate::Check;

/// Reports each imported name that neither its file nor any other needs.
pub fn unused_import(check: &Check, out: &mut Vec<Diagnostic>) {
    // Whoever would mend it is a program; a migration that ran once is not changed any more.
    if is_generated(check.path, check.facts) || is_migration(check.path) {
        return;
    }
    let unused = &check.project.unused;
    let places: Vec<ImportedPlace> =
        unused.iter().map(|one| ImportedPlace { import: one.import, name: one.name }).collect();
    let mendable = check.facts.syntax.is_none() && unused.iter().any(|one| one.removable);
    let looked_up = unused.iter().any(|one| one.looked_up);
    let text = if mendable || looked_up { (check.text)() } else { None };
    let mut edits = text
        .as_ref()
        .filter(|_| mendable)
        .map(|text| remove_names(text, check.facts, &places))
        .unwrap_or_default()
        .into_iter();
    let taken = text.as_ref().is_some_and(|text| takes_any(text));
    let meant = meant(check.facts);
    for one in unused {
        let edit = edits.next().flatten().filter(|_| one.removable);
        let Some(import) = check.facts.imports.get(one.import as usize) else { continue };
        let (range, shown, alias) = told(import, one);
        if [import.range.start, range.start].iter().any(|at| meant.at(*at).next().is_some()) {
            continue;
        }
        let bound = one
            .name
            .and_then(|at| import.names.get(usize::from(at)))
            .map_or(import.module.as_str(), |n| &n.name);
        let bound = alias.unwrap_or(bound).to_owned();
        if one.looked_up && taken {
            continue;
        }
        let alias = alias.map(|bound| format!(" as `{bound}`")).unwrap_or_default();
        let message = format!("`{shown}` is imported{alias} and never used");
        let mut found = check.diagnostic(range, message).tier(import.tier);
        if one.effects {
            found.severity = Severity::Note;
            found = found
                .note("importing a module runs it: it may be there for what it does, such as registering something")
                .help("remove it, or say what it is for: `# noqa: F401`, followed by the reason");
        } else {
            found = found
                .note("nothing in this file uses the name, and no other file of the project takes it from here")
                .help("remove it; if it is meant for others, list it in `__all__`, or write `import name as name`");
        }
        if one.looked_up {
            found.severity = Severity::Note;
            found = found.note("this file looks names up by their text, and may need any of them");
        }
        if one.offered {
            found.severity = Severity::Note;
            found = found.note(
                "it is one of several from the same module of the project: they may be offered to others",
            );
        } else if one.doubtful {
            found = found.note("a text may lead to it: the fix is for whoever knows that none does");
        }
        found.fix = edit.map(|edit| fix(&shown, edit, one.effects || one.doubtful));
        out.push(found.property("name", bound).property("unnecessary", true));
    }
}

/// Whether a text takes names of the module by texts that are computed, so that any of them may be meant.
fn takes_any(text: &str) -> bool {
    text.match_indices("globals()").any(|(at, call)| {
        let behind = text.get(at + call.len()..).unwrap_or("");
        let key = behind.strip_prefix('[').or_else(|| behind.strip_prefix(".get("));
        key.is_some_and(|key| !key.starts_with(['"', '\'']))
    })
}

/// The statements that a bare `# noqa` marks: it silences no rule, but after an import it hardly ever says anything else
/// than that the name is there for others.
fn meant(facts: &FileFacts) -> Covering {
    let bare = facts.suppressions.iter().filter(|one| {
        one.origin == SuppressionOrigin::Noqa && one.form == SuppressionForm::Line && one.names.is_empty()
    });
    Covering::closed(bare.flat_map(|one| &one.covers).map(|range| (*range, 0)))
}

/// The place of a name, its full name, and its alias.
fn told<'i>(import: &'i Import, one: &Unused) -> (TextRange, String, Option<&'i str>) {
    let name = one.name.and_then(|at| import.names.get(usize::from(at)));
    match name {
        Some(name) => {
            let dots = ".".repeat(usize::from(import.level));
            let point = if import.module.is_empty() { "" } else { "." };
            let shown = format!("{dots}{}{point}{}", import.module, name.name);
            (name.range, shown, name.alias.as_deref())
        }
        None => (import.module_range, import.module.to_string(), import.alias.as_deref()),
    }
}

fn fix(shown: &str, edit: TextEdit, doubt: bool) -> Fix {
    Fix {
        title: format!("Remove the import of `{shown}`"),
        applicability: if doubt { Applicability::Unsafe } else { Applicability::Safe },
        edits: vec![Edit { range: edit.range, content: edit.content }],
    }
}
