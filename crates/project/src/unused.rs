//! Imports that nothing needs: not the file, and no file that takes names from it.
//! It must not know places, nor how the other files are found.

use analyzer_facts::{Event, ImportKind, ImportsProjection, Position, ProjectedImport, ScopeKind, Uses};
use compact_str::CompactString;

use crate::edges::FileEdges;
use crate::places::is_test_module;
use crate::stdlib::is_stdlib;

/// Modules of the standard library that are imported for what importing them does.
const EFFECTS: [&str; 4] = ["antigravity", "readline", "rlcompleter", "this"];

/// A name that an import binds in vain.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Unused {
    /// Index of the import among the file's imports.
    pub import: u32,
    /// Index of the name of a `from` import; none for a plain one.
    pub name: Option<u16>,
    /// Whether the import may be there for what it does: it brings a whole module of the project, or a submodule of
    /// something installed.
    pub effects: bool,
    /// Whether the name can be missed for all that is known: nothing in the file looks names up by strings, and nobody
    /// expects a package to offer it.
    pub removable: bool,
}

/// Whether a file has imports that nothing in it uses, so that it is worth asking who takes names from it.
#[must_use]
pub fn has_unused(imports: &ImportsProjection) -> bool {
    imports
        .imports
        .iter()
        .any(|import| bindings(import).any(|(_, _, uses)| !uses.any()) && import.kind != ImportKind::Dynamic)
}

/// The unused imports of the file at `path`, in the order of the text; `taken` are the names that other files take from
/// it, sorted, `*` for all.
///
/// Left out, since they are there for others: names in class bodies; in the body of a `try` that catches a missing
/// module, or under an `if` that asks for the version or the platform; what an `__init__` imports, except from the
/// standard library; what `conftest.py` imports for pytest, and fixtures that tests take as parameters; names of the
/// project in a module that defines nothing itself.
#[must_use]
pub fn unused(
    path: &str,
    imports: &ImportsProjection,
    edges: &FileEdges,
    taken: &[CompactString],
) -> Vec<Unused> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let is_init = matches!(file, "__init__.py" | "__init__.pyi");
    let is_conftest = file == "conftest.py";
    let is_test = is_conftest || is_test_module(file);
    let all_taken = imports.exports.is_none() && is_taken(taken, "*");
    let only_imports =
        !imports.main_guard && imports.program.iter().all(|event| matches!(event, Event::Import(_)));
    let mut found = Vec::new();
    for (at, import) in (0..).zip(&imports.imports) {
        let excused = import.kind == ImportKind::Dynamic
            || import.module == "__future__"
            || import.scope == ScopeKind::Class
            || import.position.has(Position::GUARDED);
        if excused {
            continue;
        }
        let own = || edges.edges.iter().filter(move |edge| edge.import == at && !edge.implicit);
        let first = import.module.split('.').next().unwrap_or("");
        let standard = import.level == 0 && is_stdlib(first) && own().next().is_none();
        if is_init && !standard || import.level == 0 && EFFECTS.contains(&import.module.as_str()) {
            continue;
        }
        for (name, bound, uses) in bindings(import) {
            let fixture = is_test && uses.parameter || is_conftest && import.kind == ImportKind::From;
            let outside = import.scope == ScopeKind::Module
                && (is_taken(taken, bound) || all_taken && !bound.starts_with('_'));
            if uses.any() || fixture || outside {
                continue;
            }
            let own_name = name.is_some_and(|name| own().any(|edge| edge.names.contains(&name)));
            if only_imports && own_name && import.scope == ScopeKind::Module {
                continue;
            }
            let whole_module = match name {
                None => own().next().is_some(),
                Some(name) => own().any(|edge| edge.names.contains(&name) && !edge.attributes),
            };
            let submodule =
                name.is_none() && import.alias.is_none() && import.module.contains('.') && !standard;
            found.push(Unused {
                import: at,
                name,
                effects: whole_module || submodule,
                removable: !is_init && !imports.names.looked_up,
            });
        }
    }
    found
}

fn is_taken(taken: &[CompactString], name: &str) -> bool {
    taken.binary_search_by(|taken| taken.as_str().cmp(name)).is_ok()
}

/// The names that an import binds: the index of each among those of a `from` import, the name, and its uses.
fn bindings(import: &ProjectedImport) -> impl Iterator<Item = (Option<u16>, &str, Uses)> {
    let plain = (import.kind == ImportKind::Plain).then(|| {
        let first = import.module.split('.').next().unwrap_or("");
        (None, import.alias.as_deref().unwrap_or(first), import.uses)
    });
    let names = (0..)
        .zip(&import.names)
        .map(|(at, name)| (Some(at), name.alias.as_ref().unwrap_or(&name.name).as_str(), name.uses));
    plain.into_iter().chain(names)
}
