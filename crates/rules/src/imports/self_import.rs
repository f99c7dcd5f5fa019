//! `self-import`: a module that imports itself.
//! It must not know how names resolve.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::Position;

use crate::Check;

/// Reports each import that leads to its own file.
pub fn self_import(check: &Check, out: &mut Vec<Diagnostic>) {
    for one in &check.project.self_imports {
        let Some(import) = check.facts.imports.get(one.import as usize) else { continue };
        // An installed package of the same name is meant. A script imports itself for classes that do not belong to `__main__`.
        if import.level == 0 && import.position.has(Position::GUARDED)
            || import.position.has(Position::MAIN_GUARD)
        {
            continue;
        }
        let dots = ".".repeat(usize::from(import.level));
        let own = one.name.and_then(|at| import.names.get(usize::from(at))).map_or("", |name| &name.name);
        let dot = if own.is_empty() || import.module.is_empty() { "" } else { "." };
        let name = format!("{dots}{}{dot}{own}", import.module);
        let mut found =
            check.diagnostic(import.module_range, format!("the module imports itself as `{name}`"));
        found = if import.position.has(Position::DEFERRED) && !import.called {
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
