//! `duplicate-module`: modules that were copied from one another. It must not know how copies are recognised.

use analyzer_diagnostics::{Diagnostic, Related};
use analyzer_facts::TextRange;

use crate::Check;

/// Reports each family once, in its first member.
pub fn duplicate_module(check: &Check, out: &mut Vec<Diagnostic>) {
    let Some(family) = &check.project.family else { return };
    let [first, others @ ..] = family.members.as_slice() else { return };
    let [second, ..] = others else { return };
    let count = family.members.len();
    let message = match others {
        [_] => format!("this module and `{}` are {} % the same", second.path, second.share),
        _ => {
            format!("this module and {} others are copies, {} % and more the same", count - 1, least(family))
        }
    };
    let related = others.iter().map(|member| Related {
        path: member.path.clone(),
        range: TextRange::default(),
        message: if member.nearest == first.path {
            format!("{} % the same as the first", member.share)
        } else {
            format!("{} % the same as `{}`", member.share, member.nearest)
        },
    });
    let paths: Vec<&str> = family.members.iter().map(|member| &*member.path).collect();
    let shares: Vec<u32> = family.members.iter().map(|member| member.share).collect();
    let mut found = check
        .diagnostic(TextRange::default(), message)
        .tier(check.facts.base_tier())
        .note("a fault that is corrected in one of them stays in the others")
        .help("keep one, and let it take what differs as parameters")
        .property("members", paths)
        .property("shares", shares)
        .key("copies");
    found.related = related.collect();
    out.push(found);
}

/// The lowest share of a member with the one that it is most alike.
fn least(family: &analyzer_project::PlacedFamily) -> u32 {
    family.members.iter().map(|member| member.share).min().unwrap_or_default()
}
