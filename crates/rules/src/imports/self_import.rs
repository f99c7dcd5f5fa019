//! `self-import`: a module that imports itself.
//! It must not know how names resolve.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::Position;

use crate::Check;

/// Reports each import that leads to its own file.
pub fn self_import(check: &Check, out: &mut Vec<Diagnostic>) {
    for &at in &check.project.self_imports {
        let Some(import) = check.facts.imports.get(at as usize) else { continue };
        // An installed package of the same name is meant.
        if import.level == 0 && import.position.has(Position::GUARDED) {
            continue;
        }
        let name = format!("{}{}", ".".repeat(usize::from(import.level)), import.module);
        let mut found =
            check.diagnostic(import.module_range, format!("the module imports itself as `{name}`"));
        found = if import.position.has(Position::DEFERRED) {
            found.severity = Severity::Note;
            found.note("it works, since the module is whole by then, and gives what can be had without it")
        } else {
            found.note(
                "while it is imported, the module is in `sys.modules` half-made: names defined below are missing",
            )
        };
        out.push(
            found
                .help("use the names directly; if another module of that name was meant, the import's root is wrong")
                .tier(import.tier),
        );
    }
}
