//! Rules of dependencies: what a project asks its package installer for. They must not know how lists are read.

pub mod dependency_drift;
