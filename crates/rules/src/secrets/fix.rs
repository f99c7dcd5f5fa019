//! The fix of a secret in Python code: the literal becomes a look-up in the environment. The value is never written
//! anywhere, so whoever applies it must bring the value, a new one, themselves. It must not know rules.

use analyzer_diagnostics::{Applicability, Edit, Fix};
use analyzer_facts::{Import, ImportKind, Position, Secret, SecretKind, SecretPlace};

use super::noun;
use crate::{Check, inserted};

/// Replaces the literal by `os.environ["NAME"]`, and imports `os` where it is missing and there is a place for it.
pub(super) fn from_environment(cx: &Check, secret: &Secret) -> Option<Fix> {
    let literal = secret.literal?;
    if cx.facts.syntax.is_some() || secret.place != SecretPlace::Code {
        return None;
    }
    let name = variable(secret);
    let suffix = if secret.bytes { ".encode()" } else { "" };
    let mut edits = import(cx, literal.start)?;
    edits.push(Edit { range: literal, content: format!("os.environ[\"{name}\"]{suffix}") });
    Some(Fix {
        title: format!("Read `{name}` from the environment; set it to a new value, since this one is known"),
        applicability: Applicability::Unsafe,
        edits,
    })
}

/// The edit that imports `os` in front of the byte `before`; none needed where it is imported there for the whole module.
fn import(cx: &Check, before: u32) -> Option<Vec<Edit>> {
    let mut above = cx.facts.imports.iter().filter(|import| {
        import.scope == 0
            && import.position == Position::EAGER
            && import.kind != ImportKind::Dynamic
            && import.range.end <= before
    });
    let is_os = |import: &&Import| {
        import.kind == ImportKind::Plain && import.module == "os" && import.alias.is_none()
    };
    if above.any(|import| is_os(&import)) {
        return Some(Vec::new());
    }
    // Another use of the name `os` in the module must keep its meaning.
    if cx.facts.names.bindings.iter().any(|name| name == "os") {
        return None;
    }
    let edit = inserted::import(&(cx.text)()?, cx.facts, "import os")?;
    (edit.range.end <= before).then(|| vec![edit])
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
