//! Imports that nothing needs: not the file, and no file that takes names from it.
//! It must not know places, nor how the other files are found.
//!
//! Names that others may reach by their text are reported, but not as safe to remove.

use analyzer_facts::{Event, ImportKind, ImportsProjection, Position, ScopeKind};
use compact_str::CompactString;

use crate::collected::{Collected, bindings};
use crate::edges::FileEdges;
use crate::mentioned::{ANY, DOUBT};
use crate::places::is_tests;
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
    /// Whether it may be reached by its text: a text of the file holds it, another file looks names of the module up, or
    /// pytest may ask for it.
    pub doubtful: bool,
    /// Whether the file looks names up by texts, so that any of them may be needed.
    pub looked_up: bool,
    /// Whether several names of one statement that takes them from the project are unused: they may be offered to others.
    pub offered: bool,
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
/// it, sorted, `*` for all, with `?` in front where they may. `collected` is what pytest takes from a file of tests.
///
/// Left out, since they are there for others: names in class bodies; in the body of a `try` that catches a missing
/// module, or under an `if` that asks for the version or the platform; what an `__init__` imports, except from the
/// standard library; what `conftest.py` imports for pytest, fixtures that tests ask for, and tests; names of the
/// project in a module that defines nothing itself.
#[must_use]
pub fn unused(
    path: &str,
    imports: &ImportsProjection,
    edges: &FileEdges,
    taken: &[CompactString],
    collected: &Collected,
) -> Vec<Unused> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let is_init = matches!(file, "__init__.py" | "__init__.pyi");
    let is_conftest = file == "conftest.py";
    let is_test = is_conftest || is_tests(file);
    let all_taken = imports.exports.is_none() && is_taken(taken, "*");
    // What PyInstaller reads out of a hook, by their names.
    let of_hook = |bound: &str| {
        const TAKEN: [&str; 7] = [
            "datas",
            "binaries",
            "hiddenimports",
            "excludedimports",
            "module_collection_mode",
            "warn_on_missing_hiddenimports",
            "hook",
        ];
        file.starts_with("hook-") && TAKEN.contains(&bound)
    };
    let only_imports = !imports.main_guard && imports.program.iter().all(passes_on);
    let mut found = Vec::new();
    for (at, import) in (0..).zip(&imports.imports) {
        let excused = import.kind == ImportKind::Dynamic
            || import.module == "__future__"
            || import.scope == ScopeKind::Class
            || import.position.has(Position::GUARDED);
        if excused {
            continue;
        }
        let own = || edges.of_import(at).filter(|edge| !edge.implicit);
        let first = import.module.split('.').next().unwrap_or("");
        let standard = import.level == 0 && is_stdlib(first) && own().next().is_none();
        if is_init && !standard || import.level == 0 && EFFECTS.contains(&import.module.as_str()) {
            continue;
        }
        for (name, bound, uses) in bindings(import) {
            let asked = is_test && (uses.parameter || uses.named);
            let fixture = asked || is_conftest && import.kind == ImportKind::From;
            let of_module = import.scope == ScopeKind::Module || uses.global;
            let outside = of_module && (is_taken(taken, bound) || all_taken && !bound.starts_with('_'));
            if uses.any() || fixture || outside || of_hook(bound) || collected.needs(at, name) {
                continue;
            }
            let may_be_taken =
                of_module && (is_taken(taken, ANY) || is_taken(taken, &format!("{DOUBT}{bound}")));
            let own_name = name.is_some_and(|name| own().any(|edge| edge.has_name(name)));
            if only_imports && own_name && import.scope == ScopeKind::Module {
                continue;
            }
            let whole_module = match name {
                None => own().next().is_some(),
                Some(name) => own().any(|edge| edge.has_name(name) && !edge.attributes),
            };
            let submodule =
                name.is_none() && import.alias.is_none() && import.module.contains('.') && !standard;
            found.push(Unused {
                import: at,
                name,
                effects: whole_module || submodule,
                removable: !is_init && !imports.names.looked_up,
                doubtful: uses.named || may_be_taken || collected.may_need(at, name),
                looked_up: imports.names.looked_up,
                offered: own_name && !is_test,
            });
        }
    }
    loads_on_purpose(imports, &mut found);
    let counts: Vec<u32> = found.iter().filter(|one| one.offered).map(|one| one.import).collect();
    for one in &mut found {
        one.offered &= counts.iter().filter(|import| **import == one.import).count() >= OFFERED;
        one.doubtful |= one.offered;
    }
    found
}

/// From so many on, unused names of one statement may be there for others.
const OFFERED: usize = 4;
/// From so many on, plain imports of modules that nothing uses are there to load them.
const LOADED: usize = 5;

/// Leaves out what a file imports to have it loaded: `import a.b`, module after module.
fn loads_on_purpose(imports: &ImportsProjection, found: &mut Vec<Unused>) {
    let plain = |one: &Unused| {
        one.effects
            && one.name.is_none()
            && imports.imports.get(one.import as usize).is_some_and(|import| import.alias.is_none())
    };
    if found.iter().filter(|one| plain(one)).count() >= LOADED {
        found.retain(|one| !plain(one));
    }
}

/// Whether what happens in a module belongs to one that only passes names on: it imports, describes itself, and may warn of its
/// old name.
fn passes_on(event: &Event) -> bool {
    match event {
        Event::Import(_) => true,
        Event::Bind(name) => name.starts_with("__") && name.ends_with("__"),
        Event::Use(path) => path.split('.').any(|part| part.contains("warn") || part.contains("deprecat")),
        _ => false,
    }
}

fn is_taken(taken: &[CompactString], name: &str) -> bool {
    taken.binary_search_by(|taken| taken.as_str().cmp(name)).is_ok()
}
