//! Messages of the server's own accord, in order. Findings of a file that were not sent yet give way to newer ones,
//! so that a client that reads slowly costs no memory. It must not know what is said.

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures::{Sink, Stream};
use serde_json::Value;
use tower_lsp_server::Loopback;
use tower_lsp_server::jsonrpc::{Id, Request, Response};

use crate::server::Event;

/// The method that publishes the findings of a file.
const PUBLISH: &str = "textDocument/publishDiagnostics";

/// Where messages to the client are put; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Outbox(Arc<Mutex<Queue>>);

#[derive(Default)]
struct Queue {
    items: VecDeque<Item>,
    /// The newest findings of each file that were not sent yet, by address.
    findings: BTreeMap<String, Value>,
    next_id: i64,
    waker: Option<Waker>,
    closed: bool,
}

enum Item {
    Message(Request),
    /// The findings of the file at this address.
    Findings(String),
}

impl Outbox {
    /// Tells the client something.
    pub(crate) fn notify(&self, method: &'static str, params: Value) {
        self.put(Item::Message(Request::build(method).params(params).finish()));
    }

    /// Asks the client something; the answer comes as [`Event::Answer`] with the number that this returns.
    pub(crate) fn ask(&self, method: &'static str, params: Value) -> i64 {
        let id = {
            let mut queue = self.lock();
            queue.next_id += 1;
            queue.next_id
        };
        self.put(Item::Message(Request::build(method).params(params).id(id).finish()));
        id
    }

    /// Publishes the findings of a file; `params` are those of the protocol's notification.
    pub(crate) fn publish(&self, uri: &str, params: Value) {
        let mut queue = self.lock();
        if queue.findings.insert(uri.to_owned(), params).is_none() {
            queue.items.push_back(Item::Findings(uri.to_owned()));
        }
        queue.wake();
    }

    /// Nothing more is said.
    pub(crate) fn close(&self) {
        let mut queue = self.lock();
        queue.closed = true;
        queue.wake();
    }

    fn put(&self, item: Item) {
        let mut queue = self.lock();
        queue.items.push_back(item);
        queue.wake();
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    fn pop(&mut self) -> Option<Request> {
        match self.items.pop_front()? {
            Item::Message(request) => Some(request),
            Item::Findings(uri) => {
                let params = self.findings.remove(&uri)?;
                Some(Request::build(PUBLISH).params(params).finish())
            }
        }
    }
}

/// Both directions of what the server asks the client.
pub(crate) struct Asked {
    pub(crate) outbox: Outbox,
    pub(crate) events: Sender<Event>,
}

impl Loopback for Asked {
    type RequestStream = Outbox;
    type ResponseSink = Answers;

    fn split(self) -> (Outbox, Answers) {
        (self.outbox, Answers(self.events))
    }
}

impl Stream for Outbox {
    type Item = Request;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Request>> {
        let mut queue = self.lock();
        match queue.pop() {
            Some(request) => Poll::Ready(Some(request)),
            None if queue.closed => Poll::Ready(None),
            None => {
                queue.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Where the client's answers go.
pub(crate) struct Answers(Sender<Event>);

impl Sink<Response> for Answers {
    type Error = std::convert::Infallible;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, response: Response) -> Result<(), Self::Error> {
        let (id, body) = response.into_parts();
        if let Id::Number(id) = id {
            // A server that is ending needs no answers.
            let _ = self.0.send(Event::Answer { id, result: body.ok() });
        }
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn newer_findings_of_a_file_replace_those_that_were_not_sent() {
        let outbox = Outbox::default();
        outbox.publish("a", json!({"n": 1}));
        outbox.notify("x", json!({}));
        outbox.publish("b", json!({"n": 2}));
        outbox.publish("a", json!({"n": 3}));
        let mut queue = outbox.lock();
        let sent: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        let sent: Vec<_> = sent
            .iter()
            .map(|request| (request.method(), request.params().and_then(|params| params.get("n")).cloned()))
            .collect();
        assert_eq!(sent, [(PUBLISH, Some(json!(3))), ("x", None), (PUBLISH, Some(json!(2)))]);
        drop(queue);
        outbox.publish("a", json!({"n": 4}));
        assert!(outbox.lock().pop().is_some());
    }
}
