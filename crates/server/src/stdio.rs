//! Standard input and output: frames in, frames out, and how the process ends. It must not know what is in the frames.

use std::io::{self, BufRead, BufReader, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::task::{Context, Poll, ready};
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::{mpsc, oneshot};
use tower_lsp_server::Server as Transport;

use crate::host::Host;
use crate::malformed::{headless, sound};
use crate::outbox::{Asked, Outbox};
use crate::server::{Event, Server};
use crate::service::Door;

/// Frames that wait between the reader and the transport at most.
const WAITING_FRAMES: usize = 64;
/// Requests that are worked on at the same time at most.
const CONCURRENCY: usize = 1024;
/// How long output may take once the session is over.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// Stack of the threads that look at trees.
pub(crate) const STACK: usize = 8 << 20;

/// Serves one client on standard input and output. Returns the process's exit code: 0 if the client said that it would
/// end, else 1.
#[must_use]
pub fn serve(host: Arc<dyn Host>) -> u8 {
    let (events, queue) = channel();
    let (frames, input) = mpsc::channel(WAITING_FRAMES);
    let (done, ended) = oneshot::channel();
    let outbox = Outbox::default();
    let server = Server::new(host, outbox.clone(), events.clone());
    let main_loop = thread::Builder::new().name("main-loop".to_owned()).stack_size(STACK).spawn(move || {
        // Nobody listens any more when the transport has failed.
        let _ = done.send(server.run(&queue));
    });
    let closing = events.clone();
    let reader = thread::Builder::new().name("input".to_owned()).spawn(move || {
        read(BufReader::new(io::stdin()), &frames);
        let _ = closing.send(Event::Closed);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let (Ok(_), Ok(_), Ok(runtime)) = (main_loop, reader, runtime) else { return 1 };
    let code = runtime.block_on(async {
        let door = Door(events.clone());
        let asked = Asked { outbox, events };
        let output = tokio::io::stdout();
        let transport =
            Transport::new(Input::new(input), output, asked).concurrency_level(CONCURRENCY).serve(door);
        let transport = std::pin::pin!(transport);
        match futures::future::select(ended, transport).await {
            futures::future::Either::Left((code, transport)) => {
                // The last messages go out, unless nobody reads them.
                let _ = tokio::time::timeout(LAST_WORDS, transport).await;
                code.unwrap_or(1)
            }
            futures::future::Either::Right(((), ended)) => ended.await.unwrap_or(1),
        }
    });
    runtime.shutdown_background();
    code
}

/// Reads frames to the end of the input.
fn read(mut input: impl BufRead, frames: &mpsc::Sender<Vec<u8>>) {
    while let Ok(Some(body)) = frame(&mut input) {
        let body = body.map_or_else(headless, sound);
        let mut framed = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        framed.extend(body);
        if frames.blocking_send(framed).is_err() {
            break;
        }
    }
}

/// The body of the next frame, or that it has no header that can be read; none at the end of the input.
fn frame(input: &mut impl BufRead) -> io::Result<Option<Option<Vec<u8>>>> {
    let mut length: Option<u64> = None;
    let mut any = false;
    loop {
        let mut line = Vec::new();
        if input.take(1 << 16).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            match (length, any) {
                (Some(length), _) => break read_body(input, length).map(|body| body.map(Some)),
                (None, true) => return Ok(Some(None)),
                (None, false) => continue,
            }
        }
        any = true;
        // Garbage may precede a header on its line.
        let found = line.to_ascii_lowercase().rfind("content-length:");
        if let Some(value) = found.and_then(|at| line.get(at + "content-length:".len()..)) {
            length = value.trim().parse().ok();
        }
    }
}

fn read_body(input: &mut impl BufRead, length: u64) -> io::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    let read = input.take(length).read_to_end(&mut body)?;
    Ok((read as u64 == length).then_some(body))
}

/// The frames as the transport reads them.
struct Input {
    frames: mpsc::Receiver<Vec<u8>>,
    current: Vec<u8>,
    done: usize,
}

impl Input {
    fn new(frames: mpsc::Receiver<Vec<u8>>) -> Self {
        Self { frames, current: Vec::new(), done: 0 }
    }
}

impl AsyncRead for Input {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.done >= self.current.len() {
            match ready!(self.frames.poll_recv(cx)) {
                Some(frame) => {
                    self.current = frame;
                    self.done = 0;
                }
                None => return Poll::Ready(Ok(())),
            }
        }
        let rest = self.current.get(self.done..).unwrap_or_default();
        let taken = rest.len().min(buffer.remaining());
        buffer.put_slice(rest.get(..taken).unwrap_or_default());
        self.done += taken;
        Poll::Ready(Ok(()))
    }
}

/// A sender of events that the server hands to its threads.
pub(crate) type Events = Sender<Event>;

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(text: &str) -> Vec<Option<String>> {
        let mut input = text.as_bytes();
        let mut found = Vec::new();
        while let Ok(Some(body)) = frame(&mut input) {
            found.push(body.map(|body| String::from_utf8(body).unwrap()));
        }
        found
    }

    #[test]
    fn frames_are_found_behind_garbage() {
        let body = |text: &str| Some(text.to_owned());
        assert_eq!(frames("Content-Length: 2\r\n\r\n{}Content-Length: 1\r\n\r\n1"), [body("{}"), body("1")]);
        assert_eq!(frames("content-length:2\nContent-Type: x\n\n{}"), [body("{}")]);
        assert_eq!(frames("nonsense\r\n\r\nContent-Length: 2\r\n\r\n{}"), [None, body("{}")]);
        assert_eq!(frames("xxContent-Length: 2\r\n\r\n{}"), [body("{}")]);
        assert_eq!(frames("Content-Length: 0\r\n\r\nContent-Length: 2\r\n\r\n{}"), [body(""), body("{}")]);
        assert_eq!(frames("Content-Length: -3\r\n\r\nContent-Length: 2\r\n\r\n{}"), [None, body("{}")]);
        assert_eq!(frames("Content-Length: 9\r\n\r\n{}"), [] as [Option<String>; 0]);
        assert_eq!(frames("\r\n\r\n"), [] as [Option<String>; 0]);
    }
}
