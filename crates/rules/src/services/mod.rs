//! Lists of the services that a project starts, beside its programs.

pub mod startup_list_drift;
