//! Handlers that hide errors.
