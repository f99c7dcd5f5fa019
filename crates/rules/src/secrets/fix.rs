//! The fix of a secret in Python code: the literal becomes a look-up in the environment. The value is never written
//! anywhere, so whoever applies it must bring the value, a new one, themselves. It must not know rules.

use analyzer_diagnostics::{Applicability, Edit, Fix};
use analyzer_facts::{ImportKind, Position, Secret, SecretKind, SecretPlace, TextRange};

use super::noun;
use crate::Check;

/// Replaces the literal by `os.environ["NAME"]`, and imports `os` where it is missing and there is a place for it.
pub(super) fn from_environment(cx: &Check, secret: &Secret) -> Option<Fix> {
    let literal = secret.literal?;
    if cx.facts.syntax.is_some() || secret.place != SecretPlace::Code {
        return None;
    }
    let name = variable(secret);
    let suffix = if secret.bytes { ".encode()" } else { "" };
    let mut edits = import(cx)?;
    edits.push(Edit { range: literal, content: format!("os.environ[\"{name}\"]{suffix}") });
    Some(Fix {
        title: format!("Read `{name}` from the environment; set it to a new value, since this one is known"),
        applicability: Applicability::Unsafe,
        edits,
    })
}

/// The edit that imports `os`; none needed where it is imported for the whole module.
fn import(cx: &Check) -> Option<Vec<Edit>> {
    let top = |position: Position, scope: u32| scope == 0 && position == Position::EAGER;
    let imported = cx.facts.imports.iter().any(|import| {
        import.kind == ImportKind::Plain
            && import.module == "os"
            && import.alias.is_none()
            && top(import.position, import.scope)
    });
    if imported {
        return Some(Vec::new());
    }
    let first = cx.facts.imports.iter().find(|import| {
        top(import.position, import.scope)
            && import.kind != ImportKind::Dynamic
            && import.module != "__future__"
    })?;
    let at = first.range.start;
    Some(vec![Edit { range: TextRange::new(at, at), content: "import os\n".to_owned() }])
}

/// The variable's name: the target's in capitals, else that of the kind.
fn variable(secret: &Secret) -> String {
    let mut name = String::new();
    let source = match secret.name.as_str() {
        "" if secret.kind == SecretKind::UrlPassword => "url password",
        "" => &noun(secret.kind).to_lowercase(),
        name => name,
    };
    let mut lower = false;
    for c in source.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && lower && !name.ends_with('_') {
                name.push('_');
            }
            lower = c.is_ascii_lowercase();
            name.push(c.to_ascii_uppercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
            lower = false;
        }
    }
    name.trim_matches('_').to_owned()
}
