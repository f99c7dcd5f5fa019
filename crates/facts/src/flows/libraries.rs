//! Which libraries a file imports, as far as that decides how its coroutines run.
//! It must not know what is done with them.

use analyzer_syntax::kind;

use crate::usage::bindings::Binder;
use crate::walk::Context;

/// The libraries that a file imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Libraries {
    asyncio: bool,
    trio: bool,
    anyio: bool,
    /// Others, whose `sleep` is not known here.
    other: bool,
    zmq: bool,
    zmq_async: bool,
}

impl Libraries {
    /// Reads the import statements among `binders`.
    pub(super) fn new(binders: &[Binder], cx: &Context) -> Self {
        let mut found = Self::default();
        for binder in binders {
            if !matches!(binder.node.kind_id(), kind::IMPORT_STATEMENT | kind::IMPORT_FROM_STATEMENT) {
                continue;
            }
            let text = cx.slice(&binder.node);
            for word in text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.') {
                let first = word.split('.').next().unwrap_or(word);
                found.asyncio |= first == "asyncio";
                found.trio |= first == "trio";
                found.anyio |= first == "anyio";
                found.other |= matches!(first, "curio" | "gevent" | "eventlet" | "twisted");
                found.zmq |= first == "zmq";
            }
            found.zmq_async |=
                ["zmq.asyncio", "zmq.green", "azmq", "aiozmq"].iter().any(|name| text.contains(name))
                    || text.contains("from zmq import asyncio");
        }
        found
    }

    /// The library whose `sleep` coroutines of the file await; none where it is not known.
    pub(super) const fn sleeper(self) -> Option<&'static str> {
        match (self.asyncio, self.trio, self.anyio) {
            _ if self.other => None,
            (_, false, false) => Some("asyncio"),
            (false, true, false) => Some("trio"),
            (_, false, true) | (false, true, true) => Some("anyio"),
            (true, true, _) => None,
        }
    }

    /// Whether every socket of ZeroMQ that the file makes blocks.
    pub(super) const fn only_blocking_sockets(self) -> bool {
        self.zmq && !self.zmq_async
    }
}
