//! `duplicate-module`: modules that were copied from one another. It must not know how copies are recognised.

use analyzer_diagnostics::{Diagnostic, Related};
use analyzer_facts::TextRange;
use analyzer_project::places::{is_generated, is_shown};

use crate::Check;

/// Reports each family once, in its first member.
pub fn duplicate_module(check: &Check, out: &mut Vec<Diagnostic>) {
    let Some(family) = &check.project.family else { return };
    let [first, others @ ..] = family.members.as_slice() else { return };
    let [second, ..] = others else { return };
    // What a program writes is not mended by hand, and each example stands on its own.
    let apart = is_generated(check.path, check.facts)
        || family.members.iter().all(|member| is_shown(&member.path))
        || family.members.iter().all(|member| is_compatibility(&member.path, &first.path))
        || family.members.iter().all(|member| awaited(&member.path) == awaited(&first.path));
    if apart {
        return;
    }
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

/// A path without the words that tell a module which awaits from its twin that does not: neither can take the other's place.
fn awaited(path: &str) -> String {
    let words = path
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !["async", "sync", "asynchronous", "synchronous", "asyncio", "aio"].contains(word));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("/")
}

/// Whether a module stands for one version of Python or of a package beside another: `compat/path_310.py`, `compat/path_311.py`.
fn is_compatibility(path: &str, other: &str) -> bool {
    let plain = |path: &str| path.replace(|c: char| c.is_ascii_digit(), "");
    path.to_ascii_lowercase().contains("compat") && plain(path) == plain(other)
}

#[cfg(test)]
mod tests {
    use super::{awaited, is_compatibility};

    #[test]
    fn twins_that_await() {
        assert_eq!(awaited("a/client/async_client.py"), awaited("a/client/sync_client.py"));
        assert_eq!(awaited("a/asynchronous/pages.py"), awaited("a/pages.py"));
        assert_ne!(awaited("a/client/async_client.py"), awaited("a/server/sync_client.py"));
    }

    #[test]
    fn versions_of_what_is_bridged() {
        assert!(is_compatibility("a/compat/path_310.py", "a/compat/path_311.py"));
        assert!(!is_compatibility("a/compat/path_310.py", "a/compat/shell_311.py"));
        assert!(!is_compatibility("a/chips/esp32c5.py", "a/chips/esp32c6.py"));
    }
}
