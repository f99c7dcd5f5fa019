//! `backup-file`: a copy of a module that was put aside. It must not know how copies are told.

use analyzer_diagnostics::{Diagnostic, Related, Severity};
use analyzer_facts::TextRange;

use crate::Check;

/// Reports the file if it was put aside.
pub fn backup_file(check: &Check, out: &mut Vec<Diagnostic>) {
    let Some(placed) = &check.project.backup else { return };
    let backup = &placed.backup;
    let what = match (&backup.original, backup.folder) {
        (_, true) => format!("this file was put aside in `{}`", backup.sign),
        (Some(original), _) => {
            format!("this is a copy of `{original}` that was put aside (`{}`)", backup.sign)
        }
        (None, _) => format!("this file was put aside (`{}`)", backup.sign),
    };
    let (message, help) = match placed.importers.as_slice() {
        [] => (what, "delete it: version control keeps every earlier state"),
        [(path, _), ..] => (
            format!("{what}, and `{path}` imports it"),
            "import what replaced it and delete it, or give it a name and place of its own",
        ),
    };
    let mut found = check
        .diagnostic(TextRange::default(), message)
        .note("searches find it, and sooner or later somebody edits or imports the wrong one")
        .help(help)
        .property("sign", backup.sign.as_str())
        .key("file");
    if let Some(original) = &backup.original {
        found = found.property("original", original.as_str());
    }
    if !placed.importers.is_empty() {
        found.severity = Severity::Error;
        found.related = placed
            .importers
            .iter()
            .map(|(path, range)| Related {
                path: path.clone(),
                range: *range,
                message: "imports it here".to_owned(),
            })
            .collect();
    }
    out.push(found);
}
