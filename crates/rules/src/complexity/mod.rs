//! How hard functions and classes are to follow.
