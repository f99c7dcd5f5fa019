//! The transport's door to the main loop: one synchronous send for each message, before anything is awaited, so that
//! messages keep their order. It must not know what messages mean.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::mpsc::Sender;
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use tower_lsp_server::jsonrpc::{Error, Request, Response};
use tower_service::Service;

use crate::server::Event;

/// Sends what the client says to the main loop.
pub(crate) struct Door(pub(crate) Sender<Event>);

impl Service<Request> for Door {
    type Response = Option<Response>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Option<Response>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, message: Request) -> Self::Future {
        let Some(id) = message.id().cloned() else {
            // The main loop is gone only when the server ends.
            let _ = self.0.send(Event::Message { message, reply: None });
            return Box::pin(ready(Ok(None)));
        };
        let (reply, answer) = oneshot::channel();
        let sent = self.0.send(Event::Message { message, reply: Some(reply) });
        Box::pin(async move {
            let body = match sent {
                Err(_) => Err(Error::internal_error()),
                // Whoever drops a request without an answer does so because the texts have moved on.
                Ok(()) => answer.await.unwrap_or_else(|_| Err(Error::content_modified())),
            };
            Ok(Some(Response::from_parts(id, body)))
        })
    }
}
