//! All rules by name, as their pages and functions define them.
//! It must not know what any rule does.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use analyzer_diagnostics::RuleInfo;
use analyzer_facts::{FactSet, FileFacts};
use compact_str::CompactString;

use crate::CheckFn;
use crate::custom::{CustomRules, Gate, QUERY};
use crate::page::{self, Page};

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
    /// The code; none where the page has a query, or the engine makes the findings itself.
    pub check: Option<CheckFn>,
    /// The page's examples, as written.
    pub source: &'static str,
    reads: FactSet,
    configuration: bool,
    copies: bool,
}

// Pages that do not parse are left out here; the tests below fail on each.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let parsed = REGISTERED.iter().map(|registered| {
        let Page { info, reads, configuration, copies } =
            page::parse(registered.family, registered.name, registered.page)?;
        let (check, source) = (registered.check, registered.page);
        Ok::<_, page::PageError>(Rule { info, check, source, reads, configuration, copies })
    });
    parsed.filter_map(Result::ok).collect()
});

/// The built-in rules whose pages have a query.
static QUERIES: LazyLock<CustomRules> =
    LazyLock::new(|| CustomRules::built_in(with_query().map(|rule| (&rule.info, rule.source))));

/// Their names, and what each asks of a file's imports.
static GATES: LazyLock<Vec<(&'static str, Gate)>> =
    LazyLock::new(|| with_query().map(|rule| (rule.info.name.as_str(), Gate::of(rule.source))).collect());

fn with_query() -> impl Iterator<Item = &'static Rule> {
    all().iter().filter(|rule| rule.source.contains(QUERY))
}

/// The built-in rules whose pages have a query.
#[must_use]
pub fn queries() -> &'static CustomRules {
    &QUERIES
}

/// Whether any enabled rule with a query may find something in a file, as far as its imports show.
#[must_use]
pub fn queries_concern(enabled: &BTreeSet<CompactString>, facts: &FileFacts) -> bool {
    GATES.iter().any(|(name, gate)| enabled.contains(*name) && gate.is_open(facts))
}

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
    find(&rule.name).is_some_and(|rule| rule.configuration)
}

/// Whether a rule also looks at the files of a folder that is a copy of another: what was leaked there was leaked.
#[must_use]
pub fn reads_copies(rule: &RuleInfo) -> bool {
    find(&rule.name).is_some_and(|rule| rule.copies)
}

/// The groups of facts that the rules of these names read; all where one of them is no built-in rule.
pub fn facts_read<'n>(names: impl IntoIterator<Item = &'n str>) -> FactSet {
    let read = |name: &str| find(name).map_or(FactSet::ALL, |rule| rule.reads);
    names.into_iter().fold(FactSet::NONE, |set, name| set.and(read(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custom::parse_built_in;

    #[test]
    fn every_page_parses_and_opens_with_its_name() {
        for registered in REGISTERED {
            let page = page::parse(registered.family, registered.name, registered.page)
                .unwrap_or_else(|error| panic!("{}: {error}", registered.name));
            let info = page.info;
            assert_eq!(info.name, registered.name);
            let query = registered.page.contains(QUERY);
            if query && let Err(problems) = parse_built_in(&info, registered.page) {
                panic!("{}: {problems:?}", info.name);
            }
            assert_eq!(queries().find(&info.name).is_some(), query, "{}", info.name);
            assert!(
                registered.check.is_some() || query || info.page.contains("made by the engine"),
                "{} has no code",
                info.name
            );
        }
        assert_eq!(all().len(), REGISTERED.len());
    }

    #[test]
    fn pages_tell_what_their_rules_read() {
        let secret = &find("default-credential").unwrap().info;
        assert!(reads_configuration(secret) && reads_copies(secret));
        let except = &find("bare-except").unwrap().info;
        assert!(!reads_configuration(except) && !reads_copies(except));
        assert_eq!(facts_read(["bare-except", "shell-dash-c"]), FactSet::USAGE);
        assert_eq!(facts_read(["no-such-rule"]), FactSet::ALL);
    }

    #[test]
    fn rules_are_found_by_name() {
        for rule in all() {
            assert!(std::ptr::eq(find(&rule.info.name).unwrap(), rule));
        }
        assert!(find("no-such-rule").is_none());
    }
}
