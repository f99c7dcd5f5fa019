//! `layer-violation`: imports that break a declared contract.
//! It must not know how contracts are checked; the project's view holds what breaks them.

use analyzer_diagnostics::Diagnostic;
use analyzer_project::{ContractKind, PlacedViolation};
use serde_json::json;

use super::cycle::related;
use crate::Check;

/// Modules on the way that a message names at most.
const SHOWN: usize = 4;

/// Reports each broken contract on the first import of the way that breaks it.
pub fn layer_violation(check: &Check, out: &mut Vec<Diagnostic>) {
    for violation in &check.project.violations {
        let Some(import) = check.facts.imports.get(violation.import as usize) else { continue };
        let (Some(first), Some(last)) = (violation.hops.first(), violation.hops.last()) else { continue };
        let through = through(violation);
        let message = format!("`{}` imports `{}`{through}, but {}", first.from, last.to, demand(violation));
        let contract = &violation.contract;
        let mut found = check
            .diagnostic(import.module_range, message)
            .help(help(violation))
            .tier(import.tier)
            .key(format!("{}: {} -> {}", contract.name, first.from, last.to))
            .property("contract", contract.name.as_str())
            .property("type", contract.kind.name())
            .property("chain", json!(chain(violation)));
        if !contract.name.is_empty() {
            found = found.note(format!("the contract is \"{}\"", contract.name));
        }
        if violation.more > 0 {
            let modules = if violation.more == 1 { "import" } else { "imports" };
            found = found.note(format!(
                "{} more {modules} of `{}` lead to `{}` by the same last import",
                violation.more, violation.from, last.to
            ));
        }
        if violation.hops.len() > 1 {
            found.related = violation.hops.iter().map(related).collect();
        }
        out.push(found);
    }
}

/// All modules of the way.
fn chain(violation: &PlacedViolation) -> Vec<&str> {
    let first = violation.hops.first().map(|hop| hop.from.as_str());
    first.into_iter().chain(violation.hops.iter().map(|hop| hop.to.as_str())).collect()
}

/// " through `p.a` → `p.b`", where the import is not direct.
fn through(violation: &PlacedViolation) -> String {
    let between: Vec<String> = violation.hops.iter().skip(1).map(|hop| format!("`{}`", hop.from)).collect();
    match between.len() {
        0 => String::new(),
        1..=SHOWN => format!(" through {}", between.join(" → ")),
        count => {
            let shown: Vec<String> = between.into_iter().take(SHOWN).collect();
            format!(" through {} → {} more", shown.join(" → "), count - SHOWN)
        }
    }
}

fn demand(violation: &PlacedViolation) -> String {
    let PlacedViolation { contract, from, to, .. } = violation;
    match contract.kind {
        ContractKind::Layers => {
            let names = |layer: &analyzer_project::Layer| {
                let ends = |name: &str| {
                    layer.modules.iter().any(|one| {
                        name.strip_suffix(one.name.as_str())
                            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                    })
                };
                ends(from) && ends(to)
            };
            if contract.layers.iter().any(names) {
                format!("`{from}` and `{to}` must not import each other")
            } else {
                format!("`{from}` lies below `{to}`")
            }
        }
        ContractKind::Forbidden => format!("`{from}` must not import `{to}`"),
        ContractKind::Independence => format!("`{from}` and `{to}` must not import each other"),
        ContractKind::Protected if contract.allowed.is_empty() => {
            format!("nothing outside may import `{to}`")
        }
        ContractKind::Protected => {
            let allowed: Vec<String> = contract.allowed.iter().map(|one| format!("`{}`", one.name)).collect();
            format!("only {} may import `{to}`", allowed.join(", "))
        }
    }
}

fn help(violation: &PlacedViolation) -> &'static str {
    match violation.contract.kind {
        ContractKind::Layers => {
            "let the higher layer call the lower one and hand it what it needs, or move the code to the layer it belongs to"
        }
        ContractKind::Forbidden | ContractKind::Independence => {
            "move what both need into a module that both may import, or hand it over as an argument"
        }
        ContractKind::Protected => "import what the allowed modules offer instead",
    }
}
