//! `module-under-two-names`: files of which Python makes two modules.
//! It must not know how names resolve.

use analyzer_diagnostics::{Diagnostic, Related};

use crate::Check;

/// Reports each file that is imported under several names, on an import with the name that fewest imports use.
pub fn module_under_two_names(check: &Check, out: &mut Vec<Diagnostic>) {
    for module in &check.project.two_names {
        let Some(import) = check.facts.imports.get(module.import as usize) else { continue };
        let [rare, .., usual] = module.names.as_slice() else { continue };
        let message = format!(
            "`{}` is imported as `{}` here and as `{}` elsewhere: Python makes two modules of it",
            module.target, rare.name, usual.name
        );
        let mut found = check
            .diagnostic(import.module_range, message)
            .note("its code runs twice: two copies of each class, whose objects are no instances of the other, and of each global")
            .help(format!("import it as `{}` everywhere, and keep the folder of the other name off `sys.path`", usual.name))
            .tier(import.tier)
            .key(format!("{} as {}", module.target, rare.name))
            .property("names", module.names.iter().map(|one| one.name.clone()).collect::<Vec<_>>());
        found.related = module
            .names
            .iter()
            .map(|one| {
                let more = match one.count {
                    1 => String::new(),
                    count => format!(", the first of {count} imports"),
                };
                Related {
                    path: one.path.clone(),
                    range: one.range,
                    message: format!("imported as `{}`{more}", one.name),
                }
            })
            .collect();
        out.push(found);
    }
}
