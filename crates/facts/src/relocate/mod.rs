//! Moving an import of a module to where it does not run with the module, as edits of the text.
//! It must not know why: which imports are to go, and which names others rely on, is given.
//!
//! The uses of a name are not among the facts, since hardly any file needs their places: the text is parsed again.

mod annotations;
mod remove;
mod sites;
mod statement;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use analyzer_source::TextRange;
use compact_str::CompactString;

pub use self::remove::{ImportedPlace, remove_names};
use self::sites::{Found, When};
use self::statement::{Removal, statement_text};
use crate::imports::names::plain_binding;
use crate::{FileFacts, Import, ImportKind, Position, ScopeId, ScopeKind, Tier};

/// An import, or some names of a `from` import, that shall not run with its module.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Index into [`FileFacts::imports`].
    pub import: u32,
    /// Indices of the names of a `from` import; empty for all of it.
    pub names: Vec<u16>,
    /// Whether the names are attributes of the imported module, not modules themselves.
    pub attributes: bool,
}

/// One replacement.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextEdit {
    /// Range to replace; empty for an insertion.
    pub range: TextRange,
    /// Its replacement.
    pub content: String,
}

/// Where an import goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relocation {
    /// Under `if TYPE_CHECKING:`.
    Typing,
    /// Into this number of functions.
    Functions(u32),
    /// Into this number of functions, and under `if TYPE_CHECKING:` for annotations.
    Both(u32),
}

/// Facts from beyond the file.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// Whether annotations are lazy in every Python that the file must run on.
    pub lazy_annotations: bool,
    /// Names that other files import from this one, sorted.
    pub taken: &'a [CompactString],
    /// Edit that imports `TYPE_CHECKING`, where the file does not.
    pub typing: Option<&'a TextEdit>,
}

/// One name that a wanted import binds.
struct Binding<'a> {
    import: &'a Import,
    index: u32,
    /// Index among the import's names.
    name: Option<u16>,
    /// The name that is bound: the first part of a plain import without alias.
    bound: &'a str,
    /// Path that a use must begin with: all of a plain import's module.
    path: &'a str,
}

/// Moves imports to where their names are used: into functions, under `if TYPE_CHECKING:`, or both.
///
/// None unless nothing uses the names while the module is imported, nobody takes them from here, annotations that use
/// them are not read at run time, and the text around is simple enough to be edited.
#[must_use]
pub fn move_imports(
    text: &str,
    facts: &FileFacts,
    wanted: &[Wanted],
    circumstances: Circumstances,
) -> Option<(Relocation, Vec<TextEdit>)> {
    let bindings = bindings(facts, wanted, circumstances.taken)?;
    let watched: Vec<&str> = bindings.iter().map(|binding| binding.bound).collect();
    let found = sites::find(text, &watched)?;
    if found.rebound {
        return None;
    }
    // By function the bindings it needs; by binding whether annotations need it.
    let mut functions: BTreeMap<ScopeId, BTreeSet<usize>> = BTreeMap::new();
    let mut typing: BTreeSet<usize> = BTreeSet::new();
    for (at, binding) in bindings.iter().enumerate() {
        for site in found.sites.iter().filter(|site| site.name == binding.bound) {
            if !site.leads_to(binding.path) {
                if !bound_otherwise(facts, wanted, binding) {
                    return None;
                }
                continue;
            }
            match site.when(circumstances.lazy_annotations) {
                When::OnImport => return None,
                When::Never => {
                    typing.insert(at);
                }
                When::Called => {
                    functions.entry(outermost_function(facts, site.scope)?).or_default().insert(at);
                }
            }
        }
    }
    if functions.is_empty() && typing.is_empty() {
        return None;
    }
    if !typing.is_empty() && (found.observed || annotations::are_read(facts, text)) {
        return None;
    }
    let mut removal = Removal::new(text, facts, &found.comments, wanted)?;
    let newline = facts.import_site?.newline();
    let mut edits = Vec::new();
    for (scope, needs) in &functions {
        let place = found.bodies.get(scope)?;
        let statements = statements(&bindings, needs);
        edits.push(place.insert(&statements, removal.take_comment(place.inline)?, newline));
    }
    if !typing.is_empty() {
        let comment = removal.take_comment(found.typing_block.as_ref().is_some_and(|block| block.inline))?;
        edits.extend(under_type_checking(
            text,
            facts,
            &found,
            &statements(&bindings, &typing),
            comment,
            wanted,
            circumstances,
        )?);
    }
    if removal.has_comment() {
        return None;
    }
    let removed = removal.edits(None, &edits);
    edits.extend(removed);
    let count = functions.len() as u32;
    let relocation = match (count, typing.is_empty()) {
        (0, _) => Relocation::Typing,
        (_, true) => Relocation::Functions(count),
        (_, false) => Relocation::Both(count),
    };
    Some((relocation, sorted(edits)))
}

/// Replaces names of `from` imports by `import module`, and writes `module.name` where they are used.
///
/// None under the conditions of [`move_imports`], except that a use in a lambda is fine; and where the first part of
/// `module` means something else in the file.
#[must_use]
pub fn qualify_imports(
    text: &str,
    facts: &FileFacts,
    wanted: &[Wanted],
    module: &str,
    circumstances: Circumstances,
) -> Option<Vec<TextEdit>> {
    let bindings = bindings(facts, wanted, circumstances.taken)?;
    let root = module.split('.').next().filter(|root| !root.is_empty())?;
    let other = |import: &Import| match import.kind {
        ImportKind::Plain => plain_binding(import) == root && import.alias.is_some(),
        ImportKind::From => import.names.iter().any(|name| name.alias.as_ref().unwrap_or(&name.name) == root),
        ImportKind::Dynamic => false,
    };
    if facts.imports.iter().any(other) {
        return None;
    }
    let plain =
        facts.imports.iter().any(|import| import.kind == ImportKind::Plain && plain_binding(import) == root);
    if !plain && facts.names.bindings.iter().any(|binding| binding == root) {
        return None;
    }
    let mut watched: Vec<&str> = bindings.iter().map(|binding| binding.bound).collect();
    watched.push(root);
    let found = sites::find(text, &watched)?;
    if found.rebound {
        return None;
    }
    let mut edits = Vec::new();
    for binding in &bindings {
        let name = binding.import.names.get(usize::from(binding.name?))?;
        let attributes = wanted.iter().any(|one| one.import == binding.index && one.attributes);
        let full = if attributes { format!("{module}.{}", name.name) } else { module.to_owned() };
        for site in found.sites.iter().filter(|site| site.name == binding.bound) {
            if site.quoted || site.when(circumstances.lazy_annotations) == When::OnImport {
                return None;
            }
            edits.push(TextEdit { range: site.range, content: full.clone() });
        }
    }
    if edits.is_empty() {
        return None;
    }
    let removal = Removal::new(text, facts, &found.comments, wanted)?;
    let newline = facts.import_site?.newline();
    edits.extend(removal.edits(Some((&format!("import {module}"), newline)), &[]));
    Some(sorted(edits))
}

/// The names that the wanted imports bind; none where one of them cannot be moved at all.
fn bindings<'a>(
    facts: &'a FileFacts,
    wanted: &[Wanted],
    taken: &[CompactString],
) -> Option<Vec<Binding<'a>>> {
    if facts.syntax.is_some() || facts.names.dynamic || wanted.is_empty() {
        return None;
    }
    let mut bindings = Vec::new();
    for one in wanted {
        let import = facts.imports.get(one.import as usize)?;
        if import.tier != Tier::A || import.scope != 0 || import.position != Position::EAGER || import.star {
            return None;
        }
        match import.kind {
            ImportKind::Dynamic => return None,
            ImportKind::Plain => {
                let bound = plain_binding(import);
                let path = if import.alias.is_some() { bound } else { &import.module };
                if import.uses.exported {
                    return None;
                }
                bindings.push(Binding { import, index: one.import, name: None, bound, path });
            }
            ImportKind::From => {
                for (at, name) in (0..).zip(&import.names) {
                    if !one.names.is_empty() && !one.names.contains(&at) {
                        continue;
                    }
                    if name.uses.exported {
                        return None;
                    }
                    let bound = name.alias.as_ref().unwrap_or(&name.name);
                    bindings.push(Binding { import, index: one.import, name: Some(at), bound, path: bound });
                }
            }
        }
    }
    let relied_on = |binding: &Binding| {
        let rivals = facts.imports.iter().enumerate().flat_map(|(index, import)| {
            bound_names(import).into_iter().map(move |bound| (index as u32, import, bound))
        });
        let same = rivals.filter(|(_, _, bound)| *bound == binding.bound).filter(|(index, import, _)| {
            let submodules = is_bare_plain(import) && is_bare_plain(binding.import);
            *index != binding.index && !submodules
        });
        taken.iter().any(|name| name == binding.bound) || same.count() > 0
    };
    let twice = |binding: &Binding| {
        bindings.iter().filter(|other| other.bound == binding.bound && other.index == binding.index).count()
            > 1
    };
    let free = !bindings.iter().any(|binding| relied_on(binding) || twice(binding));
    (free && !bindings.is_empty()).then_some(bindings)
}

fn bound_names(import: &Import) -> Vec<&str> {
    match import.kind {
        ImportKind::Dynamic => Vec::new(),
        ImportKind::Plain => vec![plain_binding(import)],
        ImportKind::From => {
            import.names.iter().map(|name| name.alias.as_ref().unwrap_or(&name.name).as_str()).collect()
        }
    }
}

/// Whether an import is `import a.b`, which binds `a` as every other import of `a` and below does.
fn is_bare_plain(import: &Import) -> bool {
    import.kind == ImportKind::Plain && import.alias.is_none()
}

/// Whether an import that stays where it is binds the same package.
fn bound_otherwise(facts: &FileFacts, wanted: &[Wanted], binding: &Binding) -> bool {
    is_bare_plain(binding.import)
        && (0u32..).zip(&facts.imports).any(|(index, import)| {
            is_bare_plain(import)
                && import.scope == 0
                && import.position == Position::EAGER
                && plain_binding(import) == binding.bound
                && wanted.iter().all(|one| one.import != index)
        })
}

/// The function around a scope that is not inside another one; none at module level.
fn outermost_function(facts: &FileFacts, mut scope: ScopeId) -> Option<ScopeId> {
    let mut outermost = None;
    while scope != 0 {
        let found = facts.scopes.get(scope as usize)?;
        if matches!(found.kind, ScopeKind::Function | ScopeKind::AsyncFunction) {
            outermost = Some(scope);
        }
        scope = found.parent;
    }
    outermost
}

/// The import statements that bind what is needed, in the order of the text.
fn statements(bindings: &[Binding], needs: &BTreeSet<usize>) -> Vec<String> {
    let mut by_import: BTreeMap<u32, (&Import, Vec<u16>)> = BTreeMap::new();
    for binding in needs.iter().filter_map(|at| bindings.get(*at)) {
        let entry = by_import.entry(binding.index).or_insert((binding.import, Vec::new()));
        entry.1.extend(binding.name);
    }
    by_import.into_values().map(|(import, names)| statement_text(import, &names)).collect()
}

/// Adds imports to the module's `if TYPE_CHECKING:`, or makes one after the imports.
fn under_type_checking(
    text: &str,
    facts: &FileFacts,
    found: &Found,
    statements: &[String],
    comment: Option<&str>,
    wanted: &[Wanted],
    circumstances: Circumstances,
) -> Option<Vec<TextEdit>> {
    let site = facts.import_site?;
    let newline = site.newline();
    if let Some(block) = &found.typing_block {
        return Some(vec![block.insert(statements, comment, newline)]);
    }
    let typing = |import: &&Import| {
        import.kind == ImportKind::From
            && import.module == "typing"
            && import.level == 0
            && import.scope == 0
            && import.position == Position::EAGER
            && import.range.end <= site.at
            && !import.names.is_empty()
    };
    let mut edits = Vec::new();
    let mut head = String::new();
    let has = |import: &Import| {
        import.names.iter().any(|name| name.name == "TYPE_CHECKING" && name.alias.is_none())
    };
    let typing: Vec<&Import> = facts.imports.iter().filter(typing).collect();
    if !typing.iter().any(|import| has(import)) {
        if facts.names.bindings.iter().any(|binding| binding == "TYPE_CHECKING") {
            return None;
        }
        match typing.first().and_then(|import| import.names.first()) {
            Some(first) => {
                let range = TextRange::new(first.range.start, first.range.start);
                edits.push(TextEdit { range, content: "TYPE_CHECKING, ".to_owned() });
            }
            None => {
                let import = circumstances.typing?;
                // An import that goes away leaves no place in front of it.
                let goes = |one: &Wanted| {
                    facts
                        .imports
                        .get(one.import as usize)
                        .is_some_and(|gone| gone.range.start == import.range.start)
                };
                if import.range.start < site.at && !wanted.iter().any(goes) {
                    edits.push(import.clone());
                } else {
                    head = format!("from typing import TYPE_CHECKING{newline}");
                }
            }
        }
    }
    let indent = sites::indent_unit(text);
    let mut body = String::new();
    for (at, statement) in statements.iter().enumerate() {
        let comment = comment.filter(|_| at == 0).map(|comment| format!("  {comment}")).unwrap_or_default();
        body.push_str(&format!("{indent}{statement}{comment}{newline}"));
    }
    let blank = if site.blank { "" } else { newline };
    edits.push(TextEdit {
        range: TextRange::new(site.at, site.at),
        content: format!("{head}{newline}if TYPE_CHECKING:{newline}{body}{blank}"),
    });
    Some(edits)
}

/// Orders edits as they are applied: an insertion comes before a replacement that begins there.
fn sorted(mut edits: Vec<TextEdit>) -> Vec<TextEdit> {
    edits.sort_by(|a, b| match (a.range.start, a.range.end).cmp(&(b.range.start, b.range.end)) {
        Ordering::Equal => a.content.cmp(&b.content),
        order => order,
    });
    edits
}
