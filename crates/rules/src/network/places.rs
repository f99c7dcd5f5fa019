//! What the rules of the family share about places. It must not know findings.

pub(super) use analyzer_project::network::is_well_known;
pub(super) use analyzer_project::places::is_test;
