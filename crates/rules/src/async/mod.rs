//! Coroutines and the event loop that runs them.

pub mod blocking_call_in_async;
pub mod legacy_get_event_loop;
pub mod query_in_loop;
