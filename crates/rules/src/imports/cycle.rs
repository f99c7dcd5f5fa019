//! Parts that findings of both kinds of cycle share: the chain in words, hops as related places, identity, properties.
//! It must not know how cycles are found.

use analyzer_diagnostics::{Diagnostic, Related};
use analyzer_project::breaks::suggest::BreakKind;
use analyzer_project::simulate::verdict::Verdict;
use analyzer_project::{PlacedCut, PlacedCycle, PlacedHop};
use serde_json::json;

use crate::Check;

/// Module names that a message shows at most; a longer chain is cut in its middle.
const SHOWN: usize = 8;

/// A finding on the import to break, without its wording.
pub(super) fn finding(check: &Check, cycle: &PlacedCycle, message: String) -> Option<Diagnostic> {
    let cut = cycle.cuts.first()?;
    let anchor = check.facts.imports.get(cycle.anchor as usize)?;
    let mut found = check
        .diagnostic(anchor.module_range, message)
        .tier(anchor.tier)
        .key(format!("{} -> {}", cut.hop.from, cut.hop.to))
        .property("verdict", verdict(cycle.verdict))
        .property("componentSize", cycle.members.len())
        .property("members", json!(cycle.members))
        .property("cycle", json!(names(cycle)))
        .property("breaks", json!(cycle.cuts.iter().map(break_property).collect::<Vec<_>>()));
    found.related = cycle.hops.iter().map(related).collect();
    let replaced = check.rule.replaces.iter().any(|code| code == "R0401");
    found.silenced = replaced && cycle.hops.iter().any(|hop| hop.silenced);
    Some(found)
}

/// Module names of the shortest cycle, without returning to the first.
fn names(cycle: &PlacedCycle) -> Vec<&str> {
    cycle.hops.iter().map(|hop| hop.from.as_str()).collect()
}

/// `p.a → p.b → p.a`
pub(super) fn chain(cycle: &PlacedCycle) -> String {
    let names = names(cycle);
    let first = names.first().copied().unwrap_or_default();
    let mut shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if shown.len() > SHOWN {
        let left_out = shown.len() - SHOWN + 1;
        shown.splice(SHOWN / 2..SHOWN / 2 + left_out, [format!("{left_out} more")]);
    }
    shown.push(format!("`{first}`"));
    shown.join(" → ")
}

/// ", shortest of a knot of 7 modules", where there are more than the chain shows.
pub(super) fn knot(cycle: &PlacedCycle) -> String {
    if cycle.members.len() > cycle.hops.len() {
        format!(", the shortest in a knot of {} modules", cycle.members.len())
    } else {
        String::new()
    }
}

/// The name of a verdict in properties and summaries.
pub(super) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Crash => "crash",
        Verdict::EntryDependent => "entry-dependent",
        Verdict::Masked => "masked",
        Verdict::Tolerated => "tolerated",
    }
}

/// A step as a further place.
pub(super) fn related(hop: &PlacedHop) -> Related {
    let PlacedHop { from, to, .. } = hop;
    let mut message = if hop.implicit {
        format!("importing from below `{to}` makes `{from}` run `{to}` itself")
    } else if hop.deferred {
        format!("`{from}` imports `{to}` inside a function")
    } else {
        format!("`{from}` imports `{to}`")
    };
    if hop.statements > 1 {
        message = format!("{message}, in {} statements", hop.statements);
    }
    Related { path: hop.path.clone(), range: hop.range, message }
}

fn break_property(cut: &PlacedCut) -> serde_json::Value {
    json!({
        "from": cut.hop.from,
        "to": cut.hop.to,
        "path": &*cut.hop.path,
        "how": how(cut.kind),
        "statements": cut.hop.statements,
        "cost": cut.cost,
    })
}

const fn how(kind: BreakKind) -> &'static str {
    match kind {
        BreakKind::RemoveUnused => "remove",
        BreakKind::MoveUnderTypeChecking => "move-under-type-checking",
        BreakKind::MoveIntoFunction => "move-into-function",
        BreakKind::ImportFromDefinition => "import-from-definition",
        BreakKind::ExtractModule => "extract-module",
    }
}

/// Advice on the import at which the finding is anchored, and on the others.
pub(super) fn advice(cycle: &PlacedCycle) -> Option<String> {
    let cut = cycle.cuts.first()?;
    let PlacedHop { from, to, .. } = &cut.hop;
    let mut advice = match cut.kind {
        BreakKind::RemoveUnused => format!(
            "remove this import: nothing in `{from}` uses what it brings; or, where `{to}` only has to be loaded, load it \
             elsewhere"
        ),
        BreakKind::MoveUnderTypeChecking => {
            format!("move this import under `if TYPE_CHECKING:`: only annotations in `{from}` use it")
        }
        BreakKind::MoveIntoFunction => {
            format!("move this import into the functions of `{from}` that use it")
        }
        BreakKind::ImportFromDefinition => {
            format!("import from the modules that define the names, not from the package `{to}` around them")
        }
        BreakKind::ExtractModule => {
            format!("move what `{from}` needs of `{to}` into a module that both can import")
        }
    };
    let others: Vec<String> = cycle
        .cuts
        .iter()
        .skip(1)
        .take(3)
        .map(|cut| format!("`{}` → `{}`", cut.hop.from, cut.hop.to))
        .collect();
    if !others.is_empty() {
        let more = cycle.cuts.len() - 1 - others.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        advice = format!("{advice}; to undo the whole knot, break {}{more} too", others.join(", "));
    }
    Some(advice)
}
