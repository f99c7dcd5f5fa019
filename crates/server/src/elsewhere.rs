//! Requests that threads of their own answer: each is answered once, by its thread or when it is cancelled, whichever comes
//! first. It must not know what is asked.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use analyzer_engine::CancelFlag;
use serde_json::Value;
use tower_lsp_server::jsonrpc::{Error, Id};

use crate::server::{Reply, Work};
use crate::workers;

/// A request that another thread works on.
pub(crate) struct Elsewhere {
    id: Id,
    stop: CancelFlag,
    reply: Arc<Mutex<Option<Reply>>>,
}

impl Elsewhere {
    /// Begins to work on a request.
    pub(crate) fn start(id: Id, reply: Reply, work: Work) -> Self {
        let (stop, reply) = (CancelFlag::default(), Arc::new(Mutex::new(Some(reply))));
        let (stopped, answer) = (Arc::clone(&stop), Arc::clone(&reply));
        workers::start("answer", move || {
            let found = catch_unwind(AssertUnwindSafe(|| work(&stopped)));
            let body = match found {
                Ok(body) => body.unwrap_or_else(|| Err(Error::content_modified())),
                // The panic's own report is in the log.
                Err(_) => Err(Error::internal_error()),
            };
            send(&answer, body);
        });
        Self { id, stop, reply }
    }

    /// Whether it has this number.
    pub(crate) fn is(&self, id: &Id) -> bool {
        self.id == *id
    }

    /// Whether it was answered.
    pub(crate) fn is_over(&self) -> bool {
        self.reply.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Answers that it was cancelled, unless it was answered already; the thread stops as soon as it can.
    pub(crate) fn cancel(self) {
        self.stop.store(true, Ordering::Relaxed);
        send(&self.reply, Err(Error::request_cancelled()));
    }
}

fn send(reply: &Mutex<Option<Reply>>, body: Result<Value, Error>) {
    let reply = reply.lock().unwrap_or_else(PoisonError::into_inner).take();
    // Nobody listens where the transport is gone.
    let _ = reply.map(|reply| reply.send(body));
}
