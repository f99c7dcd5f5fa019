//! Common parts of the findings over all files: places, tiers, and the wording of other places.
//! It must not know which problems are whose.

use analyzer_diagnostics::{Diagnostic, Related, Tier};
use analyzer_facts::FileFacts;
use analyzer_project::PlacedNetwork;
use analyzer_project::network::{PlaceRole, Site};

use crate::Check;

/// A diagnostic with the other places of its problem.
pub(crate) fn diagnostic(cx: &Check, placed: &PlacedNetwork, message: String) -> Diagnostic {
    let mut found = cx.diagnostic(placed.range, message).tier(tier(cx.facts, placed.site));
    found.related = placed
        .related
        .iter()
        .map(|(path, range, role)| Related { path: path.clone(), range: *range, message: told(role) })
        .collect();
    found.elsewhere = placed.elsewhere;
    found
}

fn told(role: &PlaceRole) -> String {
    match role {
        PlaceRole::Binds => "bound here".to_owned(),
        PlaceRole::Declares(name) => format!("given to `{name}`"),
        PlaceRole::Registers(name) => format!("registered as `{name}`"),
        PlaceRole::Connects => "connects in the same way".to_owned(),
        PlaceRole::Host => "the host is written here".to_owned(),
        PlaceRole::Starts(name) => format!("starts `{name}`"),
    }
}

/// How well the code at a site parsed.
fn tier(facts: &FileFacts, site: Site) -> Tier {
    let found = match site {
        Site::Endpoint(index) => facts.endpoints.get(index as usize).map(|one| one.tier),
        Site::Port(index) => facts.ports.get(index as usize).map(|one| one.tier),
        Site::Lookup(index) => facts.lookups.get(index as usize).map(|one| one.tier),
        Site::Beginning
        | Site::Service(_)
        | Site::Needed(..)
        | Site::Constant(_)
        | Site::ServicePort(..)
        | Site::Variable(..)
        | Site::Registered(_)
        | Site::Number(_) => None,
    };
    found.unwrap_or(facts.base_tier())
}
