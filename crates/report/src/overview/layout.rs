//! Distributes the available lines among the rules. It must not know findings or text.

use analyzer_diagnostics::Severity;

/// Space that a rule's section would take.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub(super) severity: Severity,
    /// Lines above the places.
    pub(super) heading: usize,
    /// Lines of each place, in the order in which they are shown.
    pub(super) places: Vec<usize>,
    /// Places that are shown in any case.
    pub(super) urgent: usize,
    /// Whether findings are left even if all places are shown.
    pub(super) more: bool,
}

/// Lines around the rules that have no section: heading, names of the columns, how to see them, and a blank one.
const TAIL: usize = 4;
/// Urgent places that are shown at most, so that something else is seen too.
const URGENT: usize = 40;
/// How far each section grows before the next step, for errors, warnings and notes.
const STEPS: [[usize; 3]; 5] = [[3, 2, 1], [5, 3, 2], [8, 4, 3], [10, 5, 3], [20, 5, 3]];
/// Places that are shown of all rules together, where there are few rules.
const FEW: usize = 60;
/// Rules without a section that are listed.
pub(super) const LISTED: usize = 60;

/// Lines that `rules` rules take which have no section.
fn tail(rules: usize) -> usize {
    match rules {
        0 => 0,
        _ => rules.min(LISTED) + usize::from(rules > LISTED) + TAIL,
    }
}

impl Wish {
    /// Lines of the section with so many places, the blank one after it included.
    fn lines(&self, places: usize) -> usize {
        let rows: usize = self.places.iter().take(places).sum();
        self.heading + rows + usize::from(self.more || places < self.places.len()) + 1
    }

    fn at_least(&self) -> usize {
        self.step(STEPS.first()).max(self.urgent.min(URGENT))
    }

    fn step(&self, step: Option<&[usize; 3]>) -> usize {
        let [errors, warnings, notes] = step.copied().unwrap_or_default();
        let places = match self.severity {
            Severity::Error => errors,
            Severity::Warning => warnings,
            Severity::Note => notes,
        };
        places.min(self.places.len())
    }
}

/// The number of places of each rule that gets a section: the first rules. The others are listed one per line.
pub(super) fn share(wishes: &[Wish], budget: usize) -> Vec<usize> {
    let tail = |sections: usize| tail(wishes.len() - sections);
    let mut places: Vec<usize> = Vec::new();
    let mut taken = 0;
    for wish in wishes {
        // A rule without a place that may be shown has no section.
        let least = (1..=wish.at_least()).rev().find(|least| {
            // The first section is there in any case.
            taken + wish.lines(*least) + tail(places.len() + 1) <= budget
                || (places.is_empty() && *least == 1)
        });
        let Some(least) = least else { break };
        taken += wish.lines(least);
        places.push(least);
    }
    let left = budget.saturating_sub(tail(places.len()));
    let few = FEW / wishes.len().max(1);
    for step in STEPS.iter().map(Some).chain([None]) {
        let target = |wish: &Wish| match step {
            Some(step) => wish.step(Some(step)),
            None if wishes.len() == 1 => wish.places.len(),
            None => few.min(wish.places.len()),
        };
        grow(wishes, &mut places, &mut taken, left, target);
    }
    places
}

/// Gives one place after the other to each section in turn until it has as many as `target` says, or no line is left.
fn grow(
    wishes: &[Wish],
    places: &mut [usize],
    taken: &mut usize,
    left: usize,
    target: impl Fn(&Wish) -> usize,
) {
    loop {
        let mut grown = false;
        for (wish, places) in wishes.iter().zip(places.iter_mut()) {
            if *places >= target(wish) {
                continue;
            }
            let after = *taken - wish.lines(*places) + wish.lines(*places + 1);
            if after <= left {
                *taken = after;
                *places += 1;
                grown = true;
            }
        }
        if !grown {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(severity: Severity, places: usize) -> Wish {
        Wish { severity, heading: 1, places: vec![1; places], urgent: 0, more: false }
    }

    fn lines(wishes: &[Wish], places: &[usize]) -> usize {
        let sections: usize = wishes.iter().zip(places).map(|(wish, places)| wish.lines(*places)).sum();
        sections + tail(wishes.len() - places.len())
    }

    #[test]
    fn no_number_of_rules_takes_more_lines_than_there_are() {
        for rules in (1..140).chain([1_000]) {
            for count in [1, 2, 5, 30, 3_000] {
                let wishes: Vec<Wish> = (0..rules)
                    .map(|rule| match rule * 3 / rules {
                        0 => wish(Severity::Error, count),
                        1 => wish(Severity::Warning, count),
                        _ => wish(Severity::Note, count),
                    })
                    .collect();
                let places = share(&wishes, 150);
                assert!(lines(&wishes, &places) <= 150, "{rules} rules with {count}: {places:?}");
                assert!(!places.is_empty() && places.iter().all(|places| *places > 0));
            }
        }
    }

    #[test]
    fn one_rule_alone_may_take_all_lines() {
        assert_eq!(share(&[wish(Severity::Note, 3_000)], 150), [147]);
        assert_eq!(share(&[wish(Severity::Note, 51)], 150), [51]);
    }

    #[test]
    fn errors_get_more_places_than_warnings_and_these_more_than_notes() {
        let of = |severity| vec![wish(severity, 3_000); 7];
        let wishes = [of(Severity::Error), of(Severity::Warning), of(Severity::Note)].concat();
        let places = share(&wishes, 150);
        assert_eq!(places.len(), 21);
        assert!(places[0] > places[7] && places[7] > places[14], "{places:?}");
    }

    #[test]
    fn urgent_places_are_shown_among_any_number_of_other_rules() {
        let mut wishes = vec![wish(Severity::Error, 3_000); 49];
        wishes.insert(0, Wish { urgent: 12, ..wish(Severity::Error, 12) });
        let places = share(&wishes, 150);
        assert_eq!(places[0], 12, "{places:?}");
        assert!(lines(&wishes, &places) <= 150);
    }

    #[test]
    fn places_that_take_two_lines_are_counted_as_two() {
        let tall = Wish { places: vec![2; 3_000], ..wish(Severity::Warning, 0) };
        assert_eq!(share(&[tall], 150), [73]);
    }
}
