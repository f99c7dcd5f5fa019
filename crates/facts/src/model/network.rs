//! Network facts of a file: endpoints, ports, sockets and addresses.

use analyzer_source::TextRange;
use analyzer_syntax::Tier;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::{Imported, ScopeId};

/// Use of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EndpointRole {
    /// The program listens on it.
    Bind,
    /// The program connects to it.
    Connect,
}

/// Where an endpoint or port is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EndpointVia {
    /// `bind` or `connect` of a ZeroMQ socket.
    Zmq,
    /// A socket, or a function that opens one.
    Socket,
    /// A server or client of a library.
    Library,
    /// A URL in a literal.
    Url,
}

/// The host of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Host {
    /// Every interface: `0.0.0.0`, `::`, an empty text, or ZeroMQ's `*`.
    All,
    /// A name or address, as written.
    Named(CompactString),
    /// An expression whose value is not known.
    Unknown,
    /// None is given.
    Absent,
}

impl Host {
    /// The host that a text names, where something binds to it or connects.
    #[must_use]
    pub fn of(text: &str, binds: bool) -> Self {
        match text {
            "" | "*" | "0" | "0.0.0.0" | "::" | "[::]" if binds => Self::All,
            "" => Self::Absent,
            name => Self::Named(name.into()),
        }
    }

    /// Whether it is this machine seen from itself.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let Self::Named(name) = self else { return false };
        let name = name.to_ascii_lowercase();
        is_localhost(&name) || name.starts_with("127.") || name == "::1"
    }

    /// Whether two servers on one port of these hosts are in each other's way. What is not known is taken for all.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let (Self::Named(a), Self::Named(b)) = (self, other) else { return true };
        a.eq_ignore_ascii_case(b)
            || is_localhost(a) && matches!(b.as_str(), "127.0.0.1" | "::1")
            || is_localhost(b) && matches!(a.as_str(), "127.0.0.1" | "::1")
    }

    /// Whether a client of this host may meet a server that listens on `bound`. Another name may be this machine's.
    #[must_use]
    pub fn reaches(&self, bound: &Self) -> bool {
        match (self, bound) {
            (Self::Named(_), Self::Named(_)) if self.is_loopback() && bound.is_loopback() => {
                self.overlaps(bound)
            }
            _ => true,
        }
    }
}

/// Whether a name is that of the machine itself.
fn is_localhost(name: &str) -> bool {
    name.get(..9).is_some_and(|head| head.eq_ignore_ascii_case("localhost"))
        && matches!(name.as_bytes().get(9), None | Some(b'.'))
}

/// A value that an endpoint takes, and where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PortNumber {
    /// From 1 to 65,535.
    pub number: u16,
    /// The literal: the number, or the text that holds it. May lie outside the endpoint, where a constant is named. Empty
    /// where the number is nobody's literal: `port + 1`.
    pub range: TextRange,
    /// Whether it is only a default, of a parameter or of the environment.
    pub default: bool,
}

/// One place where the program binds or connects to an endpoint, or names one in a URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Endpoint {
    /// The call; of a URL the literal.
    pub range: TextRange,
    /// Use of the endpoint: bind or connect.
    pub role: EndpointRole,
    /// Where it is written.
    pub via: EndpointVia,
    /// The callee as written, such as `self.socket.bind` or `uvicorn.run`; empty for a URL.
    pub callee: CompactString,
    /// The URL's scheme, such as `tcp`; empty for none.
    pub scheme: CompactString,
    /// The host.
    pub host: Host,
    /// The literal that says the host; empty where there is none.
    pub host_range: TextRange,
    /// The port, if there is one and it is known.
    pub port: Option<PortNumber>,
    /// The name of another module that gives the host, where it is not known here.
    pub host_from: Option<Box<Imported>>,
    /// The name of another module that gives the port, where it is not known here.
    pub port_from: Option<Box<Imported>>,
    /// Of UDP.
    pub udp: bool,
    /// Nobody is served or asked: a socket that only asks for a free port, whether one is free, or for the own address.
    pub probe: bool,
    /// See [`PortSite::table`]; of URLs.
    pub table: Option<TextRange>,
    /// Only shown to people: in a logged text, or in prose.
    pub prose: bool,
    /// Inside a loop of its own function.
    pub in_loop: bool,
    /// Facts of the socket, if it is one of ZeroMQ.
    pub zmq: Option<Box<ZmqUse>>,
    /// Its scope.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
}

/// Kind of place that gets a port number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PortSiteKind {
    /// A variable, an attribute, or a constant.
    Name,
    /// The default of a parameter.
    Parameter,
    /// A keyword argument of a call that is known to bind.
    BindKeyword,
    /// A keyword argument of any other call.
    Keyword,
    /// An entry of a dictionary.
    DictEntry,
    /// A value for the case that the environment, a configuration, the command line or a field says nothing.
    Default,
}

/// A port number under the name of a port, apart from endpoints.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PortSite {
    /// The literal.
    pub range: TextRange,
    /// From 1 to 65,535.
    pub number: u16,
    /// Kind of place that gets it.
    pub kind: PortSiteKind,
    /// The name: of the variable, parameter or keyword, the key, or the environment's variable.
    pub name: CompactString,
    /// Where the dictionary starts that holds it; none for other kinds.
    pub group: Option<u32>,
    /// Where the table of literals starts that it is an element of: the outermost list, tuple, set or dictionary.
    pub table: Option<TextRange>,
    /// Its scope.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
}

/// A ZeroMQ socket that is bound to a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Socket {
    /// The call that makes it.
    pub range: TextRange,
    /// The name as written, such as `self.socket`.
    pub name: CompactString,
    /// Its type, such as `REP`; empty where it is not known.
    pub kind: CompactString,
    /// Its scope.
    pub scope: ScopeId,
}

/// Protection of a ZeroMQ socket at the moment when it binds or connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Protection {
    /// Nothing.
    None,
    /// The socket comes from elsewhere.
    Unknown,
    /// A user's name and password, in clear text.
    Plain,
    /// CURVE or GSSAPI, but only after it.
    Late,
    /// CURVE or GSSAPI, but only if some condition holds.
    Conditional,
    /// CURVE or GSSAPI.
    On,
}

/// Facts of a ZeroMQ socket where it binds or connects.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ZmqUse {
    /// Its type, such as `REP`; empty where it is not known.
    pub kind: CompactString,
    /// Address after `ipc://` or `inproc://`; empty for other schemes, and where it is not known.
    pub address: CompactString,
    /// Its protection.
    pub protection: Protection,
    /// Place that switches the protection on; empty for none.
    pub protected_at: TextRange,
    /// Where its function gives the endpoint back: the call that unbinds or closes it, or the end of its `with`; empty if never.
    pub released_at: TextRange,
    /// Only in some branch of its function.
    pub conditional: bool,
    /// In a loop that comes around to the same call, without giving the endpoint back.
    pub repeats: bool,
}

/// A port that is asked for by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PortLookup {
    /// The literal that holds the name.
    pub range: TextRange,
    /// The name.
    pub name: CompactString,
    /// Asked of a registry (`get_port("X")`), not of the environment.
    pub registry: bool,
    /// How well it parsed.
    pub tier: Tier,
}

/// Value of a module's constant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ConstantValue {
    /// The name of a host, or an address.
    Host(CompactString),
    /// The number of a port.
    Port(u16),
}

/// A host or a port that other modules may take from this one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Constant {
    /// The literal.
    pub range: TextRange,
    /// Its name in the module, dotted for an attribute of a class or of an object: `HOST`, `Settings.host`.
    pub name: CompactString,
    /// Its value.
    pub value: ConstantValue,
}

/// An absolute path that only exists on one machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PathSite {
    /// The literal.
    pub range: TextRange,
    /// Part that ties it to the machine, such as `/home/ann` or `D:`.
    pub machine: CompactString,
    /// See [`PortSite::table`].
    pub table: Option<TextRange>,
    /// Its scope.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
}

/// An IP address in a literal, apart from the hosts of endpoints.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The literal.
    pub range: TextRange,
    /// The address as written.
    pub address: CompactString,
    /// See [`PortSite::table`].
    pub table: Option<TextRange>,
    /// Only shown to people: in a logged text, or in prose.
    pub prose: bool,
    /// Its scope.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
}
