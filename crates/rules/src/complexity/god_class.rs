//! `god-class`: classes that do everything.
//! It must not know inheritance: what a class defines itself counts.

use std::collections::{BTreeMap, BTreeSet};

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{Scope, ScopeId, ScopeKind};

use crate::Check;

/// Reports classes with `max` methods and more.
pub fn god_class(check: &Check, out: &mut Vec<Diagnostic>) {
    let (max, error) = (check.integer("max"), check.integer("error"));
    let is_class =
        |id: ScopeId| check.facts.scopes.get(id as usize).is_some_and(|s| s.kind == ScopeKind::Class);
    let mut methods: BTreeMap<ScopeId, BTreeSet<&str>> = BTreeMap::new();
    for scope in check.facts.scopes.iter().filter(|scope| is_method(scope) && is_class(scope.parent)) {
        // Overloads, and the getter and setter of a property, share a name.
        methods.entry(scope.parent).or_default().insert(&scope.name);
    }
    for (id, mut names) in methods {
        let large = names.len() as u32 >= max;
        let Some(class) = check.facts.scopes.get(id as usize).filter(|_| large) else { continue };
        if is_shell(check, class, &names) {
            names.retain(|name| !COMMANDS.iter().any(|prefix| name.starts_with(prefix)));
        }
        let count = names.len() as u32;
        if count < max {
            continue;
        }
        let message = format!("class `{}` has {count} methods (limit {max})", class.name);
        let mut found = check.diagnostic(class.name_range, message);
        found.severity = if count >= error { Severity::Error } else { check.rule.severity };
        out.push(
            found
                .note("a class of this size has several tasks, and every one of them can reach the state of all others")
                .help("group the methods by the attributes that they use, and give each group a class of its own")
                .tier(class.tier)
                .property("class", check.facts.qualified_name(id))
                .property("methods", count),
        );
    }
}

/// Beginnings of the names of methods that a shell calls for commands which somebody types.
const COMMANDS: [&str; 4] = ["do_", "help_", "complete_", "emptyline"];

/// Whether a class derives from something and has the commands of a shell: `cmd.Cmd` wants one method for each.
fn is_shell(check: &Check, class: &Scope, names: &BTreeSet<&str>) -> bool {
    const LEAST: usize = 5;
    if names.iter().filter(|name| name.starts_with("do_")).count() < LEAST {
        return false;
    }
    (check.text)().is_some_and(|text| {
        let behind = text.get(class.name_range.end as usize..).unwrap_or("");
        let bases = behind.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        bases.is_some_and(|(bases, _)| !matches!(bases.trim(), "" | "object"))
    })
}

/// Whether a function counts as a method. Tests and the cases of a visitor do not, which somebody else calls by name, so
/// that there may be any number of them; nor do special methods, whose number the language limits, and what does nothing
/// of its own.
fn is_method(scope: &Scope) -> bool {
    let is_function = matches!(scope.kind, ScopeKind::Function | ScopeKind::AsyncFunction);
    let special = scope.name.starts_with("__") && scope.name.ends_with("__") && scope.name != "__init__";
    let called_by_name = || ["test", "visit_", "depart_"].iter().any(|prefix| scope.name.starts_with(prefix));
    is_function && !scope.passive && !special && !called_by_name()
}
