//! Queries over one file, within bounds. It must not know where rules come from.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use analyzer_diagnostics::{Diagnostic, Edit, Fix, Severity, Tier};
use analyzer_facts::{FileFacts, TextRange};
use analyzer_project::places::is_test;
use analyzer_syntax::query::{
    self, Node, QueryCursor, QueryCursorOptions, QueryCursorState, QueryMatch, StreamingIterator,
};

use super::CustomRule;

/// Time limit of parsing, and of each rule, for one file on any machine: the last resort.
pub const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Steps of a rule in one file, of a thousand visits of nodes and states each, beside those for its length.
const LEAST_STEPS: u64 = 3_000;
/// Bytes of a file for which a rule is granted one more step; a query with a few patterns takes a fifth of that.
const BYTES_A_STEP: u64 = 32;
/// Steps of a rule in all files together, beside those for their lengths.
const TOTAL_STEPS: u64 = 20_000;
/// States that a query may be in at one time; the time for a node grows with their square.
const MATCH_LIMIT: u32 = 512;
/// Findings of one rule in one file.
const MAX_FINDINGS: usize = 1_000;
/// Characters of a capture in a message.
const SHOWN: usize = 80;

/// Why a rule, or the parser before it, was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It took longer than [`TIME_LIMIT`].
    Time,
    /// It took more steps than a file of that length grants.
    Steps,
    /// It had too many matches open at once.
    States,
    /// It found more than is reported.
    Findings,
    /// It has taken too long for all files so far.
    Effort,
}

impl Stop {
    /// The reason, as a text to follow "was stopped: ".
    #[must_use]
    pub fn reason(self) -> String {
        match self {
            Self::Time => format!("it took longer than {} s", TIME_LIMIT.as_secs()),
            Self::Steps => "it takes far more steps than files of that length do".to_owned(),
            Self::States => "its query has too many ways to match".to_owned(),
            Self::Findings => format!("it found more than {MAX_FINDINGS} places"),
            Self::Effort => {
                "it takes too long for its files together, and is not run over those that are left".to_owned()
            }
        }
    }
}

/// Effort of a rule so far: one that is slow everywhere must not hold up the others for ever.
#[derive(Debug, Default)]
pub(super) struct Effort {
    steps: AtomicU64,
    bytes: AtomicU64,
}

impl Effort {
    /// Adds one file; whether it is too much now, and was not before.
    fn add(&self, steps: u64, bytes: usize) -> bool {
        let before = self.is_too_much();
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.steps.fetch_add(steps, Ordering::Relaxed);
        !before && self.is_too_much()
    }

    /// Whether the rule is not to be run any more.
    pub(super) fn is_too_much(&self) -> bool {
        let granted = TOTAL_STEPS + self.bytes.load(Ordering::Relaxed) / BYTES_A_STEP;
        self.steps.load(Ordering::Relaxed) > granted
    }
}

/// A file's text.
#[derive(Debug, Clone, Copy)]
pub struct RuleText<'a> {
    /// As it is: what queries see, and fixes write.
    pub text: &'a str,
    /// As it may be shown: the same bytes, but for those that are masked.
    pub shown: &'a str,
}

/// Runs rules over a text.
pub(super) fn run<'r>(
    rules: &[&'r CustomRule],
    path: &str,
    texts: RuleText,
    facts: &FileFacts,
) -> (Vec<Diagnostic>, Vec<(&'r str, Stop)>) {
    let text = texts.text;
    let (mut found, mut stopped) = (Vec::new(), Vec::new());
    if rules.is_empty() {
        return (found, stopped);
    }
    let Ok(tree) = query::parse(text, TIME_LIMIT) else {
        stopped.extend(rules.iter().map(|rule| (rule.info.name.as_str(), Stop::Time)));
        return (found, stopped);
    };
    let broken = tree.root_node().has_error();
    let tests = is_test(path);
    for rule in rules {
        let severity = rule.in_tests.filter(|_| tests).unwrap_or(rule.info.severity);
        let deadline = Instant::now() + TIME_LIMIT;
        let late = Cell::new(false);
        let granted = LEAST_STEPS + text.len() as u64 / BYTES_A_STEP;
        let steps = Cell::new(0_u64);
        // It is called after each step.
        let mut progress = |_: &QueryCursorState| {
            steps.set(steps.get() + 1);
            late.set(Instant::now() > deadline);
            if late.get() || steps.get() > granted {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let mut cursor = QueryCursor::new();
        cursor.set_match_limit(MATCH_LIMIT);
        let options = QueryCursorOptions::new().progress_callback(&mut progress);
        let query = &rule.matcher.query;
        let mut matches = cursor.matches_with_options(query, tree.root_node(), text.as_bytes(), options);
        let mut own: Vec<Diagnostic> = Vec::new();
        let mut stop = None;
        while let Some(each) = matches.next() {
            if own.len() >= MAX_FINDINGS {
                stop = Some(Stop::Findings);
                break;
            }
            if rule.matcher.holds(each, path, text, facts) {
                own.extend(diagnostic(rule, severity, each, texts, broken));
            }
        }
        drop(matches);
        if cursor.did_exceed_match_limit() {
            stop = Some(Stop::States);
        }
        if steps.get() > granted {
            stop = Some(Stop::Steps);
        }
        if late.get() {
            stop = Some(Stop::Time);
        }
        if rule.effort.add(steps.get(), text.len()) {
            stop = Some(Stop::Effort);
        }
        stopped.extend(stop.map(|stop| (rule.info.name.as_str(), stop)));
        // Several ways to match one place are one finding.
        own.sort_by(|a, b| (a.range, &a.message).cmp(&(b.range, &b.message)));
        own.dedup_by(|a, b| a.range == b.range);
        found.append(&mut own);
    }
    (found, stopped)
}

fn diagnostic(
    rule: &CustomRule,
    severity: Severity,
    found: &QueryMatch,
    texts: RuleText,
    broken: bool,
) -> Option<Diagnostic> {
    let node = found.nodes_for_capture_index(rule.matcher.finding).next()?;
    let range_of = |index: u32| found.nodes_for_capture_index(index).next().map(|node| node.byte_range());
    let raw = |index: u32| texts.text.get(range_of(index)?);
    let masked = |index: u32| texts.shown.get(range_of(index)?);
    let report = &rule.report;
    let shown: Vec<Option<String>> = (0..rule.matcher.query.capture_names().len() as u32)
        .map(|index| masked(index).map(one_line))
        .collect();
    let line = |index: u32| shown.get(index as usize).and_then(Option::as_deref);
    let tier = match (broken, node.has_error()) {
        (false, _) => Tier::A,
        (true, false) => Tier::B,
        (true, true) => Tier::C,
    };
    let mut made = Diagnostic::new(&rule.info.name, severity, range(node), report.message.fill(line));
    made.tier = tier;
    if let Some(help) = &report.help {
        made = made.help(help.fill(line));
    }
    // A change of code that does not parse may change anything.
    if let (Some(fix), Tier::A) = (&report.fix, tier)
        && let Some(target) = found.nodes_for_capture_index(fix.replace).next()
    {
        made = made.fix(Some(Fix {
            title: fix.title.fill(line),
            applicability: fix.applicability,
            edits: vec![Edit { range: range(target), content: fix.with.fill(raw) }],
        }));
    }
    Some(made)
}

fn range(node: Node) -> TextRange {
    let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    TextRange::new(at(node.start_byte()), at(node.end_byte()))
}

/// A capture as a message shows it: on one line, not too long.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= SHOWN {
        return words;
    }
    words.chars().take(SHOWN - 1).chain(['…']).collect()
}
