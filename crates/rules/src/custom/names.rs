//! Resolves dotted names through the imports of their file. It must not know other files.

use analyzer_facts::{FileFacts, Import, ImportKind};

/// The full names that `text`, at byte `offset` of the file at `path`, may have: `sleep` after
/// `from time import sleep` is `time.sleep`. A name that nothing binds is one of `builtins`. Assignments and parameters
/// that hide an import are not seen.
pub(super) fn resolved(text: &str, offset: u32, path: &str, facts: &FileFacts) -> Vec<String> {
    let dotted: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (head, tail) = match dotted.split_once('.') {
        Some((head, tail)) => (head, format!(".{tail}")),
        None => (dotted.as_str(), String::new()),
    };
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !dotted.split('.').all(plain) {
        return Vec::new();
    }
    let visible = |import: &&Import| {
        let scope = facts.scopes.get(import.scope as usize);
        import.scope == 0
            || scope.is_some_and(|scope| scope.range.start <= offset && offset < scope.range.end)
    };
    let mut bound = Vec::new();
    let mut starred = Vec::new();
    for import in facts.imports.iter().filter(visible) {
        let module = absolute(import, path);
        match import.kind {
            ImportKind::Plain => match &import.alias {
                Some(alias) if alias == head => bound.push(format!("{module}{tail}")),
                None if module.split('.').next() == Some(head) => bound.push(format!("{head}{tail}")),
                _ => {}
            },
            ImportKind::From => {
                for name in &import.names {
                    if name.alias.as_ref().unwrap_or(&name.name) == head {
                        let dot = if module.is_empty() { "" } else { "." };
                        bound.push(format!("{module}{dot}{}{tail}", name.name));
                    }
                }
                if import.star {
                    starred.push(format!("{module}.{dotted}"));
                }
            }
            ImportKind::Dynamic => {}
        }
    }
    if bound.is_empty() && !facts.scopes.iter().any(|scope| scope.name == head) {
        bound.push(format!("builtins.{dotted}"));
        // It may come from there as well.
        bound.append(&mut starred);
    }
    bound.sort();
    bound.dedup();
    bound
}

/// Whether any text of the file may resolve to a dotted name, as far as its imports show.
pub(super) fn may_resolve(name: &str, path: &str, facts: &FileFacts) -> bool {
    let head = |dotted: &str| dotted.split('.').next().unwrap_or_default().to_owned();
    name.starts_with("builtins.")
        || facts.imports.iter().any(|import| {
            let module = absolute(import, path);
            match import.kind {
                ImportKind::Plain if import.alias.is_none() => head(&module) == head(name),
                ImportKind::Plain | ImportKind::From => {
                    let rest = name.strip_prefix(module.as_str());
                    rest.is_some_and(|rest| module.is_empty() || rest.is_empty() || rest.starts_with('.'))
                }
                ImportKind::Dynamic => false,
            }
        })
}

/// The module of an import, a relative one counted from the project's root.
fn absolute(import: &Import, path: &str) -> String {
    if import.level == 0 {
        return import.module.to_string();
    }
    let mut folders: Vec<&str> = path.split('/').collect();
    let above = usize::from(import.level).min(folders.len());
    folders.truncate(folders.len() - above);
    if folders.first() == Some(&"src") {
        folders.remove(0);
    }
    if !import.module.is_empty() {
        folders.push(&import.module);
    }
    folders.join(".")
}
