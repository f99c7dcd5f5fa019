//! Findings that a pass of fixes raises: one that mends a fault must not make another. Only rules that look at one file are
//! asked: what the others say of a file changes with other files, too. It must not know what any fix does.

use std::collections::BTreeMap;
use std::sync::Arc;

use analyzer_diagnostics::{Applicability, Finding, Report, Scope};

use super::choose::Chosen;

/// Findings of one rule in one file.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    before: u32,
    now: u32,
    /// Those among them that no fix mends.
    lasting_before: u32,
    lasting_now: u32,
}

/// The findings in the files of a pass before it and after it, by file and rule. Those that comments silence do not count.
#[derive(Debug, Default)]
pub(super) struct Counts(BTreeMap<Arc<str>, BTreeMap<String, Count>>);

impl Counts {
    /// Counts; `is_edited` holds for the files of the pass, and fixes below `least` are not made.
    pub(super) fn of(
        before: &Report,
        now: &Report,
        least: Applicability,
        is_edited: impl Fn(&str) -> bool,
    ) -> Self {
        let mut counts = Self::default();
        for (report, is_now) in [(before, false), (now, true)] {
            for group in report.findings.chunk_by(|a, b| a.location.path == b.location.path) {
                let Some(path) = group.first().map(|first| &first.location.path) else { continue };
                if !is_edited(path) {
                    continue;
                }
                let rules = counts.0.entry(Arc::clone(path)).or_default();
                for finding in group.iter().filter(|finding| !finding.suppressed && is_of_file(finding)) {
                    let count = rules.entry(finding.rule.to_string()).or_default();
                    let lasting = u32::from(finding.fix_for(least).is_none());
                    if is_now {
                        count.now += 1;
                        count.lasting_now += lasting;
                    } else {
                        count.before += 1;
                        count.lasting_before += lasting;
                    }
                }
            }
        }
        counts
    }

    /// Whether a rule finds more in a file than before the fixes of other rules. Findings that the next pass can mend do not
    /// count.
    pub(super) fn more_of_others(&self, path: &str, chosen: &Chosen) -> bool {
        let rules = self.0.get(path).into_iter().flatten();
        rules.into_iter().any(|(rule, count)| {
            let own = chosen.fixes.iter().filter(|fix| fix.rule == *rule).count();
            own < chosen.fixes.len()
                && count.now + own as u32 > count.before
                && count.lasting_now > count.lasting_before
        })
    }
}

/// Whether a finding is made from its file alone, as those of a repository's own rules are.
fn is_of_file(finding: &Finding) -> bool {
    analyzer_rules::find(&finding.rule).is_none_or(|rule| rule.info.scope == Scope::File)
}
