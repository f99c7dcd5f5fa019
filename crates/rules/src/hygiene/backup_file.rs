//! `backup-file`: a copy of a module that was put aside. It must not know how copies are recognised.

use analyzer_diagnostics::{Diagnostic, Related, Severity};
use analyzer_facts::TextRange;
use analyzer_project::mirrors::Fold;

use crate::Check;

/// Reports the file if it was put aside, and the folder that it stands for if that was.
pub fn backup_file(check: &Check, out: &mut Vec<Diagnostic>) {
    out.extend(check.project.fold.as_ref().map(|fold| folder(check, fold)));
    let Some(placed) = &check.project.backup else { return };
    let backup = &placed.backup;
    if let (Some(share), Some(original)) = (placed.share, &backup.original) {
        out.push(version(check, &backup.sign, original, share));
        return;
    }
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
        // Without what it could be mistaken for, it may just be called so.
        found.severity = if backup.original.is_some() { Severity::Error } else { Severity::Note };
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

/// A module beside an earlier or later version of itself.
fn version(check: &Check, sign: &str, original: &str, share: u32) -> Diagnostic {
    let mut found = check
        .diagnostic(
            TextRange::default(),
            format!("this is a version of `{original}` (`{sign}`), {share} % the same"),
        )
        .note("whoever corrects one of them has to find the other, and which one runs is not told by their names")
        .help("keep the one that runs under the plain name: version control keeps every earlier state")
        .property("sign", sign)
        .property("original", original)
        .property("share", share)
        .key("file");
    found.severity = Severity::Note;
    found
}

/// One finding for all files of a folder.
fn folder(check: &Check, fold: &Fold) -> Diagnostic {
    let Fold { folder, mirror, equal, changed, alone, .. } = fold;
    let count = equal + changed + alone;
    let files = if count == 1 { "file" } else { "files" };
    let told = format!("{equal} equal, {changed} changed, {alone} only there");
    let message = match mirror.as_deref() {
        Some("") => {
            format!("the folder `{folder}` is a copy of parts of the project: {count} Python {files}, {told}")
        }
        Some(mirror) => {
            format!("the folder `{folder}` is a copy of `{mirror}`: {count} Python {files}, {told}")
        }
        None => format!("the folder `{folder}` was put aside with {count} Python {files}"),
    };
    let found = check
        .diagnostic(TextRange::default(), message)
        .note("searches find what is in it, and sooner or later somebody edits or imports the wrong file")
        .note("nothing else but secrets is reported in it, and nothing in it counts as a use of anything")
        .help(format!("delete it: version control keeps every earlier state; or leave it out with `exclude = [\"{folder}/**\"]`"))
        .property("folder", folder.as_str())
        .property("files", count)
        .property("equal", *equal)
        .property("changed", *changed)
        .property("onlyThere", *alone)
        .project_key(format!("folder {folder}"));
    match mirror {
        Some(mirror) => found.property("mirror", mirror.as_str()),
        None => found,
    }
}
