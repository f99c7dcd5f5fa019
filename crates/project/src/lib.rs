//! All files of a project together: what they import from one another, and what that does.
//! It must not know how files are read, cached or reported.

pub mod simulate;
