//! Which fixes of one file go together in one pass. It must not know files or the engine.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use analyzer_diagnostics::{Applicability, Edit, Finding, Fix};
use analyzer_facts::{Limits, TextRange, comments};
use analyzer_source::content_hash;

use super::apply::{has_crlf, keeps_encoding};
use super::state::State;

/// The rule whose fix takes comments away: suppressions that suppress nothing.
const REMOVES_COMMENTS: &str = "unused-suppression";

/// The rule whose finding moves to another statement when one of its imports goes.
pub(super) const CYCLE: &str = "import-cycle";

/// Rules whose fixes touch each other's grounds: with one cycle, or one requirement that disagrees, others may go.
const ENTANGLED: [&str; 2] = [CYCLE, "dependency-drift"];

/// One fix of a pass.
#[derive(Debug)]
pub(super) struct ChosenFix {
    pub(super) rule: String,
    pub(super) message: String,
    pub(super) fingerprint: String,
    /// Where the finding began.
    pub(super) start: u32,
    /// Identifies the fix among those that failed.
    pub(super) identity: u128,
}

/// The fixes of one file in one pass, and all their edits in order.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub(super) fixes: Vec<ChosenFix>,
    pub(super) edits: Vec<Edit>,
    /// Whether the text's lines end in CR LF.
    pub(super) crlf: bool,
}

/// Chooses among the findings of a file, which are sorted by place; none if there is nothing to do.
pub(super) fn choose(state: &State, findings: &[&Finding], least: Applicability) -> Option<Chosen> {
    if state.is_left_alone() {
        return None;
    }
    let mut chosen = Chosen { crlf: has_crlf(&state.text), ..Chosen::default() };
    let mut taken = Taken::default();
    let mut entangled = false;
    let comments = Comments::of(&state.text);
    for finding in findings {
        let Some(fix) = finding.fix_for(least) else { continue };
        if chosen.fixes.len() >= state.limit() {
            break;
        }
        let identity = identity(finding, fix);
        let exclusive = ENTANGLED.contains(&finding.rule.as_str());
        if (exclusive && entangled)
            || state.has_rejected(identity)
            || !fits(fix, &state.text)
            || fix.edits.iter().any(|edit| taken.touch(edit))
            || (finding.rule != REMOVES_COMMENTS && comments.go_with(fix))
        {
            continue;
        }
        entangled |= exclusive;
        for edit in &fix.edits {
            // The same lines at the same place are wanted once, such as an import that two fixes need.
            taken.add(edit);
        }
        chosen.fixes.push(ChosenFix {
            rule: finding.rule.to_string(),
            message: finding.message.clone(),
            fingerprint: finding.fingerprint.clone(),
            start: finding.location.range.start,
            identity,
        });
    }
    chosen.edits = taken.0.into_values().flatten().cloned().collect();
    (!chosen.fixes.is_empty()).then_some(chosen)
}

/// The edits of the fixes chosen so far, by place. Those of different fixes lie apart, so that an edit need be compared
/// with the ones next to it only.
#[derive(Default)]
struct Taken<'f>(BTreeMap<TextRange, Vec<&'f Edit>>);

impl<'f> Taken<'f> {
    fn touch(&self, edit: &Edit) -> bool {
        let before = TextRange::new(edit.range.end, u32::MAX);
        let near = self.0.range(..=before).rev().take_while(|(range, _)| range.end >= edit.range.start);
        near.flat_map(|(_, edits)| edits).any(|other| touch(edit, other))
    }

    fn add(&mut self, edit: &'f Edit) {
        let here = self.0.entry(edit.range).or_default();
        if !here.contains(&edit) {
            here.push(edit);
        }
    }
}

/// Whether a fix of a finding can be applied to the text that it was made for: it changes something, deletes no comment,
/// and leaves the text in its encoding.
#[must_use]
pub fn can_apply(text: &str, finding: &Finding, fix: &Fix) -> bool {
    fix.applicability > Applicability::Display
        && fits(fix, text)
        && keeps_encoding(text, &fix.edits)
        && (finding.rule == REMOVES_COMMENTS || !Comments::of(text).go_with(fix))
}

/// Two fixes of the same finding are two.
fn identity(finding: &Finding, fix: &Fix) -> u128 {
    content_hash(
        format!("{}\0{}\0{}\0{}", finding.rule, finding.fingerprint, finding.message, fix.title).as_bytes(),
    )
}

/// Whether the edits are in order, lie within the text and change something.
fn fits(fix: &Fix, text: &str) -> bool {
    let ordered = fix.edits.windows(2).all(|pair| match pair {
        [a, b] => a.range.end <= b.range.start,
        _ => true,
    });
    let inside = |edit: &Edit| text.get(edit.range.start as usize..edit.range.end as usize).is_some();
    ordered && fix.edits.iter().all(inside) && fix.edits.iter().any(|e| e.range.slice(text) != e.content)
}

/// Whether two edits of different fixes cannot go into one pass: they overlap or meet, except for whole lines that
/// both want to add at the same place.
fn touch(a: &Edit, b: &Edit) -> bool {
    let shared = a == b && a.range.is_empty() && a.content.ends_with('\n');
    !shared && a.range.start <= b.range.end && b.range.start <= a.range.end
}

/// The comments of a text, which is read for them when a fix may touch one.
struct Comments<'t> {
    text: &'t str,
    /// In their order; none where the text cannot be read.
    places: OnceCell<Option<Vec<TextRange>>>,
}

impl<'t> Comments<'t> {
    fn of(text: &'t str) -> Self {
        Self { text, places: OnceCell::new() }
    }

    /// Whether a comment lies in what a fix replaces and not in what replaces it.
    fn go_with(&self, fix: &Fix) -> bool {
        let speaks = |edit: &&Edit| edit.range.slice(self.text).contains('#');
        if !fix.edits.iter().any(|edit| speaks(&edit)) {
            return false;
        }
        let places = self.places.get_or_init(|| comments(self.text, Limits::default()));
        let Some(places) = places else { return true };
        let replaced = fix.edits.iter().filter(|edit| !edit.range.is_empty());
        let mut gone = replaced.flat_map(|edit| {
            let first = places.partition_point(|comment| comment.end <= edit.range.start);
            places.iter().skip(first).take_while(|comment| comment.start < edit.range.end)
        });
        let kept = |comment: &str| fix.edits.iter().any(|edit| edit.content.contains(comment));
        gone.any(|comment| !kept(comment.slice(self.text).trim_end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, content: &str) -> Edit {
        Edit { range: TextRange::new(start, end), content: content.to_owned() }
    }

    fn fix(edits: Vec<Edit>) -> Fix {
        Fix { title: "Fix it".to_owned(), applicability: Applicability::Safe, edits }
    }

    #[test]
    fn edits_that_meet_are_kept_apart() {
        assert!(touch(&edit(0, 4, "x"), &edit(2, 6, "y")));
        assert!(touch(&edit(0, 4, "x"), &edit(4, 4, "y")));
        assert!(touch(&edit(4, 4, "x"), &edit(4, 4, "y")));
        assert!(!touch(&edit(0, 4, "x"), &edit(5, 6, "y")));
        assert!(!touch(&edit(4, 4, "import os\n"), &edit(4, 4, "import os\n")));
        assert!(touch(&edit(4, 4, ")"), &edit(4, 4, ")")));
    }

    #[test]
    fn comments_are_never_deleted_unless_they_come_back() {
        let comments = Comments::of("x = 1  # why\ny = '# no comment'\n");
        let go = |edits| comments.go_with(&fix(edits));
        assert!(go(vec![edit(0, 12, "x = 2")]));
        assert!(!go(vec![edit(0, 12, "x = 2  # why")]));
        assert!(!go(vec![edit(0, 5, "x = 2")]));
        assert!(!go(vec![edit(13, 31, "y = ''")]));
    }

    #[test]
    fn a_fix_must_fit_and_change_something() {
        assert!(!fits(&fix(vec![edit(0, 1, "x")]), "x\n"));
        assert!(!fits(&fix(vec![edit(0, 9, "y")]), "x\n"));
        assert!(!fits(&fix(vec![edit(1, 2, "y"), edit(0, 1, "y")]), "xy\n"));
        assert!(fits(&fix(vec![edit(0, 1, "y"), edit(1, 1, "z")]), "x\n"));
    }
}
