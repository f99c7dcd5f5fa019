//! Applying the fixes of findings: chosen without overlap, checked again by the same engine, pass after pass until
//! nothing is left to do. Texts change in memory only; writing them is a step of its own.
//! It must not know what any fix does.

mod apply;
mod choose;
mod moves;
mod raised;
mod state;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use analyzer_diagnostics::{Applicability, Finding, Report};
use rustc_hash::FxHashSet;

use self::apply::Moves;
use self::choose::{Chosen, choose};
use self::raised::Counts;
use self::state::State;
use crate::{Cancelled, Engine};

pub use self::apply::apply_edits;
pub use self::choose::can_apply;
pub use self::moves::LineMoves;
pub use self::state::FixedFile;
pub use self::write::Written;

/// Passes over the project at most. Fixes that exclude each other take one each; more are left for the next run.
const PASSES: usize = 100;

/// Which fixes are wanted.
pub struct FixRequest<'a> {
    /// Files and folders whose findings are fixed, relative to the root; all if empty.
    pub only: &'a [String],
    /// Fixes of this applicability and above.
    pub applicability: Applicability,
    /// Which of all findings are to be fixed, in their order.
    pub wanted: &'a Wanted<'a>,
}

/// Chooses which of all findings to fix, in their order; it receives where lines have gone so far.
pub type Wanted<'a> = dyn Fn(&[Finding], &LineMoves) -> Vec<bool> + Sync + 'a;

/// A file that keeps its findings although there are fixes for them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftAlone {
    /// Relative to the root.
    pub path: Arc<str>,
    /// Why, in one line, with what to do.
    pub reason: String,
}

/// The outcome of fixing.
#[derive(Debug)]
pub struct Fixed {
    /// The files that change, by path.
    pub files: Vec<FixedFile>,
    /// The files that were left alone, by path.
    pub left_alone: Vec<LeftAlone>,
    /// The findings that remain in the changed texts.
    pub report: Report,
    /// Findings among them whose fix is unsafe, where unsafe fixes were not wanted.
    pub unsafe_left: u32,
}

impl Fixed {
    /// Number of findings that were fixed.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.files.iter().map(FixedFile::count).sum()
    }
}

impl Engine {
    /// Applies fixes in memory, and checks the outcome.
    ///
    /// A pass takes fixes that do not touch each other, and of those that touch each other's grounds one for each file. A file
    /// whose text no longer parses afterwards, in which a rule still says the same, or in which another rule has more to say,
    /// gets its text back and is tried again with half as many fixes; a fix that fails alone is left out. Files with syntax errors, suppressed
    /// findings and fixes that would delete a comment are left alone.
    ///
    /// # Errors
    /// [`Cancelled`] when the options' flag was set meanwhile; nothing was written then.
    pub fn fix(&mut self, request: &FixRequest) -> Result<Fixed, Cancelled> {
        let mut states: BTreeMap<Arc<str>, State> = BTreeMap::new();
        let mut moves = LineMoves::default();
        let mut report = self.check(request.only)?;
        for _ in 0..PASSES {
            let by_file = candidates(&report, request, &moves);
            let mut edited = Vec::new();
            for (path, findings) in by_file {
                let state = states.entry(Arc::clone(&path)).or_insert_with(|| State::new(self, &path));
                let Some(chosen) = choose(state, &findings, request.applicability) else { continue };
                let text = apply_edits(&state.text, &chosen.edits);
                if state.begin(text) {
                    edited.push((path, chosen));
                }
            }
            if edited.is_empty() {
                break;
            }
            for (path, _) in &edited {
                if let Some(state) = states.get(path) {
                    self.set_file(path, Some(&state.text));
                }
            }
            let before = std::mem::replace(&mut report, self.check(request.only)?);
            let is_edited = |path: &str| edited.binary_search_by(|(other, _)| (**other).cmp(path)).is_ok();
            let raised = Counts::of(&before, &report, request.applicability, is_edited);
            let mut undone = false;
            let mut now: BTreeMap<Arc<str>, Vec<&Finding>> = BTreeMap::new();
            for finding in report.findings.iter().filter(|finding| !finding.suppressed) {
                now.entry(Arc::clone(&finding.location.path)).or_default().push(finding);
            }
            for (path, chosen) in edited {
                let Some(state) = states.get_mut(&path) else { continue };
                let broken = self.facts_of(&path).is_none_or(|facts| facts.syntax.is_some());
                let keeps_encoding = apply::keeps_encoding(state.previous(), &chosen.edits);
                let here = now.get(&path).map_or(&[][..], Vec::as_slice);
                let raises = raised.more_of_others(&path, &chosen);
                if broken || !keeps_encoding || raises || still_fires(&chosen, here) {
                    state.undo(&chosen, raises);
                    self.set_file(&path, Some(&state.text));
                    undone = true;
                } else {
                    moves.add(&path, &chosen.edits, state.keep(&chosen));
                }
            }
            if undone {
                report = self.check(request.only)?;
            }
        }
        Ok(outcome(states, report, request, &moves))
    }
}

/// The findings with a fix that is wanted, by file.
fn candidates<'r>(
    report: &'r Report,
    request: &FixRequest,
    moves: &LineMoves,
) -> BTreeMap<Arc<str>, Vec<&'r Finding>> {
    let mut by_file: BTreeMap<Arc<str>, Vec<&Finding>> = BTreeMap::new();
    for finding in wanted(report, request, moves) {
        if finding.fix_for(request.applicability).is_some() {
            by_file.entry(Arc::clone(&finding.location.path)).or_default().push(finding);
        }
    }
    by_file
}

/// The findings that are to be fixed if they can be.
fn wanted<'r>(
    report: &'r Report,
    request: &FixRequest,
    moves: &LineMoves,
) -> impl Iterator<Item = &'r Finding> {
    let wanted = (request.wanted)(&report.findings, moves);
    let findings = report.findings.iter().zip(wanted);
    findings.filter(|(finding, wanted)| *wanted && !finding.suppressed).map(|(finding, _)| finding)
}

/// Whether a rule still reports a fixed place. An import cycle keeps its fingerprint wherever its finding
/// moves to; the others keep their place.
fn still_fires(chosen: &Chosen, here: &[&Finding]) -> bool {
    let said: FxHashSet<(&str, &str, Result<u32, &str>)> = here
        .iter()
        .map(|finding| {
            let start = finding.location.range.start;
            let place = if finding.rule == choose::CYCLE { Err(&*finding.fingerprint) } else { Ok(start) };
            (&*finding.rule, &*finding.message, place)
        })
        .collect();
    let moves = Moves::new(&chosen.edits, chosen.crlf);
    chosen.fixes.iter().any(|fixed| {
        let cycle = fixed.rule == choose::CYCLE;
        let place = if cycle { Err(&*fixed.fingerprint) } else { Ok(moves.moved(fixed.start)) };
        said.contains(&(&*fixed.rule, &*fixed.message, place))
    })
}

fn outcome(
    states: BTreeMap<Arc<str>, State>,
    mut report: Report,
    request: &FixRequest,
    moves: &LineMoves,
) -> Fixed {
    let unsafe_left = wanted(&report, request, moves).filter(|finding| {
        let kind = finding.fix.as_ref().map(|fix| fix.applicability);
        kind == Some(Applicability::Unsafe) && request.applicability > Applicability::Unsafe
    });
    let unsafe_left = unsafe_left.count() as u32;
    let (mut files, mut left_alone) = (Vec::new(), Vec::new());
    for (path, state) in states {
        match state.finish(&path) {
            Ok(file) => files.extend(file),
            Err(reason) => left_alone.push(LeftAlone { path, reason }),
        }
    }
    crate::recount(&mut report);
    Fixed { files, left_alone, report, unsafe_left }
}
