//! Names that imports bind and no code reads, where a text of the same file holds them: a type in quotes, an example in
//! a docstring, what pytest or a lookup by name is given. Only files with such names are read for it.
//! It must not know trees.

use rustc_hash::{FxHashMap, FxHashSet};

use super::names::plain_binding;
use super::quoted::{QUOTING_CALLS, QUOTING_GENERICS};
use crate::model::import::{Import, ImportKind, Uses};
use crate::strings::{Literal, Literals, is_word, opened_by, words};

/// Built-in and other types that are generic, whose names begin in lower case.
const GENERICS: [&str; 8] = ["list", "dict", "tuple", "set", "frozenset", "type", "deque", "defaultdict"];

/// Further calls that make types of types in quotes, or convert to them.
const CALLS: [&str; 6] = ["ForwardRef", "NamedTuple", "TypedDict", "assert_type", "cast", "ParamSpec"];

/// How many brackets around a text are looked at.
const LEVELS: usize = 6;

/// Longest text that can be a type.
const LONGEST_TYPE: usize = 300;

/// Marks the names without any use that a text of the file holds.
pub(super) fn mark(imports: &mut [Import], text: &str) {
    let mut idle: FxHashMap<String, Vec<(usize, Option<usize>)>> = FxHashMap::default();
    for (index, import) in imports.iter().enumerate() {
        match import.kind {
            ImportKind::Plain if !import.uses.any() => {
                idle.entry(plain_binding(import).to_owned()).or_default().push((index, None));
            }
            ImportKind::From => {
                for (at, name) in import.names.iter().enumerate().filter(|(_, name)| !name.uses.any()) {
                    let bound = name.alias.as_ref().unwrap_or(&name.name);
                    idle.entry(bound.to_string()).or_default().push((index, Some(at)));
                }
            }
            ImportKind::Plain | ImportKind::Dynamic => {}
        }
    }
    if idle.is_empty() {
        return;
    }
    let mut found: Vec<(String, bool)> = Vec::new();
    for literal in Literals::of(text) {
        let held = words(literal.inner).filter(|(word, _)| idle.contains_key(*word));
        let held: Vec<(&str, &str)> = held.collect();
        if held.is_empty() {
            continue;
        }
        let is_type = literal.inner.len() <= LONGEST_TYPE && is_type(text, &literal);
        let is_prose = !is_type && is_docstring(text, &literal);
        for (word, behind) in held {
            if is_type || in_example(literal.inner, literal.inner.len() - behind.len()) {
                found.push((word.to_owned(), true));
            } else if !is_prose && is_named(literal.inner, word, behind) {
                found.push((word.to_owned(), false));
            }
        }
    }
    for (word, read) in found {
        for &(index, at) in idle.get(&word).into_iter().flatten() {
            let Some(import) = imports.get_mut(index) else { continue };
            let uses = match at {
                None => Some(&mut import.uses),
                Some(at) => import.names.get_mut(at).map(|name| &mut name.uses),
            };
            if let Some(uses) = uses {
                let Uses { quoted, named, .. } = uses;
                *(if read { quoted } else { named }) = true;
            }
        }
    }
}

/// Marks the names without any use that are in a part of the text which no parser could read: they may be used there.
pub(super) fn mark_damaged(imports: &mut [Import], text: &str, broken: &[(usize, usize)]) {
    if broken.is_empty() {
        return;
    }
    let mut held: FxHashSet<&str> = FxHashSet::default();
    for &(start, end) in broken {
        let part = text.get(start..end).unwrap_or("");
        let read = words(part).filter(|(word, behind)| {
            let before = part.get(..part.len() - behind.len() - word.len()).unwrap_or("");
            !before.ends_with('.')
        });
        held.extend(read.map(|(word, _)| word));
    }
    for import in imports {
        if import.kind == ImportKind::Plain {
            let used = held.contains(plain_binding(import)) && !import.uses.any();
            import.uses.deferred |= used;
        }
        for name in &mut import.names {
            let used = held.contains(name.alias.as_ref().unwrap_or(&name.name).as_str()) && !name.uses.any();
            name.uses.deferred |= used;
        }
    }
}

/// Whether a literal is where only a type can.
fn is_type(text: &str, literal: &Literal) -> bool {
    let before = text.get(..literal.range.start).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    let alias = line.trim_end().strip_suffix('=').is_some_and(|line| line.contains("TypeAlias"))
        || line.trim_start().starts_with("type ") && line.trim_end().ends_with('=');
    if alias {
        return true;
    }
    let mut place = literal.range.start;
    for _ in 0..LEVELS {
        let Some(opened) = opened_by(text, place) else { return false };
        let name = opened.of.rsplit('.').next().unwrap_or("");
        if name.is_empty() {
            // The value after an alias may be in brackets; so do fields of a `NamedTuple`, and what is called.
            let before = text.get(..opened.at).unwrap_or("");
            if before.rsplit('\n').next().is_some_and(|line| line.contains("TypeAlias")) {
                return true;
            }
            place = opened.at;
            continue;
        }
        return if opened.bracket == b'[' {
            let class =
                name.starts_with(|c: char| c.is_uppercase()) && name.contains(|c: char| c.is_lowercase());
            class || GENERICS.contains(&name) || QUOTING_GENERICS.contains(&name)
        } else {
            QUOTING_CALLS.contains(&name) || CALLS.contains(&name) || is_cast(text, name)
        };
    }
    false
}

/// Whether a literal is a statement of its own.
fn is_docstring(text: &str, literal: &Literal) -> bool {
    let before = text.get(..literal.range.start).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    line.trim().is_empty() && opened_by(text, literal.range.start).is_none()
}

/// Whether a name is another one for `cast` and the like.
fn is_cast(text: &str, name: &str) -> bool {
    !name.is_empty()
        && CALLS.iter().chain(&QUOTING_CALLS).any(|call| {
            memchr::memmem::find_iter(text.as_bytes(), call.as_bytes()).any(|at| {
                let behind = text.get(at + call.len()..).unwrap_or("");
                behind
                    .strip_prefix(" as ")
                    .and_then(|alias| alias.strip_prefix(name))
                    .is_some_and(|rest| !rest.bytes().next().is_some_and(is_word))
            })
        })
}

/// Whether a place in a docstring lies in a line of an example that doctest runs.
fn in_example(inner: &str, end: usize) -> bool {
    let before = inner.get(..end).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("").trim_start();
    line.starts_with(">>> ") || line.starts_with("... ") && before.contains(">>> ")
}

/// Whether a text is a name, a list of names, or code with the name in it.
fn is_named(inner: &str, word: &str, behind: &str) -> bool {
    let list = inner.len() <= 200
        && inner.split(',').all(|part| {
            let part = part.trim();
            !part.is_empty() && part.split('.').all(crate::strings::is_identifier)
        });
    let whole = inner.trim() == word;
    let mut after = behind.chars();
    let code = match after.next() {
        Some('.') => after.next().is_some_and(|c| c == '_' || c.is_alphabetic()),
        Some('(') => true,
        _ => false,
    };
    whole || list || code
}
