//! `unresolved-import`: imports of the project's own code that lead nowhere.
//! It must not know how names resolve.

use analyzer_diagnostics::Diagnostic;

use crate::Check;
use crate::gathered::gathered;

/// Reports each import of a first-party module or name that does not exist.
pub fn unresolved_import(check: &Check, out: &mut Vec<Diagnostic>) {
    for unresolved in &check.project.unresolved {
        let Some(import) = check.facts.imports.get(unresolved.import as usize) else { continue };
        let module = format!("{}{}", ".".repeat(usize::from(import.level)), import.module);
        let name = unresolved.name.and_then(|at| import.names.get(usize::from(at)));
        let (range, message, help) = match name {
            Some(name) => (
                name.range,
                format!("`{module}` has no `{}`", name.name),
                "define the name there, or import it from where it is defined",
            ),
            None => (
                import.module_range,
                format!("there is no module `{module}` in this project"),
                "correct the name, or configure `roots` if the module lies in another folder",
            ),
        };
        let found = check
            .diagnostic(range, message)
            .note("the import fails with an ImportError whenever it runs")
            .help(help)
            .tier(import.tier);
        out.push(match name {
            Some(_) => found,
            None => gathered(found, &unresolved.others, "imported here too")
                .project_key(format!("module {}", unresolved.module)),
        });
    }
}
