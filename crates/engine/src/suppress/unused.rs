//! `unused-suppression`: requests for silence that silence nothing. It must not decide what is silenced.

use analyzer_diagnostics::{Applicability, Diagnostic, Edit, Fix, Severity};
use analyzer_facts::{FileFacts, Suppression, SuppressionForm, SuppressionOrigin, TextRange};
use analyzer_project::config::Catalogue;

use super::correspond::stands_for;
use super::{RULE, Suppressor};

/// The fault of a name.
enum Fault {
    /// No rule or family is called so; what it may have meant.
    Unknown(Option<String>),
    /// Nothing here needs it.
    Unused,
}

impl Suppressor<'_> {
    /// The faults of our own suppressions, as far as `concerns` asks for their names; those without names go
    /// with the names that are no rule's.
    pub(super) fn unused(
        &self,
        facts: &FileFacts,
        used: &[Vec<bool>],
        concerns: impl Fn(&str) -> bool,
    ) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (suppression, used) in facts.suppressions.iter().zip(used) {
            if suppression.origin != SuppressionOrigin::Own {
                continue;
            }
            let start = found.len();
            if let Some((message, help)) = self.whole(suppression) {
                if concerns("") {
                    found.push(self.report(suppression.range, message).help(help));
                }
            } else if suppression.form != SuppressionForm::End {
                self.names(suppression, used, &concerns, &mut found);
            }
            for diagnostic in &mut found[start..] {
                diagnostic.tier = facts.base_tier();
                if facts.syntax.is_some() {
                    diagnostic.fix = None;
                }
            }
        }
        found
    }

    /// The fault of a suppression as a whole, and how to mend it.
    fn whole(&self, suppression: &Suppression) -> Option<(&'static str, &'static str)> {
        match suppression.form {
            SuppressionForm::Malformed => Some((
                "this comment suppresses nothing: it is not understood",
                "write `# analyzer: ignore[rule-name]`; also ignore-next-line, ignore-file, ignore-start and ignore-end",
            )),
            SuppressionForm::Start if suppression.unpaired => Some((
                "`ignore-start` without an `ignore-end` suppresses nothing",
                "add `# analyzer: ignore-end` with the same names, or use `ignore-file`",
            )),
            SuppressionForm::End if suppression.unpaired => Some((
                "`ignore-end` without an `ignore-start`",
                "remove it, or let its names be those of the start",
            )),
            SuppressionForm::End => None,
            _ if suppression.names.is_empty() => Some((
                "this suppression names no rule, so it suppresses nothing",
                "name the rules in brackets, such as `ignore[bare-except]`",
            )),
            _ => None,
        }
    }

    /// A finding for each name that is at fault; the first one carries the fix for all of them.
    fn names(
        &self,
        suppression: &Suppression,
        used: &[bool],
        concerns: &impl Fn(&str) -> bool,
        found: &mut Vec<Diagnostic>,
    ) {
        let faults: Vec<Option<Fault>> = suppression
            .names
            .iter()
            .zip(used)
            .map(|(name, used)| self.fault(&name.name, *used).filter(|_| concerns(&name.name)))
            .collect();
        let mut fix = Some(self.fix(suppression, &faults));
        for (name, fault) in suppression.names.iter().zip(&faults) {
            let diagnostic = match fault {
                None => continue,
                Some(Fault::Unknown(hint)) => {
                    let message = format!("there is no rule or family named `{}` to suppress", name.name);
                    let hint = hint.clone();
                    let help = hint.unwrap_or_else(|| "`analyzer rules` lists them all".to_owned());
                    self.report(name.range, message).help(help)
                }
                Some(Fault::Unused) => {
                    self.report(name.range, format!("nothing here needs the suppression of `{}`", name.name))
                }
            };
            found.push(diagnostic.fix(fix.take()));
        }
    }

    fn fault(&self, name: &str, used: bool) -> Option<Fault> {
        let mut named =
            self.rules.iter().filter(|rule| stands_for(SuppressionOrigin::Own, name, rule)).peekable();
        if named.peek().is_none() {
            let hint = Catalogue(self.rules).expand(name).err().and_then(|unknown| unknown.hint);
            // `ALL` is a selector, but no name here: silence must be asked for by name.
            let hint = hint.filter(|hint| !hint.contains("`ALL`"));
            return Some(Fault::Unknown(hint));
        }
        // A rule that does not run cannot show whether its suppression is needed.
        (!used && named.all(|rule| (self.reports)(&rule.name))).then_some(Fault::Unused)
    }

    /// Removes the names at fault, or the comment when no other is left.
    fn fix(&self, suppression: &Suppression, faults: &[Option<Fault>]) -> Fix {
        let kept: Vec<&str> = suppression
            .names
            .iter()
            .zip(faults)
            .filter(|(_, fault)| fault.is_none())
            .map(|(name, _)| name.range.slice(self.text))
            .collect();
        let first = suppression.names.first().map_or(suppression.range.start, |name| name.range.start);
        let last = suppression.names.last().map_or(first, |name| name.range.end);
        let (title, edit) = if kept.is_empty() {
            let edit = Edit { range: suppression.removal, content: String::new() };
            ("Remove the unused suppression", edit)
        } else {
            let edit = Edit { range: TextRange::new(first, last), content: kept.join(", ") };
            ("Remove the unused names from the suppression", edit)
        };
        Fix { title: title.to_owned(), applicability: Applicability::Safe, edits: vec![edit] }
    }

    fn report(&self, range: TextRange, message: impl Into<String>) -> Diagnostic {
        let rule = self.rules.iter().find(|rule| rule.name == RULE);
        Diagnostic::new(RULE, rule.map_or(Severity::Warning, |rule| rule.severity), range, message)
    }
}
