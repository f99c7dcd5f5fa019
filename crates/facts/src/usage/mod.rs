//! Use of programs and the network by a file: commands, endpoints, ports, sockets and addresses.
//! It must not know other collectors, nor which of these are faults.
//!
//! The walk only notes the nodes that may matter, and only in files whose text speaks of such things; they are read
//! when all names of the file are known.

mod address;
pub(crate) mod arguments;
mod argv;
pub(crate) mod bindings;
mod commands;
pub(crate) mod constants;
mod endpoints;
mod exported;
mod filter;
mod flow;
mod helpers;
mod lookups;
mod named;
mod paths;
mod ports;
mod quoting;
mod sinks;
mod sockets;
mod tables;
mod trace;
mod zmq;

use analyzer_source::TextRange;
use analyzer_syntax::kind::{self, Kind, field};
use analyzer_syntax::{Node, Tier};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

use crate::interest::Interest;
use crate::model::file::FileFacts;
use crate::spoken::Spoken;
use crate::walk::Context;
use crate::{
    Address, Command, Constant, Endpoint, EndpointVia, PathSite, PortLookup, PortSite, ScopeId, Socket,
};
pub use address::is_machine as names_a_machine;
use bindings::{Binder, Bindings};
use constants::Fold;
pub(crate) use filter::WORDS;
use filter::{Topics, topics};
pub(crate) use paths::machine as machine_of_path;
use tables::table;

/// Longest literal that is read for a bare address, in bytes.
const LONGEST_ADDRESS: usize = 50;
/// Longest literal that is read for URLs, in bytes.
const LONGEST_URL_TEXT: usize = 2_000;

/// A node that may matter, and its place.
#[derive(Clone, Copy)]
struct Site<'t> {
    node: Node<'t>,
    scope: ScopeId,
    tier: Tier,
    /// Only shown to people.
    prose: bool,
    /// Whether it is the default of a look-up in the environment or a configuration.
    default: bool,
    /// The table of literals that it is an element of.
    table: Option<TextRange>,
}

/// Notes nodes on one walk over a file.
#[derive(Default)]
pub(crate) struct UsageCollector<'t> {
    /// Whether it is asked for anything.
    begun: bool,
    topics: Topics,
    calls: Vec<Site<'t>>,
    binders: Vec<Binder<'t>>,
    classes: Vec<Binder<'t>>,
    urls: Vec<Site<'t>>,
    ports: Vec<PortSite>,
    addresses: Vec<Address>,
    paths: Vec<PathSite>,
}

/// Facts about programs and the network in the file.
#[derive(Default)]
pub(crate) struct Usage {
    commands: Vec<Command>,
    endpoints: Vec<Endpoint>,
    ports: Vec<PortSite>,
    sockets: Vec<Socket>,
    addresses: Vec<Address>,
    paths: Vec<PathSite>,
    lookups: Vec<PortLookup>,
    constants: Vec<Constant>,
    bases: Vec<CompactString>,
}

impl<'t> UsageCollector<'t> {
    /// Reads what a text speaks of; to be called before its walk.
    pub(crate) fn begin(&mut self, text: &str, spoken: &Spoken) {
        (self.begun, self.topics) = (true, topics(text, spoken));
    }

    /// Where a text speaks of its topics, values are followed; URLs, addresses and paths show by themselves where they
    /// are.
    pub(crate) fn interest(&self, text: &str, interest: &mut Interest) {
        let topics = &self.topics;
        let calls = topics.commands || topics.network || topics.ports;
        let speaks = calls || topics.urls || topics.paths || filter::may_hold_address(text);
        if !self.begun || !speaks {
            return;
        }
        interest.everywhere();
    }

    /// Sees a node before its children.
    #[inline]
    pub(crate) fn enter(&mut self, node: &Node<'t>, node_kind: Kind, cx: &Context) {
        match node_kind {
            kind::CALL if self.topics.commands || self.topics.network => {
                let site = self.site(node, cx);
                self.calls.push(site);
            }
            kind::CLASS_DEFINITION if self.topics.network => {
                self.classes.push(Binder { node: *node, scope: (cx.scopes.len() - 1) as ScopeId });
            }
            kind::INTEGER if self.topics.ports => self.number(node, cx),
            kind::STRING | kind::CONCATENATED_STRING if self.begun => self.string(node, node_kind, cx),
            _ if bindings::binds(node_kind)
                && (self.topics.commands || self.topics.network || self.topics.urls) =>
            {
                let scope = if node_kind == kind::FUNCTION_DEFINITION {
                    (cx.scopes.len() - 1) as ScopeId
                } else {
                    cx.scope
                };
                self.binders.push(Binder { node: *node, scope });
            }
            _ => {}
        }
    }

    fn site(&self, node: &Node<'t>, cx: &Context) -> Site<'t> {
        Site { node: *node, scope: cx.scope, tier: cx.tier(), prose: false, default: false, table: None }
    }

    fn number(&mut self, node: &Node<'t>, cx: &Context) {
        if node.end_byte() - node.start_byte() > 7 {
            return;
        }
        self.ports.extend(ports::port_site(node, cx));
    }

    fn string(&mut self, node: &Node<'t>, node_kind: Kind, cx: &Context) {
        let parent = cx.parent_kind();
        // Docstrings; and parts, which are read with the whole.
        if matches!(parent, kind::EXPRESSION_STATEMENT | kind::CONCATENATED_STRING) {
            return;
        }
        let literal = cx.slice(node);
        if self.topics.paths && self.path(node, literal, cx) {
            return;
        }
        if self.topics.urls && literal.len() <= LONGEST_URL_TEXT && has_url(literal.as_bytes()) {
            let (prose, default) = (is_shown(cx), is_default(node, cx));
            if !is_explanation(node, cx) {
                self.urls.push(Site { prose, default, table: table(cx), ..self.site(node, cx) });
            }
            return;
        }
        if node_kind == kind::CONCATENATED_STRING || literal.len() > LONGEST_ADDRESS {
            return;
        }
        let content = constants::content(literal);
        let bytes = content.as_bytes();
        let numeric = bytes.first().is_some_and(u8::is_ascii_hexdigit)
            && bytes.iter().all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':'));
        if !numeric {
            return;
        }
        if self.topics.ports && bytes.len() <= 5 && bytes.iter().all(u8::is_ascii_digit) {
            self.ports.extend(ports::port_site(node, cx));
            return;
        }
        let host = match content.matches(':').count() {
            1 => content.split(':').next().unwrap_or(""),
            _ => content,
        };
        if address::is_machine(host) && !named::is_no_machine(host, node, cx) && !is_explanation(node, cx) {
            self.addresses.push(Address {
                range: cx.range(node),
                address: host.into(),
                table: table(cx),
                prose: is_shown(cx),
                scope: cx.scope,
                tier: cx.tier(),
            });
        }
    }

    /// A path of one machine, unless it is only shown.
    fn path(&mut self, node: &Node<'t>, literal: &str, cx: &Context) -> bool {
        if literal.len() > LONGEST_URL_TEXT {
            return false;
        }
        let Some(machine) = paths::machine(constants::content(literal)) else { return false };
        let aside = is_explanation(node, cx) || named::is_asked_for(cx) || named::is_route(node, cx);
        if !is_shown(cx) && !aside {
            let (range, table) = (cx.range(node), table(cx));
            let (scope, tier) = (cx.scope, cx.tier());
            self.paths.push(PathSite { range, machine: machine.into(), table, scope, tier });
        }
        true
    }

    /// Reads what was noted; `parsed` is whether the file has no error of syntax.
    pub(crate) fn finish<'a>(self, cx: &'a Context<'a>, parsed: bool) -> Usage {
        let mut usage =
            Usage { ports: self.ports, addresses: self.addresses, paths: self.paths, ..Usage::default() };
        usage.bases = bases(&self.classes, cx);
        let wanted = |last: &str| {
            self.topics.commands && commands::may_run(last) || self.topics.network && sinks::may_be_sink(last)
        };
        let aliased = self.topics.commands;
        let any = !self.urls.is_empty()
            || self.topics.network && exported::any(&self.binders, cx)
            || self.calls.iter().any(|site| {
                let last = last_name(callee(site, cx));
                aliased || wanted(last) || self.topics.ports && lookups::may_look_up(last)
            });
        if !any {
            return usage;
        }
        let mut bindings = Bindings::new(&self.binders, cx);
        bindings.classes(&self.classes, cx);
        let fold = Fold { bindings: &bindings, cx };
        let mut sockets: Vec<CompactString> = Vec::new();
        if self.topics.network {
            for binder in &self.binders {
                usage.sockets.extend(zmq::socket(binder, cx));
            }
            sockets.extend(usage.sockets.iter().map(|socket| socket.name.clone()));
            let zmq = zmq::Zmq::new(&self.binders, &self.calls, &usage.sockets, &fold);
            let mut open = Vec::new();
            for site in &self.calls {
                let Some(mut endpoint) = endpoints::endpoint(site, &self.calls, &sockets, &fold) else {
                    continue;
                };
                if endpoint.via == EndpointVia::Zmq {
                    let receiver = endpoint.callee.rsplit_once('.').map_or("", |(receiver, _)| receiver);
                    endpoint.zmq = Some(Box::new(zmq.of(site, receiver)));
                }
                open.extend(endpoints::hole(site, &fold).map(|hole| (endpoint.clone(), hole)));
                usage.endpoints.push(endpoint);
            }
            let given = helpers::through_helpers(&open, &self.binders, &self.calls, &zmq);
            usage.endpoints.extend(given);
            if self.topics.ports {
                usage.lookups.extend(self.calls.iter().filter_map(|site| lookups::lookup(site, &fold)));
            }
        }
        if self.topics.commands {
            for site in &self.calls {
                usage.commands.extend(commands::command(site, &fold, parsed));
            }
        }
        let taken: FxHashSet<u32> = usage
            .endpoints
            .iter()
            .flat_map(|endpoint| [Some(endpoint.host_range), endpoint.port.map(|port| port.range)])
            .flatten()
            .filter(|range| !range.is_empty())
            .map(|range| range.start)
            .collect();
        let calls: Vec<TextRange> = usage
            .endpoints
            .iter()
            .filter(|endpoint| !endpoint.scheme.is_empty())
            .map(|endpoint| endpoint.range)
            .collect();
        for site in &self.urls {
            let range = cx.range(&site.node);
            let within = |call: &TextRange| call.start <= range.start && range.end <= call.end;
            if !taken.contains(&range.start) && !calls.iter().any(within) {
                endpoints::urls(site, &fold, &mut usage.endpoints);
            }
        }
        usage.constants = exported::constants(&self.binders, &self.classes, &fold);
        usage.endpoints.sort_by_key(|endpoint| (endpoint.range.start, endpoint.range.end));
        // Without endpoints, getting here depended on unrelated calls; drop the sockets so the result does not.
        if usage.endpoints.is_empty() {
            usage.sockets.clear();
        }
        usage
    }
}

impl Usage {
    /// Moves everything into the facts.
    pub(crate) fn into_facts(self, facts: &mut FileFacts) {
        facts.commands = self.commands;
        facts.endpoints = self.endpoints;
        facts.ports = self.ports;
        facts.sockets = self.sockets;
        facts.addresses = self.addresses;
        facts.paths = self.paths;
        facts.lookups = self.lookups;
        facts.constants = self.constants;
        facts.bases = self.bases;
    }
}

/// Bases of the classes at the top of a file.
fn bases(classes: &[Binder], cx: &Context) -> Vec<CompactString> {
    let top = |class: &&Binder| cx.scopes.get(class.scope as usize).is_some_and(|scope| scope.parent == 0);
    let lists =
        classes.iter().filter(top).filter_map(|class| class.node.child_by_field_id(field::SUPERCLASSES));
    let mut found: Vec<CompactString> = lists
        .flat_map(constants::elements)
        .filter(|base| matches!(base.kind_id(), kind::IDENTIFIER | kind::ATTRIBUTE))
        .map(|base| last_name(cx.slice(&base)).into())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a text has a URL in it with a port, or with a number for a host. Most have no colon at all.
fn has_url(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b':', bytes).any(|at| {
        let Some(host) = bytes[at..].strip_prefix(b"://") else { return false };
        host.first().is_some_and(u8::is_ascii_digit) || memchr::memchr2(b':', b'@', host).is_some()
    })
}

/// Whether a call is in a loop of its own function.
fn in_loop(call: Node) -> bool {
    let mut at = call;
    for _ in 0..64 {
        let Some(parent) = at.parent() else { return false };
        match parent.kind_id() {
            kind::FOR_STATEMENT | kind::WHILE_STATEMENT => return true,
            kind::FUNCTION_DEFINITION => return false,
            _ => at = parent,
        }
    }
    false
}

fn callee<'a>(site: &Site, cx: &Context<'a>) -> &'a str {
    site.node.child(0).map_or("", |function| cx.slice(&function))
}

/// Name after the last dot.
fn last_name(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path).trim()
}

/// Whether the current node is an argument of a call that only shows it.
fn is_shown(cx: &Context) -> bool {
    let mut above = cx.ancestors.iter().rev();
    for _ in 0..6 {
        let Some(frame) = above.next() else { return false };
        match frame.kind {
            kind::ARGUMENT_LIST => {
                let Some(call) = above.next() else { return false };
                let callee = cx.text.get(call.start..frame.start).unwrap_or("").trim_end();
                return matches!(
                    last_name(callee),
                    "print"
                        | "debug"
                        | "info"
                        | "warning"
                        | "warn"
                        | "error"
                        | "critical"
                        | "exception"
                        | "log"
                        | "secho"
                        | "echo"
                        | "success"
                );
            }
            kind::BINARY_OPERATOR | kind::PARENTHESIZED_EXPRESSION | kind::CONDITIONAL_EXPRESSION => {}
            _ => return false,
        }
    }
    false
}

/// Whether the current node is a text about an option or field, or shows one: `help="…"`, `{"example": …}`.
fn is_explanation(node: &Node, cx: &Context) -> bool {
    named::names(node, cx).iter().any(|name| {
        matches!(
            *name,
            "help"
                | "description"
                | "metavar"
                | "example"
                | "examples"
                | "doc"
                | "epilog"
                | "placeholder"
                | "title"
                | "json_schema_extra"
        )
    })
}

/// Whether the current node is the default of a look-up.
fn is_default(node: &Node, cx: &Context) -> bool {
    let mut above = cx.ancestors.iter().rev();
    let Some(frame) = above.next() else { return false };
    let before = cx.text.get(frame.start..node.start_byte()).unwrap_or("");
    match frame.kind {
        kind::KEYWORD_ARGUMENT => {
            matches!(before.split('=').next().unwrap_or("").trim(), "default" | "fallback")
        }
        kind::BOOLEAN_OPERATOR => before.trim_end().ends_with("or"),
        kind::DEFAULT_PARAMETER | kind::TYPED_DEFAULT_PARAMETER => true,
        // `DEFAULT_URL = "tcp://*:5559"`
        kind::ASSIGNMENT => {
            let target = last_name(before.split(['=', ':']).next().unwrap_or(""));
            target.split('_').any(|word| word.eq_ignore_ascii_case("default"))
        }
        kind::ARGUMENT_LIST => {
            let callee = above.next().and_then(|call| cx.text.get(call.start..frame.start)).unwrap_or("");
            before.contains(',')
                && matches!(last_name(callee), "get" | "getenv" | "env" | "get_env" | "getattr")
        }
        _ => false,
    }
}
