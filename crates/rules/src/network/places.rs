//! What the rules of the family share about places. It must not know findings.

pub(super) use analyzer_project::network::is_well_known;
use analyzer_project::places::is_shown;
pub(super) use analyzer_project::places::is_test;

/// Why what a file says weighs less, by its place.
pub(super) fn excuse(path: &str) -> Option<&'static str> {
    if is_test(path) {
        Some("it stands in a test")
    } else {
        is_shown(path).then_some("it stands in an example")
    }
}
