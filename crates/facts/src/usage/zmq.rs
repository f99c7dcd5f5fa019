//! ZeroMQ: the sockets of a file, their types, and what protects them when they bind. It must not know endpoints'
//! hosts and ports, nor which of them are faults.

use analyzer_source::TextRange;
use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::arguments::Arguments;
use super::bindings::Binder;
use super::constants::{Fold, elements};
use super::{Site, last_name};
use crate::walk::Context;
use crate::{Protection, ScopeId, ScopeKind, Socket, ZmqUse};

/// Parts of names that speak of protection.
const WORDS: [&str; 9] = ["curve", "CURVE", "Curve", "gss", "GSS", "plain_", "PLAIN_", "secur", "encrypt"];
/// How many ancestors of a node are asked.
const LEVELS: usize = 64;
/// The types of sockets.
const TYPES: [&str; 20] = [
    "REQ", "REP", "PUB", "SUB", "XPUB", "XSUB", "PUSH", "PULL", "PAIR", "DEALER", "ROUTER", "STREAM",
    "SERVER", "CLIENT", "RADIO", "DISH", "GATHER", "SCATTER", "XREQ", "XREP",
];

/// Where a text speaks of protection.
pub(super) fn places(text: &str) -> impl Iterator<Item = usize> {
    WORDS.iter().flat_map(move |word| memchr::memmem::find_iter(text.as_bytes(), word.as_bytes()))
}

/// `self.socket = context.socket(zmq.REP)`
pub(super) fn socket(binder: &Binder, cx: &Context) -> Option<Socket> {
    let (name, call) = match binder.node.kind_id() {
        kind::ASSIGNMENT => (binder.node.child(0)?, binder.node.child_by_field_id(field::RIGHT)?),
        kind::NAMED_EXPRESSION => (binder.node.child(0)?, binder.node.child_by_field_id(field::VALUE)?),
        // `with context.socket(zmq.REP) as socket:`
        kind::AS_PATTERN => (binder.node.child_by_field_id(field::ALIAS)?.child(0)?, binder.node.child(0)?),
        _ => return None,
    };
    let function = call.child_by_field_id(field::FUNCTION).filter(|_| call.kind_id() == kind::CALL)?;
    if last_name(cx.slice(&function)) != "socket" {
        return None;
    }
    let arguments = call.child_by_field_id(field::ARGUMENTS)?;
    let argument = elements(arguments).into_iter().next();
    // A value that a condition decides may be either.
    let named = argument.filter(|one| matches!(one.kind_id(), kind::IDENTIFIER | kind::ATTRIBUTE));
    let argument = named.map_or("", |argument| cx.slice(&argument));
    let is_type = TYPES.contains(&last_name(argument));
    let is_zmq = is_type || cx.slice(&function).contains("context") || cx.slice(&function).contains("ctx");
    is_zmq.then(|| Socket {
        range: cx.range(&call),
        name: cx.slice(&name).into(),
        kind: if is_type { last_name(argument).into() } else { CompactString::default() },
        scope: binder.scope,
    })
}

/// Something that switches protection on for a socket.
struct Switch<'a> {
    object: &'a str,
    scope: ScopeId,
    at: usize,
    range: TextRange,
    plain: bool,
    /// Whether it switches the mechanism off again.
    off: bool,
    /// The branches that contain it: it only runs where these do.
    branches: Vec<(usize, usize)>,
}

/// Protection of a file's sockets.
pub(super) struct Zmq<'s, 'f, 'c, 'a, 't> {
    pub(super) fold: &'f Fold<'c, 'a, 't>,
    sockets: &'s [Socket],
    switches: Vec<Switch<'a>>,
    /// Functions that protect a socket that they make, by name.
    makers: Vec<&'a str>,
    /// Calls that give an endpoint back: the object, the scope, and the call.
    releases: Vec<(&'a str, ScopeId, Node<'t>)>,
    /// The objects that make sockets: the socket's name, the scope, where, and the context.
    contexts: Vec<(&'a str, ScopeId, usize, &'a str)>,
}

impl<'s, 'f, 'c, 'a, 't> Zmq<'s, 'f, 'c, 'a, 't> {
    /// Reads what the walk met.
    pub(super) fn new(
        binders: &[Binder<'t>],
        calls: &[Site<'t>],
        sockets: &'s [Socket],
        fold: &'f Fold<'c, 'a, 't>,
    ) -> Self {
        let (switches, makers, releases, contexts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut zmq = Self { fold, sockets, switches, makers, releases, contexts };
        zmq.lives(binders, calls);
        if places(fold.cx.text).next().is_none() {
            return zmq;
        }
        for binder in binders {
            zmq.assignment(binder);
        }
        for site in calls {
            zmq.option(site);
        }
        zmq.helpers(calls);
        zmq
    }

    /// Which context makes each socket, and what gives endpoints back.
    fn lives(&mut self, binders: &[Binder<'t>], calls: &[Site<'t>]) {
        let cx = self.fold.cx;
        for site in calls {
            let Some(function) = site.node.child_by_field_id(field::FUNCTION) else { continue };
            let name = function.child_by_field_id(field::ATTRIBUTE).map_or("", |name| cx.slice(&name));
            if let Some(object) = function.child_by_field_id(field::OBJECT)
                && matches!(name, "unbind" | "close" | "destroy" | "term")
            {
                self.releases.push((cx.slice(&object), site.scope, site.node));
            }
        }
        for binder in binders {
            let Some(socket) = socket(binder, cx) else { continue };
            let call = binder.node.child_by_field_id(field::RIGHT).or_else(|| binder.node.child(0));
            let function = call.and_then(|call| call.child_by_field_id(field::FUNCTION));
            let context = function.and_then(|function| function.child_by_field_id(field::OBJECT));
            let name = self.sockets.iter().find(|known| known.range == socket.range);
            let left = binder.node.child_by_field_id(field::ALIAS).and_then(|alias| alias.child(0));
            let left = left.or_else(|| binder.node.child(0));
            if let (Some(context), Some(_), Some(left)) = (context, name, left) {
                let at = binder.node.start_byte();
                self.contexts.push((cx.slice(&left), binder.scope, at, cx.slice(&context)));
            }
        }
    }

    /// Where the function of a bind gives the endpoint back; empty for nowhere.
    fn released(&self, site: &Site<'t>, receiver: &str) -> TextRange {
        let at = site.node.start_byte();
        let context =
            self.contexts.iter().find(|(name, scope, ..)| *name == receiver && *scope == site.scope);
        let by = |object: &str| object == receiver || context.is_some_and(|(.., context)| *context == object);
        let calls = self
            .releases
            .iter()
            .filter(|(object, scope, node)| *scope == site.scope && by(object) && node.start_byte() > at);
        if let Some(first) = calls.map(|(.., node)| node).min_by_key(|node| node.start_byte()) {
            return self.fold.cx.range(first);
        }
        let mut node = site.node;
        for _ in 0..LEVELS {
            let Some(parent) = node.parent() else { break };
            match parent.kind_id() {
                kind::WITH_STATEMENT => {
                    let head = parent.start_byte()..node.start_byte();
                    let head = self.fold.cx.text.get(head).unwrap_or("");
                    if node.kind_id() == kind::BLOCK && head.contains(&format!(" as {receiver}")) {
                        return self.fold.cx.file_range(parent.end_byte(), parent.end_byte() + 1);
                    }
                }
                kind::FUNCTION_DEFINITION => break,
                _ => {}
            }
            node = parent;
        }
        TextRange::default()
    }

    /// `socket.curve_server = True`
    fn assignment(&mut self, binder: &Binder<'t>) {
        let node = binder.node;
        let Some(left) = node.child(0).filter(|_| node.kind_id() == kind::ASSIGNMENT) else { return };
        let (Some(object), Some(name), Some(value)) = (
            left.child_by_field_id(field::OBJECT),
            left.child_by_field_id(field::ATTRIBUTE),
            node.child_by_field_id(field::RIGHT),
        ) else {
            return;
        };
        let plain = mechanism(self.fold.cx.slice(&name));
        let off = self.fold.truth(value, binder.scope) == Some(false);
        if let Some(plain) = plain {
            self.switch(object, node, binder.scope, plain, off);
        }
    }

    /// `socket.setsockopt(zmq.CURVE_SERVER, 1)`
    fn option(&mut self, site: &Site<'t>) {
        let Some(function) = site.node.child_by_field_id(field::FUNCTION) else { return };
        let Some(name) = function.child_by_field_id(field::ATTRIBUTE) else { return };
        if !matches!(
            self.fold.cx.slice(&name),
            "setsockopt" | "set" | "setsockopt_string" | "set_string" | "setsockopt_unicode"
        ) {
            return;
        }
        let arguments = Arguments::read(site.node, site.scope, self.fold);
        let [option, value, ..] = arguments.positional.as_slice() else { return };
        let plain = mechanism(last_name(self.fold.cx.slice(option)));
        let off = self.fold.truth(*value, site.scope) == Some(false);
        let object = function.child_by_field_id(field::OBJECT);
        if let (Some(plain), Some(object)) = (plain, object) {
            self.switch(object, site.node, site.scope, plain, off);
        }
    }

    fn switch(&mut self, object: Node<'t>, node: Node<'t>, scope: ScopeId, plain: bool, off: bool) {
        self.switches.push(Switch {
            object: self.fold.cx.slice(&object),
            scope,
            at: node.start_byte(),
            range: self.fold.cx.range(&node),
            plain,
            off,
            branches: branches(node),
        });
    }

    /// Calls of functions that switch it on for a socket that they are given; and functions that make a socket with it.
    fn helpers(&mut self, calls: &[Site<'t>]) {
        let mut helpers: FxHashMap<&str, bool> = FxHashMap::default();
        for switch in self.switches.iter().filter(|switch| !switch.off) {
            let found = self.fold.bindings.find(switch.object, switch.scope);
            let Some(function) = self.fold.cx.scopes.get(switch.scope as usize) else { continue };
            if matches!(function.kind, ScopeKind::Module | ScopeKind::Class) {
                continue;
            }
            let Some(name) = function_name(self.fold.cx, function.name_range) else { continue };
            match found {
                Some(found) if found.parameter.is_some() => {
                    let plain = helpers.entry(name).or_insert(switch.plain);
                    *plain &= switch.plain;
                }
                Some(found) if found.scope == switch.scope && !switch.plain => self.makers.push(name),
                _ => {}
            }
        }
        for site in calls {
            let Some(function) = site.node.child_by_field_id(field::FUNCTION) else { continue };
            let written = self.fold.cx.slice(&function);
            let plain = match helpers.get(last_name(written)) {
                Some(plain) => *plain,
                // From another module its name has to show it.
                None if promises(last_name(written)) => false,
                None => continue,
            };
            let arguments = Arguments::read(site.node, site.scope, self.fold);
            let given = arguments.positional.iter().chain(arguments.keywords.iter().map(|(_, value)| value));
            for argument in given {
                if matches!(argument.kind_id(), kind::IDENTIFIER | kind::ATTRIBUTE) {
                    self.switch(*argument, site.node, site.scope, plain, false);
                }
            }
        }
    }

    /// Facts of the socket in a call of `bind` or `connect`.
    pub(super) fn of(&self, site: &Site<'t>, receiver: &str) -> ZmqUse {
        let (protection, protected_at) = self.protection(site, receiver);
        ZmqUse {
            kind: self.kind(receiver, site.scope),
            address: self.local_address(site),
            protection,
            protected_at,
            released_at: self.released(site, receiver),
            conditional: !branches(site.node).is_empty(),
            repeats: repeats(site.node, self.fold.cx),
        }
    }

    /// The type of a socket, where all that is assigned to its name has the same.
    fn kind(&self, receiver: &str, scope: ScopeId) -> CompactString {
        let target = self.target(receiver, scope);
        let mut kinds = self
            .sockets
            .iter()
            .filter(|socket| socket.name == receiver && self.target(receiver, socket.scope) == target)
            .map(|socket| &socket.kind);
        let first = kinds.next().cloned().unwrap_or_default();
        if kinds.all(|kind| *kind == first) { first } else { CompactString::default() }
    }

    /// Address after `ipc://` and `inproc://`.
    fn local_address(&self, site: &Site<'t>) -> CompactString {
        let arguments = Arguments::read(site.node, site.scope, self.fold);
        let Some(argument) = arguments.get(0, "addr") else { return CompactString::default() };
        let text = self.fold.fold(argument, site.scope).constant().unwrap_or_default();
        let local = text.split_once("://").filter(|(scheme, _)| matches!(*scheme, "ipc" | "inproc"));
        local.map_or("", |(_, address)| address).into()
    }

    /// The scope that binds a name; of an attribute of `self` its class.
    fn target(&self, name: &str, scope: ScopeId) -> Option<ScopeId> {
        self.fold.bindings.find(name, scope).map(|found| found.scope)
    }

    fn protection(&self, site: &Site<'t>, receiver: &str) -> (Protection, TextRange) {
        let target = self.target(receiver, site.scope);
        let at = site.node.start_byte();
        let mut best = (Protection::None, TextRange::default());
        let mut since = 0;
        for switch in self.switches.iter().filter(|switch| !switch.off) {
            let of_socket = switch.object == receiver && self.target(receiver, switch.scope) == target;
            if !of_socket && !self.is_of_context(switch, receiver, target) {
                continue;
            }
            // Of another function it is taken that it runs earlier.
            let late = switch.scope == site.scope && switch.at > at;
            let always = switch.branches.iter().all(|(start, end)| (*start..*end).contains(&at))
                || switch.scope != site.scope && switch.branches.is_empty();
            let found = match (late, always, switch.plain) {
                (true, ..) => Protection::Late,
                (_, _, true) => Protection::Plain,
                (_, false, _) => Protection::Conditional,
                _ => Protection::On,
            };
            if switch.scope == site.scope && switch.at < at {
                since = since.max(switch.at);
            }
            if found > best.0 {
                best = (found, switch.range);
            }
        }
        if best.0 > Protection::Late && self.is_switched_off(site, receiver, since) {
            return (Protection::None, TextRange::default());
        }
        if best.0 > Protection::None {
            return best;
        }
        (self.origin(receiver, site.scope), TextRange::default())
    }

    /// Whether a switch is an option of the context that makes a socket afterwards: a default of that socket.
    fn is_of_context(&self, switch: &Switch, receiver: &str, target: Option<ScopeId>) -> bool {
        self.contexts.iter().any(|(name, scope, at, context)| {
            *name == receiver
                && *context == switch.object
                && self.target(receiver, *scope) == target
                && self.target(context, *scope) == self.target(context, switch.scope)
                && (switch.at < *at || switch.scope != *scope)
        })
    }

    /// Whether the mechanism is switched off between the last switch and a bind of the same function.
    fn is_switched_off(&self, site: &Site<'t>, receiver: &str, since: usize) -> bool {
        self.switches.iter().any(|switch| {
            switch.off
                && switch.object == receiver
                && switch.scope == site.scope
                && (since..site.node.start_byte()).contains(&switch.at)
                && switch.branches.is_empty()
        })
    }

    /// Protection of a socket that this file protects nowhere: it may come from elsewhere.
    fn origin(&self, receiver: &str, scope: ScopeId) -> Protection {
        if self.sockets.iter().any(|socket| socket.name == receiver) {
            return Protection::None;
        }
        let Some(found) = self.fold.bindings.find(receiver, scope) else { return Protection::Unknown };
        let made_by = found.constant().and_then(|value| value.child_by_field_id(field::FUNCTION));
        let maker = made_by.map_or("", |function| last_name(self.fold.cx.slice(&function)));
        if self.makers.contains(&maker) || promises(maker) { Protection::On } else { Protection::Unknown }
    }
}

/// Whether an attribute or option switches a mechanism on, and whether that is PLAIN.
fn mechanism(name: &str) -> Option<bool> {
    let lower = name.to_ascii_lowercase();
    let word = lower.split('_').next().unwrap_or("");
    match word {
        "curve" | "gss" | "gssapi" if lower.len() > word.len() => Some(false),
        "plain" if lower.len() > word.len() => Some(true),
        _ => None,
    }
}

/// Whether a function's name says that it protects what it is given.
fn promises(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["curve", "gssapi", "secure", "encrypt"].iter().any(|word| lower.contains(word))
        && !lower.contains("insecure")
}

fn function_name<'a>(cx: &'a Context<'a>, range: TextRange) -> Option<&'a str> {
    let scope = cx.scopes.iter().find(|scope| scope.name_range == range)?;
    Some(scope.name.as_str())
}

/// The branches around a node, in its own function.
fn branches(node: Node) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut at = node;
    for _ in 0..LEVELS {
        let Some(parent) = at.parent() else { break };
        match parent.kind_id() {
            kind::IF_STATEMENT
            | kind::ELIF_CLAUSE
            | kind::ELSE_CLAUSE
            | kind::EXCEPT_CLAUSE
            | kind::CASE_CLAUSE
                if at.kind_id() == kind::BLOCK =>
            {
                out.push((at.start_byte(), at.end_byte()));
            }
            kind::FUNCTION_DEFINITION => break,
            _ => {}
        }
        at = parent;
    }
    out
}

/// Whether a call is in a loop that comes around again, with nothing that ends it or gives the endpoint back.
fn repeats(call: Node, cx: &Context) -> bool {
    let mut at = call;
    for _ in 0..LEVELS {
        let Some(parent) = at.parent() else { return false };
        match parent.kind_id() {
            kind::FOR_STATEMENT | kind::WHILE_STATEMENT if at.kind_id() == kind::BLOCK => {
                let body = cx.slice(&at);
                let ends = ["break", "return", "raise", "close(", "unbind(", "destroy(", "with ", "yield"];
                return !ends.iter().any(|word| body.contains(word));
            }
            kind::FUNCTION_DEFINITION => return false,
            _ => at = parent,
        }
    }
    false
}
