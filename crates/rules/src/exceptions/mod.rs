//! Handlers that hide errors.

pub mod bare_except;
pub mod base_exception_not_reraised;
pub mod broad_except;
pub mod lost_traceback;
pub mod suppressed_broadly;
pub mod swallowed_exception;
mod verdict;
