//! `self-import`: a module that imports itself.
//! It must not know how names resolve.

use analyzer_diagnostics::Diagnostic;

use crate::Check;

/// Reports each import that leads to its own file.
pub fn self_import(check: &Check, out: &mut Vec<Diagnostic>) {
    for &at in &check.project.self_imports {
        let Some(import) = check.facts.imports.get(at as usize) else { continue };
        let name = format!("{}{}", ".".repeat(usize::from(import.level)), import.module);
        out.push(
            check
                .diagnostic(import.module_range, format!("the module imports itself as `{name}`"))
                .note("while it is imported, the module is in `sys.modules` half-made: names defined below are missing")
                .help("use the names directly; if another module of that name was meant, the import's root is wrong")
                .tier(import.tier),
        );
    }
}
