//! All rules by name, as their pages and functions define them.
//! It must not know what any rule does.

use std::sync::LazyLock;

use analyzer_diagnostics::RuleInfo;
use analyzer_facts::FactSet;

use crate::{CheckFn, page};

/// A rule as the build script found it.
pub(crate) struct Registered {
    name: &'static str,
    family: &'static str,
    page: &'static str,
    check: Option<CheckFn>,
}

include!(concat!(env!("OUT_DIR"), "/registry.rs"));

/// A built-in rule.
#[derive(Debug)]
pub struct Rule {
    /// Metadata and documentation.
    pub info: RuleInfo,
    /// The code; none where the engine makes the findings itself.
    pub check: Option<CheckFn>,
    /// The page's examples, as written.
    pub source: &'static str,
}

// Pages that do not parse are left out here; `tests/pages.rs` fails on each.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let parsed = REGISTERED.iter().map(|registered| {
        let info = page::parse_info(registered.family, registered.name, registered.page)?;
        Ok::<_, page::PageError>(Rule { info, check: registered.check, source: registered.page })
    });
    parsed.filter_map(Result::ok).collect()
});

/// Every built-in rule, sorted by name.
#[must_use]
pub fn all() -> &'static [Rule] {
    &RULES
}

/// The rule with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.binary_search_by(|rule| rule.info.name.as_str().cmp(name)).ok().and_then(|index| RULES.get(index))
}

/// Whether a rule looks at files of configuration too.
#[must_use]
pub fn reads_configuration(rule: &RuleInfo) -> bool {
    matches!(rule.family.as_str(), "secrets" | "dependencies")
        || matches!(
            rule.name.as_str(),
            "syntax-error" | "port-conflict" | "port-registry-drift" | "startup-list-drift" | "backup-file"
        )
}

/// Whether a rule also looks at the files of a folder that is a copy of another: what was leaked there was leaked.
#[must_use]
pub fn reads_copies(rule: &RuleInfo) -> bool {
    rule.family == "secrets" || rule.name == "backup-file"
}

/// The groups of facts that the rules of these names read; all where one of them is no built-in rule.
pub fn facts_read<'n>(names: impl IntoIterator<Item = &'n str>) -> FactSet {
    let read = |name: &str| match (find(name).map(|rule| rule.info.family.as_str()), name) {
        (None, _) => FactSet::ALL,
        (Some("commands" | "network" | "services"), _) => FactSet::USAGE,
        (Some("async" | "gpu" | "web"), _) => FactSet::FLOWS,
        (_, "todo-without-ticket") => FactSet::MARKERS,
        (_, "duplicate-module" | "backup-file") => FactSet::SHAPE,
        _ => FactSet::NONE,
    };
    names.into_iter().fold(FactSet::NONE, |set, name| set.and(read(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_parses_and_opens_with_its_name() {
        for registered in REGISTERED {
            let info = page::parse_info(registered.family, registered.name, registered.page)
                .unwrap_or_else(|error| panic!("{}: {error}", registered.name));
            assert_eq!(info.name, registered.name);
            assert!(
                registered.check.is_some() || info.page.contains("made by the engine"),
                "{} has no code",
                info.name
            );
        }
        assert_eq!(all().len(), REGISTERED.len());
    }

    #[test]
    fn rules_are_found_by_name() {
        for rule in all() {
            assert!(std::ptr::eq(find(&rule.info.name).unwrap(), rule));
        }
        assert!(find("no-such-rule").is_none());
    }
}
