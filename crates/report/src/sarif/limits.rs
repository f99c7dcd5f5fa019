//! Code scanning's limits, and which findings stay within them. It must not know how a result is written.
//! The figures are from GitHub's "SARIF support for code scanning".

use std::cmp::Reverse;

use analyzer_diagnostics::{Finding, RelatedLocation, Report, RuleInfo};

use crate::RenderOptions;
use crate::finding::score;
use crate::text::{counted, thousands};

/// A run with more results is refused.
pub(crate) const MAX_RESULTS: usize = 25_000;
/// Of a run's results, only so many are kept, the most severe ones.
pub(crate) const SHOWN_RESULTS: usize = 5_000;
/// A result with more locations is refused; the primary one counts.
pub(crate) const MAX_LOCATIONS: usize = 1_000;
/// Of a result's locations, only so many are kept.
pub(crate) const SHOWN_LOCATIONS: usize = 100;

/// How much may be written. Where a file would be too large, what code scanning would not show goes first, then what
/// it can read from the repository, then the least severe findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Results.
    pub(crate) results: usize,
    /// Locations of a result, with the primary one.
    pub(crate) locations: usize,
    /// Whether the text of places is quoted.
    pub(crate) source: bool,
    /// Whether it is the size of the file that asks for less.
    pub(crate) reduced: bool,
}

impl Budget {
    /// Budget of code scanning.
    pub(crate) const FULL: Self =
        Self { results: MAX_RESULTS, locations: MAX_LOCATIONS, source: true, reduced: false };

    /// The next smaller one; `None` after the smallest.
    pub(crate) fn less(self) -> Option<Self> {
        let shown = Self { results: SHOWN_RESULTS, locations: SHOWN_LOCATIONS, source: true, reduced: true };
        match self {
            Self::FULL => Some(shown),
            Self { source: true, .. } => Some(Self { source: false, ..self }),
            Self { results: 0, .. } => None,
            Self { results, .. } => Some(Self { results: results / 2, ..self }),
        }
    }

    /// The related locations that fit beside the primary one.
    pub(crate) fn related(self, finding: &Finding) -> &[RelatedLocation] {
        finding.related.get(..self.locations - 1).unwrap_or(&finding.related)
    }
}

/// Parts that a SARIF file leaves out because of the limits of code scanning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cut {
    /// The least severe findings, which were left out.
    pub results: usize,
    /// Findings that were written, but that code scanning will not show.
    pub unshown: usize,
    /// Related locations that were left out of their results.
    pub locations: usize,
    /// Whether the text of places was left out.
    pub source: bool,
    /// Whether the size of the file is why.
    pub oversize: bool,
}

impl Cut {
    /// Whether everything was written and will be shown.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.results == 0 && self.unshown == 0 && self.locations == 0 && !self.source
    }

    /// Describes the cuts, one sentence for each kind.
    #[must_use]
    pub fn messages(&self) -> Vec<String> {
        let mut messages = Vec::new();
        let refused = |limit: String| {
            let limit = if self.oversize { "files over 10 MB, compressed".to_owned() } else { limit };
            format!("code scanning refuses {limit}.")
        };
        if self.results > 0 {
            messages.push(format!(
                "Left out the {}: {}",
                counted(self.results as u64, "least severe finding"),
                refused(format!("more than {}", thousands(MAX_RESULTS as u64)))
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
                "Left out {}: {}",
                counted(self.locations as u64, "related location"),
                refused(format!("more than {} a result", thousands(MAX_LOCATIONS as u64)))
            ));
        }
        if self.source {
            messages.push(format!("Left out the source text of all findings: {}", refused(String::new())));
        }
        messages
    }
}

/// The indices of the findings to write, in the report's order, and what is cut. `None` for all reported ones.
pub(crate) fn select(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    budget: Budget,
) -> (Option<Vec<u32>>, Cut) {
    let count = options.reported(report).count();
    let mut cut = Cut {
        results: count.saturating_sub(budget.results),
        unshown: count.min(budget.results).saturating_sub(SHOWN_RESULTS),
        locations: 0,
        source: !budget.source,
        oversize: budget.reduced,
    };
    let kept = (cut.results > 0).then(|| {
        let scores: Vec<u32> = rules.iter().map(|rule| score(rule)).collect();
        let mut ranked: Vec<_> = (0_u32..)
            .zip(&report.findings)
            .filter(|(_, finding)| options.include_suppressed || !finding.suppressed)
            .map(|(index, finding)| (Reverse(rank(finding, rules, &scores)), index))
            .collect();
        ranked.select_nth_unstable(budget.results);
        let mut kept: Vec<u32> = ranked.iter().take(budget.results).map(|(_, index)| *index).collect();
        kept.sort_unstable();
        kept
    });
    let locations = |finding: &Finding| finding.related.len() - budget.related(finding).len();
    cut.locations = match &kept {
        None => options.reported(report).map(locations).sum(),
        Some(kept) => {
            kept.iter().filter_map(|index| report.findings.get(*index as usize)).map(locations).sum()
        }
    };
    (kept, cut)
}

type Rank = (analyzer_diagnostics::Severity, u32, analyzer_diagnostics::Precision);

fn rank(finding: &Finding, rules: &[&RuleInfo], scores: &[u32]) -> Rank {
    let score = super::rules::index(&finding.rule, rules).and_then(|index| scores.get(index));
    (finding.severity, score.copied().unwrap_or(0), finding.precision)
}
