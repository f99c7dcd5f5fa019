//! Comments that ask for silence, applied to what the rules found; requests that nothing needs become findings.
//! It must not know how comments are found, nor output formats.

mod add;
mod correspond;
mod unused;

use analyzer_diagnostics::{Diagnostic, RuleInfo};
use analyzer_facts::{Covering, FileFacts, Suppression, SuppressionOrigin};

pub(crate) use add::add_to_file;
pub use add::{Added, NotAdded, suppressed_file, suppressed_text};
pub use correspond::pylint_code;
use correspond::{silences_unnamed, stands_for};

/// The rule about suppressions themselves.
pub(crate) const RULE: &str = "unused-suppression";

/// Whether a comment asks pylint to say nothing of cycles of imports. Its tool reads it at any import of the cycle.
pub(crate) fn is_about_cycles(suppression: &Suppression) -> bool {
    suppression.origin == SuppressionOrigin::Pylint
        && suppression.names.iter().any(|name| pylint_code(&name.name).eq_ignore_ascii_case("R0401"))
}

/// Applies the suppressions of one file.
pub(crate) struct Suppressor<'a> {
    /// Every rule that exists.
    pub(crate) rules: &'a [&'a RuleInfo],
    /// The file's text.
    pub(crate) text: &'a str,
    /// Whether a rule reports anything in this file.
    pub(crate) reports: &'a dyn Fn(&str) -> bool,
}

impl Suppressor<'_> {
    /// The diagnostics, each with whether a comment suppresses it, and those about comments that suppress nothing.
    pub(crate) fn apply(
        &self,
        facts: Option<&FileFacts>,
        diagnostics: Vec<Diagnostic>,
    ) -> Vec<(Diagnostic, bool)> {
        let Some(facts) = facts.filter(|facts| !facts.suppressions.is_empty()) else {
            let told = |diagnostic: Diagnostic| {
                let silenced = diagnostic.silenced;
                (diagnostic, silenced)
            };
            return diagnostics.into_iter().map(told).collect();
        };
        let suppressions = &facts.suppressions;
        let mut used: Vec<Vec<bool>> =
            suppressions.iter().map(|suppression| vec![false; suppression.names.len()]).collect();
        let places = suppressions
            .iter()
            .zip(0..)
            .flat_map(|(suppression, number)| suppression.covers.iter().map(move |range| (*range, number)));
        let all = (suppressions.as_slice(), &Covering::closed(places));
        let mut found: Vec<(Diagnostic, bool)> = Vec::with_capacity(diagnostics.len());
        for diagnostic in diagnostics {
            let suppressed = self.suppressed(all, &diagnostic, &mut used) || diagnostic.silenced;
            found.push((diagnostic, suppressed));
        }
        if (self.reports)(RULE) {
            for diagnostic in self.unused(facts, &used, |name| !self.names_unused(name)) {
                let suppressed = self.suppressed(all, &diagnostic, &mut used);
                found.push((diagnostic, suppressed));
            }
            // Those about this very rule come last: only now is it known whether there was something to silence.
            let own = self.unused(facts, &used, |name| self.names_unused(name));
            found.extend(own.into_iter().map(|diagnostic| (diagnostic, false)));
        }
        found
    }

    /// Whether a name of ours means the rule about suppressions or its family.
    fn names_unused(&self, name: &str) -> bool {
        self.rules.iter().any(|rule| rule.name == RULE && stands_for(SuppressionOrigin::Own, name, rule))
    }

    /// Whether a suppression covers a diagnostic; marks every name that does.
    fn suppressed(
        &self,
        (all, places): (&[Suppression], &Covering),
        diagnostic: &Diagnostic,
        used: &mut [Vec<bool>],
    ) -> bool {
        let Some(rule) = self.rules.iter().find(|rule| rule.name == diagnostic.rule.as_str()) else {
            return false;
        };
        let mut suppressed = false;
        for number in places.at(diagnostic.range.start) {
            let (Some(suppression), Some(used)) = (all.get(number), used.get_mut(number)) else { continue };
            suppressed |= suppression.names.is_empty() && silences_unnamed(suppression.origin, rule);
            for (name, used) in suppression.names.iter().zip(used) {
                if stands_for(suppression.origin, &name.name, rule) {
                    *used = true;
                    suppressed = true;
                }
            }
        }
        suppressed
    }
}
