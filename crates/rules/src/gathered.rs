//! One cause, one finding: what the rules do whose causes show in many places. It must not know which rules those are.

use analyzer_diagnostics::{Diagnostic, Related};
use analyzer_project::Gathered;

/// The finding on one place of a cause, with the other places as related ones and their number, or marked as one that is made
/// elsewhere.
pub(crate) fn gathered(mut found: Diagnostic, others: &Gathered, told: &str) -> Diagnostic {
    match others {
        Gathered::Alone => found,
        Gathered::Elsewhere => {
            found.elsewhere = true;
            found
        }
        Gathered::Here(others) => {
            let count = others.len();
            let places =
                if count == 1 { "one more place".to_owned() } else { format!("{count} more places") };
            found.message = format!("{}, here and in {places}", found.message);
            let related = others.iter().map(|(path, range)| Related {
                path: path.clone(),
                range: *range,
                message: told.to_owned(),
            });
            found.related.extend(related);
            found.property("count", count + 1)
        }
    }
}
