//! Functions that bind or connect, by name, and where they take host and port. It must not know trees.

use crate::EndpointRole::{self, Bind, Connect};
use crate::EndpointVia::{self, Library, Socket};

/// Where a callee takes the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A tuple or a text at this position; after a first argument that is neither, host and port.
    Address(usize),
    /// Host and port at these positions, or under keywords.
    HostPort(usize, usize),
    /// Under keywords only.
    Keywords,
    /// A tuple under the keyword `local_addr`.
    Local,
}

/// A function that binds or connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sink {
    pub(super) role: EndpointRole,
    pub(super) via: EndpointVia,
    pub(super) shape: Shape,
}

/// Whether a callee whose last name is this may bind or connect.
pub(super) fn may_be_sink(last: &str) -> bool {
    // Classes of servers have names of their own.
    last.ends_with("Server") || by_name(last, "x.app").is_some()
}

/// The sink of a callee: `last` is its last name, `receiver` the text before that as written, `path` the full
/// name where it is known.
pub(super) fn sink(path: Option<&str>, receiver: &str, last: &str) -> Option<Sink> {
    if path.is_some_and(|path| path.starts_with("subprocess.") || path.starts_with("asyncio.run")) {
        return None;
    }
    by_name(last, receiver).or_else(|| {
        let server = last.ends_with("Server");
        server.then_some(Sink { role: Bind, via: Socket, shape: Shape::Address(0) })
    })
}

fn by_name(last: &str, receiver: &str) -> Option<Sink> {
    let owner = receiver.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    let serves = owner.contains("app") || owner.contains("server");
    let (role, via, shape) = match last {
        "bind" | "bind_to_random_port" => (Bind, Socket, Shape::Address(0)),
        "connect" | "connect_ex" => (Connect, Socket, Shape::Address(0)),
        "sock_connect" | "sendto" => (Connect, Socket, Shape::Address(1)),
        "create_connection" => (Connect, Socket, Shape::Address(0)),
        "create_server" => (Bind, Socket, Shape::Address(0)),
        "open_connection" => (Connect, Socket, Shape::HostPort(0, 1)),
        "start_server" => (Bind, Socket, Shape::HostPort(1, 2)),
        "Listener" => (Bind, Socket, Shape::Address(0)),
        "make_server" | "run_simple" => (Bind, Library, Shape::HostPort(0, 1)),
        "TCPSite" | "serve" => (Bind, Library, Shape::HostPort(1, 2)),
        "start_http_server" => (Bind, Library, Shape::HostPort(1, 0)),
        "add_insecure_port" | "add_secure_port" => (Bind, Library, Shape::Address(0)),
        "insecure_channel" | "secure_channel" => (Connect, Library, Shape::Address(0)),
        "HTTPConnection" | "HTTPSConnection" | "SMTP" | "SMTP_SSL" | "IMAP4" | "IMAP4_SSL" | "POP3"
        | "POP3_SSL" | "Telnet" => (Connect, Library, Shape::HostPort(0, 1)),
        "listen" if serves => (Bind, Library, Shape::HostPort(1, 0)),
        "run" | "run_async" if serves => (Bind, Library, Shape::HostPort(0, 1)),
        "run" | "run_app" | "run_server" | "launch" | "Config" => (Bind, Library, Shape::Keywords),
        "create_datagram_endpoint" => (Bind, Socket, Shape::Local),
        _ => return None,
    };
    Some(Sink { role, via, shape })
}

/// Whether a server listens on every interface where it is given no host.
pub(super) fn opens_to_all(path: Option<&str>, receiver: &str, last: &str) -> bool {
    match last {
        "start_server" => path == Some("asyncio.start_server"),
        // Of a loop: `socket.create_server` takes an address.
        "create_server" => receiver.rsplit('.').next().is_some_and(|owner| owner.ends_with("loop")),
        "run_app" | "TCPSite" => path.is_some_and(|path| path.starts_with("aiohttp.")),
        "serve" => path.is_some_and(|path| path == "waitress.serve"),
        _ => false,
    }
}

/// Keywords that say the host.
pub(super) const HOST_KEYWORDS: &[&str] = &[
    "host",
    "hostname",
    "addr",
    "address",
    "bind",
    "interface",
    "server_name",
    "listen_host",
    "bind_address",
];

/// Keywords that say the port.
pub(super) const PORT_KEYWORDS: &[&str] = &["port", "server_port", "listen_port", "http_port"];

/// Whether a keyword of a call with this last name, such as `port=`, says what the program listens on.
pub(super) fn listens(last: &str) -> bool {
    let lower = last.to_ascii_lowercase();
    ["serve", "listen", "bind"].iter().any(|word| lower.contains(word))
        || matches!(lower.as_str(), "run" | "run_app" | "run_simple" | "launch")
}
