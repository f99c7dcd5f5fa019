//! How modules depend on each other.
