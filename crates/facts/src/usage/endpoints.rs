//! Calls that bind or connect, and URLs in literals: role, host and port, traced to where they are written.
//! It must not know which of them are faults.

use std::ops::Range;

use analyzer_source::TextRange;
use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::CompactString;

use super::address::{self, HOLE, Parts};
use super::arguments::Arguments;
use super::constants::{Fold, Folded, Piece, elements};
use super::sinks::{HOST_KEYWORDS, PORT_KEYWORDS, Shape, Sink, opens_to_all, sink};
use super::sockets;
use super::trace::{imported, number, parameter, trace};
use super::zmq::Zmq;
use super::{Site, in_loop, last_name};
use crate::{Endpoint, EndpointRole, EndpointVia, Host, PortNumber, ScopeId};

/// Schemes of ZeroMQ.
const ZMQ_SCHEMES: &[&str] = &["tcp", "ipc", "inproc", "udp", "pgm", "epgm", "ws", "wss", "vmci"];

/// Host and port, each with its literal.
struct Place {
    scheme: CompactString,
    host: Host,
    host_range: TextRange,
    port: Option<PortNumber>,
}

/// Endpoint that a call binds or connects to, if it does.
pub(super) fn endpoint<'t>(
    site: &Site<'t>,
    calls: &[Site<'t>],
    sockets: &[CompactString],
    fold: &Fold<'_, '_, 't>,
) -> Option<Endpoint> {
    let function = site.node.child_by_field_id(field::FUNCTION)?;
    let written = fold.cx.slice(&function);
    let last = last_name(written);
    let receiver = written.strip_suffix(last).unwrap_or("").trim_end_matches('.');
    let path = fold.callee(site);
    // Under another name, the function's own counts.
    let known = path.as_deref().map_or(last, last_name);
    let Sink { role, mut via, shape } = sink(path.as_deref(), receiver, known)?;
    let arguments = Arguments::read(site.node, site.scope, fold);
    let open_to_all = opens_to_all(path.as_deref(), receiver, known);
    let reader = Reader { fold, calls, role, open_to_all };
    let host_keyword = first(&arguments, HOST_KEYWORDS);
    let (mut host_at, mut port_at) = (host_keyword, first(&arguments, PORT_KEYWORDS));
    let mut place = match shape {
        Shape::Address(at) => {
            let argument = arguments.get(at, "address").or_else(|| arguments.keyword("addr"));
            if let Some(argument) = argument {
                (host_at, port_at) = parts_of(argument, site.scope, fold);
            }
            match argument.and_then(|argument| reader.address(argument, site.scope)) {
                Some(place) => Some(place),
                // `create_server(factory, host, port)`, `connect(host, port)`.
                None if matches!(known, "create_server" | "create_connection") => {
                    (host_at, port_at) = (arguments.get(1, "host"), arguments.get(2, "port"));
                    reader.host_port(host_at, port_at, site.scope)
                }
                None if known == "connect" => {
                    (host_at, port_at) = (arguments.get(0, "host"), arguments.get(1, "port"));
                    reader.host_port(host_at, port_at, site.scope)
                }
                None => reader.keywords(&arguments, site.scope),
            }
        }
        Shape::HostPort(host, port) => {
            host_at = arguments.positional.get(host).copied().or(host_keyword);
            port_at = arguments.positional.get(port).copied().or(port_at);
            let number = port_at.is_some_and(|port| reader.number(port, site.scope).is_some());
            // `serve(app)` and the like: without a port there is no telling whether the host is one.
            if number || host_keyword.is_some() || open_to_all {
                reader.host_port(host_at, port_at, site.scope)
            } else {
                host_at.and_then(|host| reader.wildcard(host, site.scope))
            }
        }
        Shape::Keywords => reader.keywords(&arguments, site.scope),
        Shape::Local => {
            let local = arguments.keyword("local_addr")?;
            (host_at, port_at) = parts_of(local, site.scope, fold);
            reader.address(local, site.scope)
        }
    };
    let elsewhere = ["sock", "path", "unix_socket", "listen"];
    if open_to_all && host_at.is_none() && !arguments.open && first(&arguments, &elsewhere).is_none() {
        let port = place.take().and_then(|place| place.port);
        let host_range = TextRange::default();
        place = Some(Place { scheme: CompactString::default(), host: Host::All, host_range, port });
    }
    let is_socket = sockets.iter().any(|name| name == receiver);
    let from = |at: Option<Node<'t>>| at.and_then(|node| imported(node, site.scope, fold));
    let (host_from, port_from) = (from(host_at), from(port_at));
    let place = match place {
        Some(place) => place,
        None if is_socket || host_from.is_some() || port_from.is_some() => Place {
            scheme: CompactString::default(),
            host: if host_at.is_some() || is_socket { Host::Unknown } else { Host::Absent },
            host_range: TextRange::default(),
            port: None,
        },
        None => return None,
    };
    if via == EndpointVia::Socket && (is_socket || ZMQ_SCHEMES.contains(&place.scheme.as_str())) {
        via = EndpointVia::Zmq;
    }
    let udp = place.scheme == "udp" || shape == Shape::Local || sockets::is_udp(site, receiver, known, fold);
    let probe = via == EndpointVia::Socket
        && match role {
            EndpointRole::Bind => sockets::serves_nobody(site, receiver, fold),
            EndpointRole::Connect => udp && sockets::asks_nobody(site, fold),
        };
    Some(Endpoint {
        range: fold.cx.range(&site.node),
        role,
        via,
        callee: written.into(),
        host_from: host_from.filter(|_| place.host == Host::Unknown),
        port_from: port_from.filter(|_| place.port.is_none()),
        udp,
        probe,
        table: None,
        scheme: place.scheme,
        host: place.host,
        host_range: place.host_range,
        port: place.port,
        prose: false,
        in_loop: in_loop(site.node),
        zmq: None,
        scope: site.scope,
        tier: site.tier,
    })
}

/// The expressions that say the host and the port of an address, where it is taken apart.
fn parts_of<'t>(
    address: Node<'t>,
    scope: ScopeId,
    fold: &Fold<'_, '_, 't>,
) -> (Option<Node<'t>>, Option<Node<'t>>) {
    let (value, scope) = fold.value(address, scope);
    if value.kind_id() == kind::TUPLE {
        let parts = elements(value);
        return (parts.first().copied(), parts.get(1).copied());
    }
    let folded = fold.fold(value, scope);
    let text = folded.with_holes(HOLE);
    let Some(parts) = address::urls(&text).into_iter().next().or_else(|| address::host_port(&text)) else {
        return (None, None);
    };
    let alone = |range: Range<usize>| {
        let written = text.get(range.clone())?;
        hole_at(&folded, range.start).filter(|_| written.chars().count() == 1).map(|(node, _)| node)
    };
    (alone(parts.host), parts.port.and_then(alone))
}

/// Parts of an endpoint that parameters of the function around it give.
pub(super) struct Hole<'a> {
    /// The function.
    pub(super) function: ScopeId,
    /// The whole address.
    whole: Option<&'a str>,
    host: Option<&'a str>,
    /// And what is added to it.
    port: Option<(&'a str, i64)>,
    /// The socket.
    receiver: Option<&'a str>,
}

/// Parts that parameters give to a call that binds or connects, if they do.
pub(super) fn hole<'a, 't>(site: &Site<'t>, fold: &Fold<'_, 'a, 't>) -> Option<Hole<'a>> {
    let function = site.node.child_by_field_id(field::FUNCTION)?;
    let mut found: Option<ScopeId> = None;
    let mut given = |node: Node<'t>, scope: ScopeId| -> Option<(&'a str, i64)> {
        let (owner, name, added) = parameter(node, scope, fold)?;
        (*found.get_or_insert(owner) == owner).then_some((name, added))
    };
    let object = function.child_by_field_id(field::OBJECT).filter(|one| one.kind_id() == kind::IDENTIFIER);
    let receiver = object.and_then(|object| given(object, site.scope));
    let receiver = receiver.map(|(name, _)| name).filter(|name| !matches!(*name, "self" | "cls"));
    let arguments = Arguments::read(site.node, site.scope, fold);
    let keyword = || first(&arguments, PORT_KEYWORDS);
    let (mut whole, mut host, mut port) = (None, None, None);
    match arguments.positional.first() {
        Some(argument) => {
            let (value, scope) = fold.value(*argument, site.scope);
            match value.kind_id() {
                kind::TUPLE => {
                    let parts = elements(value);
                    host = parts.first().and_then(|part| given(*part, scope));
                    port = parts.get(1).and_then(|part| given(*part, scope));
                }
                kind::IDENTIFIER => whole = given(value, scope),
                _ => {
                    let folded = fold.fold(value, scope);
                    let text = folded.with_holes(HOLE);
                    let parts = address::urls(&text).into_iter().next().or_else(|| address::host_port(&text));
                    let mut at =
                        |offset| hole_at(&folded, offset).and_then(|(node, scope)| given(node, scope));
                    host = parts.as_ref().and_then(|parts| at(parts.host.start));
                    port = parts.and_then(|parts| parts.port).and_then(|range| at(range.start));
                }
            }
            port = port.or_else(|| given(keyword()?, site.scope));
        }
        None => port = given(keyword()?, site.scope),
    }
    let (whole, host) = (whole.map(|(name, _)| name), host.map(|(name, _)| name));
    let hole = Hole { function: found?, whole, host, port, receiver };
    let any = hole.whole.or(hole.host).or(hole.port.map(|(name, _)| name)).or(hole.receiver);
    any.map(|_| hole)
}

/// The endpoint of a call of a helper, whose own endpoint is `inner`; none where the call gives nothing that is known.
pub(super) fn given<'t>(
    inner: &Endpoint,
    hole: &Hole,
    site: &Site<'t>,
    calls: &[Site<'t>],
    zmq: &Zmq<'_, '_, '_, '_, 't>,
    argument: &dyn Fn(&str) -> Option<Node<'t>>,
) -> Option<Endpoint> {
    let fold = zmq.fold;
    let reader = Reader { fold, calls, role: inner.role, open_to_all: false };
    let mut endpoint = inner.clone();
    let mut known = false;
    if let Some(place) = hole.whole.and_then(argument).and_then(|node| reader.address(node, site.scope)) {
        known = place.port.is_some() || place.host == Host::All;
        endpoint.scheme = place.scheme;
        (endpoint.host, endpoint.host_range, endpoint.port) = (place.host, place.host_range, place.port);
    }
    if let Some((name, added)) = hole.port
        && let Some(number) = argument(name).and_then(|node| reader.number(node, site.scope))
    {
        let sum = u16::try_from(i64::from(number.number).checked_add(added)?).ok();
        let range = if added == 0 { number.range } else { TextRange::default() };
        endpoint.port = sum.map(|sum| PortNumber { number: sum, range, ..number });
        known |= endpoint.port.is_some();
    }
    if let Some(host) = hole.host.and_then(argument) {
        (endpoint.host, endpoint.host_range) = reader.host(host, site.scope);
        known |= endpoint.host == Host::All;
    }
    if let Some(socket) = hole.receiver.and_then(argument) {
        let receiver = fold.cx.slice(&socket);
        let address = endpoint.zmq.as_ref().map(|zmq| zmq.address.clone()).unwrap_or_default();
        let mut used = zmq.of(site, receiver);
        used.address = address;
        endpoint.zmq = endpoint.zmq.map(|_| Box::new(used));
        known = true;
    }
    if !known {
        return None;
    }
    endpoint.probe |= endpoint.via == EndpointVia::Socket
        && endpoint.role == EndpointRole::Bind
        && sockets::is_client(site, fold);
    endpoint.range = fold.cx.range(&site.node);
    let function = site.node.child_by_field_id(field::FUNCTION)?;
    endpoint.callee = fold.cx.slice(&function).into();
    endpoint.in_loop = in_loop(site.node);
    (endpoint.scope, endpoint.tier) = (site.scope, site.tier);
    Some(endpoint)
}

/// The URLs of a literal by itself.
pub(super) fn urls<'t>(site: &Site<'t>, fold: &Fold<'_, '_, 't>, out: &mut Vec<Endpoint>) {
    let folded = fold.fold(site.node, site.scope);
    let text = folded.with_holes(HOLE);
    let reader = Reader { fold, calls: &[], role: EndpointRole::Connect, open_to_all: false };
    for parts in address::urls(&text) {
        let place = reader.place(&folded, &text, &parts, site.node);
        // `wss://ws{region}.example.com:8443`: whose server it is, and so its port, the domain tells.
        if text.get(parts.host.clone()).is_some_and(is_below_a_domain) {
            continue;
        }
        let is_named = matches!(&place.host, Host::Named(name) if address::is_machine(name));
        if place.port.is_none() && !is_named {
            continue;
        }
        out.push(Endpoint {
            range: fold.cx.range(&site.node),
            role: EndpointRole::Connect,
            via: EndpointVia::Url,
            callee: CompactString::default(),
            scheme: place.scheme,
            host: place.host,
            host_range: place.host_range,
            port: place.port.map(|port| PortNumber { default: port.default || site.default, ..port }),
            host_from: None,
            port_from: None,
            udp: false,
            probe: false,
            table: site.table,
            prose: site.prose || text.trim().contains(char::is_whitespace),
            in_loop: in_loop(site.node),
            zmq: None,
            scope: site.scope,
            tier: site.tier,
        });
    }
}

/// Whether only the first labels of a host are filled in, and the rest is a domain of the internet.
fn is_below_a_domain(host: &str) -> bool {
    let own = [".local", ".localhost", ".lan", ".internal", ".svc", ".home", ".test", ".docker", ".cluster"];
    host.rsplit_once(HOLE).is_some_and(|(_, rest)| {
        rest.starts_with('.')
            && rest.matches('.').count() > 1
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
            && rest.ends_with(|c: char| c.is_ascii_alphabetic())
            && !own.iter().any(|end| rest.ends_with(end))
            && !rest.contains(".svc.")
    })
}

fn first<'t>(arguments: &Arguments<'_, 't>, names: &[&str]) -> Option<Node<'t>> {
    names.iter().find_map(|name| arguments.keyword(name))
}

/// Reads hosts and ports out of expressions.
struct Reader<'c, 'f, 'a, 't> {
    fold: &'c Fold<'f, 'a, 't>,
    calls: &'c [Site<'t>],
    role: EndpointRole,
    /// Whether no host means every interface.
    open_to_all: bool,
}

impl<'t> Reader<'_, '_, '_, 't> {
    /// A tuple, a URL, or `host:port`.
    fn address(&self, node: Node<'t>, scope: ScopeId) -> Option<Place> {
        let (value, scope) = self.fold.value(node, scope);
        if value.kind_id() == kind::TUPLE {
            let parts = elements(value);
            let (host, port) = (parts.first()?, parts.get(1)?);
            return self.host_port(Some(*host), Some(*port), scope);
        }
        let folded = self.fold.fold(value, scope);
        if matches!(folded.0.as_slice(), [Piece::Hole(..)]) {
            // A parameter's default, or the like.
            let (literal, scope, _) = trace(node, scope, self.calls, self.fold)?;
            if literal == node || !matches!(literal.kind_id(), kind::STRING | kind::TUPLE) {
                return None;
            }
            let folded = self.fold.fold(literal, scope);
            return self.text(&folded, literal).map(|place| Place {
                port: place.port.map(|port| PortNumber { default: true, ..port }),
                ..place
            });
        }
        self.text(&folded, value)
    }

    fn text(&self, folded: &Folded<'t>, node: Node<'t>) -> Option<Place> {
        let text = folded.with_holes(HOLE);
        let parts = address::urls(&text).into_iter().next().or_else(|| address::host_port(&text))?;
        Some(self.place(folded, &text, &parts, node))
    }

    fn keywords(&self, arguments: &Arguments<'_, 't>, scope: ScopeId) -> Option<Place> {
        let host = first(arguments, HOST_KEYWORDS);
        let port = first(arguments, PORT_KEYWORDS);
        if host.is_none() && port.is_none() {
            return None;
        }
        self.host_port(host, port, scope)
    }

    fn host_port(&self, host: Option<Node<'t>>, port: Option<Node<'t>>, scope: ScopeId) -> Option<Place> {
        let number = port.and_then(|port| self.number(port, scope));
        let (host, host_range) = match host {
            None => (Host::Absent, TextRange::default()),
            Some(host) => self.host(host, scope),
        };
        let says_something = number.is_some() || !matches!(host, Host::Absent | Host::Unknown);
        says_something.then_some(Place { scheme: CompactString::default(), host, host_range, port: number })
    }

    /// A host that can be nothing else, such as `0.0.0.0`.
    fn wildcard(&self, node: Node<'t>, scope: ScopeId) -> Option<Place> {
        let (host, host_range) = self.host(node, scope);
        let text = self.fold.cx.slice(&node);
        let place = Place { scheme: CompactString::default(), host, host_range, port: None };
        (place.host == Host::All && text.contains("0.0.0.0")).then_some(place)
    }

    fn number(&self, node: Node<'t>, scope: ScopeId) -> Option<PortNumber> {
        number(node, scope, self.calls, self.fold)
    }

    fn host(&self, node: Node<'t>, scope: ScopeId) -> (Host, TextRange) {
        let Some((literal, scope, _)) = trace(node, scope, self.calls, self.fold) else {
            return (Host::Unknown, TextRange::default());
        };
        match literal.kind_id() {
            kind::STRING | kind::CONCATENATED_STRING => {
                let Some(text) = self.fold.fold(literal, scope).constant() else {
                    return (Host::Unknown, TextRange::default());
                };
                (self.named(&text), self.fold.cx.range(&literal))
            }
            kind::NONE if self.open_to_all => (Host::All, self.fold.cx.range(&literal)),
            kind::NONE => (Host::Absent, TextRange::default()),
            _ => (Host::Unknown, TextRange::default()),
        }
    }

    fn named(&self, host: &str) -> Host {
        Host::of(host, self.role == EndpointRole::Bind)
    }

    /// Host and port out of a folded text.
    fn place(&self, folded: &Folded<'t>, text: &str, parts: &Parts, node: Node<'t>) -> Place {
        let scheme = text.get(parts.scheme.clone()).unwrap_or("");
        let scheme = if scheme.contains(HOLE) { "" } else { scheme };
        let host = text.get(parts.host.clone()).unwrap_or("");
        let (host, host_range) = if matches!(scheme, "ipc" | "inproc" | "unix" | "file") {
            (Host::Absent, TextRange::default())
        } else if host.contains(HOLE) {
            match hole_at(folded, parts.host.start).filter(|_| host.chars().count() == 1) {
                Some((node, scope)) => self.host(node, scope),
                None => (Host::Unknown, TextRange::default()),
            }
        } else {
            (self.named(host), self.fold.cx.range(&literal_at(folded, parts.host.start).unwrap_or(node)))
        };
        let port = parts.port.clone().and_then(|range| {
            let written = text.get(range.clone())?;
            if written.contains(HOLE) {
                let (hole, scope) = hole_at(folded, range.start).filter(|_| written.chars().count() == 1)?;
                return self.number(hole, scope);
            }
            let number = address::port_number(written)?;
            let literal = literal_at(folded, range.start).unwrap_or(node);
            Some(PortNumber { number, range: self.fold.cx.range(&literal), default: false })
        });
        Place { scheme: scheme.into(), host, host_range, port }
    }
}

/// The piece at a byte of a folded text.
fn piece_at<'f, 't>(folded: &'f Folded<'t>, offset: usize) -> Option<&'f Piece<'t>> {
    let mut at = 0;
    for piece in &folded.0 {
        let len = match piece {
            Piece::Text(text, _) => text.len(),
            Piece::Hole(..) | Piece::Number(..) => HOLE.len_utf8(),
        };
        if offset < at + len {
            return Some(piece);
        }
        at += len;
    }
    None
}

fn literal_at<'t>(folded: &Folded<'t>, offset: usize) -> Option<Node<'t>> {
    match piece_at(folded, offset)? {
        Piece::Text(_, literal) => Some(*literal),
        Piece::Hole(..) | Piece::Number(..) => None,
    }
}

fn hole_at<'t>(folded: &Folded<'t>, offset: usize) -> Option<(Node<'t>, ScopeId)> {
    match piece_at(folded, offset)? {
        Piece::Hole(node, scope) | Piece::Number(node, scope) => Some((*node, *scope)),
        Piece::Text(..) => None,
    }
}
