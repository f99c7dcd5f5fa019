//! Code scanning's limits, and which findings stay within them. It must not know how a result is written.
//! The figures are from GitHub's "SARIF support for code scanning".

use std::cmp::Reverse;

use analyzer_diagnostics::{Finding, Report, RuleInfo};

use crate::RenderOptions;
use crate::finding::score;
use crate::text::{counted, thousands};

/// A run with more results is refused.
pub(crate) const MAX_RESULTS: usize = 25_000;
/// Of a run's results, only so many are kept, the most severe ones.
pub(crate) const SHOWN_RESULTS: usize = 5_000;
/// A result with more locations is refused; the primary one counts.
pub(crate) const MAX_LOCATIONS: usize = 1_000;

/// What the limits of code scanning made a SARIF file leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cut {
    /// The least severe findings, which were left out.
    pub results: usize,
    /// Findings that were written, but that code scanning will not show.
    pub unshown: usize,
    /// Related locations that were left out of their results.
    pub locations: usize,
}

impl Cut {
    /// Whether everything was written and will be shown.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.results == 0 && self.unshown == 0 && self.locations == 0
    }

    /// What happened, a sentence for each kind of cut.
    #[must_use]
    pub fn messages(&self) -> Vec<String> {
        let mut messages = Vec::new();
        if self.results > 0 {
            messages.push(format!(
                "Left out the {}: code scanning refuses more than {}.",
                counted(self.results as u64, "least severe finding"),
                thousands(MAX_RESULTS as u64)
            ));
        }
        if self.unshown > 0 {
            messages.push(format!(
                "Code scanning keeps the {} most severe findings and will not show {}.",
                thousands(SHOWN_RESULTS as u64),
                match self.unshown {
                    1 => "1 other".to_owned(),
                    more => format!("{} others", thousands(more as u64)),
                }
            ));
        }
        if self.locations > 0 {
            messages.push(format!(
                "Left out {}: code scanning refuses more than {} a result.",
                counted(self.locations as u64, "related location"),
                thousands(MAX_LOCATIONS as u64)
            ));
        }
        messages
    }
}

/// The indices of the findings to write, in the report's order, and what is cut. `None` for all reported ones.
pub(crate) fn select(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
) -> (Option<Vec<u32>>, Cut) {
    let count = options.reported(report).count();
    let mut cut = Cut { unshown: count.min(MAX_RESULTS).saturating_sub(SHOWN_RESULTS), ..Cut::default() };
    let kept = (count > MAX_RESULTS).then(|| {
        cut.results = count - MAX_RESULTS;
        let scores: Vec<u32> = rules.iter().map(|rule| score(rule)).collect();
        let mut ranked: Vec<_> = (0_u32..)
            .zip(&report.findings)
            .filter(|(_, finding)| options.include_suppressed || !finding.suppressed)
            .map(|(index, finding)| (Reverse(rank(finding, rules, &scores)), index))
            .collect();
        ranked.select_nth_unstable(MAX_RESULTS);
        let mut kept: Vec<u32> = ranked.iter().take(MAX_RESULTS).map(|(_, index)| *index).collect();
        kept.sort_unstable();
        kept
    });
    let locations = |finding: &Finding| finding.related.len().saturating_sub(related(finding).len());
    cut.locations = match &kept {
        None => options.reported(report).map(locations).sum(),
        Some(kept) => {
            kept.iter().filter_map(|index| report.findings.get(*index as usize)).map(locations).sum()
        }
    };
    (kept, cut)
}

/// The related locations that fit beside the primary one.
pub(crate) fn related(finding: &Finding) -> &[analyzer_diagnostics::RelatedLocation] {
    finding.related.get(..MAX_LOCATIONS - 1).unwrap_or(&finding.related)
}

type Rank = (analyzer_diagnostics::Severity, u32, analyzer_diagnostics::Precision);

fn rank(finding: &Finding, rules: &[&RuleInfo], scores: &[u32]) -> Rank {
    let score = super::rules::index(&finding.rule, rules).and_then(|index| scores.get(index));
    (finding.severity, score.copied().unwrap_or(0), finding.precision)
}
