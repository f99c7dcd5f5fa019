//! Class that an expression is an instance of, as far as constructors, annotations and method results show.
//! It must not know what is asked about the object.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use rustc_hash::FxHashMap;

use crate::ScopeId;
use crate::usage::bindings::{Binder, How};
use crate::usage::constants::{Fold, content, elements};

/// How many expressions are looked at for one answer.
const BUDGET: usize = 24;

/// A kind of object that calls are made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    /// A client that blocks until a server answers: its class.
    HttpClient(&'static str),
    /// A pool of connections of urllib3: its class.
    HttpPool(&'static str),
    /// An open file that the function was given.
    File,
    /// `pathlib.Path`
    Path,
    /// `subprocess.Popen`
    Process,
    /// `zmq.Context`
    MessageContext,
    /// `zmq.Socket`
    MessageSocket,
    /// `zmq.Poller`
    Poller,
    /// A client whose calls are awaited.
    AsyncHttpClient,
    /// A database, a connection to one or a cursor, whose calls are awaited.
    AsyncDatabase,
    /// A session of SQLAlchemy, which collects changes and makes them together.
    AsyncSession,
}

/// The object that a function or class of this full name gives.
fn made_by(path: &str) -> Option<Object> {
    Some(match path {
        "httpx.Client" => Object::HttpClient("httpx.Client"),
        "httpx2.Client" => Object::HttpClient("httpx2.Client"),
        "requests.Session" | "requests.session" | "requests.sessions.Session" => {
            Object::HttpClient("requests.Session")
        }
        "urllib3.PoolManager" | "urllib3.poolmanager.PoolManager" => Object::HttpPool("urllib3.PoolManager"),
        "urllib3.ProxyManager" | "urllib3.poolmanager.ProxyManager" => {
            Object::HttpPool("urllib3.ProxyManager")
        }
        "urllib3.HTTPConnectionPool" | "urllib3.connectionpool.HTTPConnectionPool" => {
            Object::HttpPool("urllib3.HTTPConnectionPool")
        }
        "urllib3.HTTPSConnectionPool" | "urllib3.connectionpool.HTTPSConnectionPool" => {
            Object::HttpPool("urllib3.HTTPSConnectionPool")
        }
        "pathlib.Path"
        | "pathlib.PosixPath"
        | "pathlib.WindowsPath"
        | "pathlib.Path.cwd"
        | "pathlib.Path.home" => Object::Path,
        "subprocess.Popen" => Object::Process,
        "zmq.Context" | "zmq.Context.instance" | "zmq.sugar.context.Context" => Object::MessageContext,
        "zmq.Socket" | "zmq.sugar.socket.Socket" => Object::MessageSocket,
        "zmq.Poller" => Object::Poller,
        "aiohttp.ClientSession" | "httpx.AsyncClient" => Object::AsyncHttpClient,
        "asyncpg.connect"
        | "asyncpg.create_pool"
        | "asyncpg.Connection"
        | "asyncpg.Pool"
        | "asyncpg.pool.Pool"
        | "asyncpg.connection.Connection"
        | "aiosqlite.connect"
        | "aiosqlite.Connection"
        | "aiomysql.connect"
        | "aiomysql.create_pool"
        | "aiopg.create_pool"
        | "databases.Database"
        | "psycopg.AsyncConnection"
        | "psycopg.AsyncConnection.connect"
        | "psycopg_pool.AsyncConnectionPool"
        | "redis.asyncio.Redis"
        | "redis.asyncio.from_url"
        | "redis.asyncio.Redis.from_url"
        | "aioredis.from_url"
        | "sqlalchemy.ext.asyncio.AsyncConnection"
        | "sqlalchemy.ext.asyncio.AsyncEngine"
        | "sqlalchemy.ext.asyncio.create_async_engine" => Object::AsyncDatabase,
        "sqlalchemy.ext.asyncio.AsyncSession" | "sqlmodel.ext.asyncio.session.AsyncSession" => {
            Object::AsyncSession
        }
        _ => return None,
    })
}

/// Step between an expression and the one that it starts from.
#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Method(&'a str),
    Attribute(&'a str),
    Divided,
}

impl Object {
    /// Result of a step from this object.
    fn step(self, step: Step) -> Option<Self> {
        let same = match (self, step) {
            (Self::Path, Step::Divided | Step::Attribute("parent")) => true,
            (Self::Path, Step::Method(name)) => matches!(
                name,
                "joinpath"
                    | "with_name"
                    | "with_suffix"
                    | "with_stem"
                    | "with_segments"
                    | "resolve"
                    | "absolute"
                    | "expanduser"
                    | "relative_to"
                    | "readlink"
                    | "rename"
                    | "replace"
            ),
            (Self::AsyncDatabase, Step::Method(name)) => {
                matches!(
                    name,
                    "acquire" | "cursor" | "connect" | "begin" | "connection" | "execution_options"
                )
            }
            _ => false,
        };
        match (self, step) {
            (Self::MessageContext, Step::Method("socket")) => Some(Self::MessageSocket),
            _ => same.then_some(self),
        }
    }
}

/// Answers what expressions are.
pub(super) struct Objects<'c, 'a, 't> {
    fold: Fold<'c, 'a, 't>,
    /// The annotations of parameters and variables, by name and scope.
    annotations: FxHashMap<(&'a str, ScopeId), Node<'t>>,
}

impl<'c, 'a, 't> Objects<'c, 'a, 't> {
    /// Reads the annotations among `binders`.
    pub(super) fn new(binders: &[Binder<'t>], fold: Fold<'c, 'a, 't>) -> Self {
        let mut annotations = FxHashMap::default();
        for binder in binders {
            match binder.node.kind_id() {
                kind::ASSIGNMENT => {
                    let (Some(left), Some(annotation)) =
                        (binder.node.child(0), binder.node.child_by_field_id(field::TYPE))
                    else {
                        continue;
                    };
                    annotations.insert((fold.cx.slice(&left), binder.scope), annotation);
                }
                kind::FUNCTION_DEFINITION => {
                    let Some(list) = binder.node.child_by_field_id(field::PARAMETERS) else { continue };
                    for parameter in elements(list) {
                        let Some(annotation) = parameter.child_by_field_id(field::TYPE) else { continue };
                        let name = parameter.child_by_field_id(field::NAME).or_else(|| parameter.child(0));
                        if let Some(name) = name {
                            annotations.insert((fold.cx.slice(&name), binder.scope), annotation);
                        }
                    }
                }
                _ => {}
            }
        }
        Self { fold, annotations }
    }

    /// Object that an expression evaluates to; none where it is not known, or not one of these.
    pub(super) fn of(&self, node: Node<'t>, scope: ScopeId) -> Option<Object> {
        let mut open = vec![(node, scope, Vec::new())];
        for _ in 0..BUDGET {
            let (node, scope, mut steps): (_, _, Vec<Step<'a>>) = open.pop()?;
            let slice = |node: Node<'t>| self.fold.cx.slice(&node);
            match node.kind_id() {
                kind::PARENTHESIZED_EXPRESSION | kind::AWAIT => {
                    open.extend(elements(node).first().map(|inner| (*inner, scope, steps)));
                }
                kind::IDENTIFIER => {
                    if let Some(object) = self.name(slice(node), scope, &steps, &mut open) {
                        return Some(object);
                    }
                }
                kind::ATTRIBUTE => {
                    let path = slice(node);
                    if path.starts_with("self.") && path.matches('.').count() == 1 {
                        if let Some(object) = self.name(path, scope, &steps, &mut open) {
                            return Some(object);
                        }
                    } else if let Some(object) = node.child_by_field_id(field::OBJECT) {
                        let name = node.child_by_field_id(field::ATTRIBUTE).map_or("", slice);
                        steps.push(Step::Attribute(name));
                        open.push((object, scope, steps));
                    }
                }
                kind::BINARY_OPERATOR => {
                    let operator = node.child_by_field_id(field::OPERATOR).map(|token| token.kind_id());
                    if operator == Some(kind::SLASH) {
                        steps.push(Step::Divided);
                        open.extend(node.child_by_field_id(field::LEFT).map(|left| (left, scope, steps)));
                    }
                }
                kind::CALL => {
                    let Some(function) = node.child_by_field_id(field::FUNCTION) else { continue };
                    let made = self.fold.path(function, scope).as_deref().and_then(made_by);
                    if let Some(object) = made {
                        if let Some(object) = after(object, &steps) {
                            return Some(object);
                        }
                        continue;
                    }
                    if function.kind_id() == kind::ATTRIBUTE {
                        let name = function.child_by_field_id(field::ATTRIBUTE).map_or("", slice);
                        steps.push(Step::Method(name));
                        let object = function.child_by_field_id(field::OBJECT);
                        open.extend(object.map(|object| (object, scope, steps)));
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The annotation of a name or of an attribute of `self`, as it is seen from a scope.
    pub(super) fn annotation(&self, name: &'a str, scope: ScopeId) -> Option<&'a str> {
        let owner = self.fold.bindings.find(name, scope).map_or(scope, |found| found.scope);
        let attribute = name.strip_prefix("self.").unwrap_or(name);
        let places = [(name, owner), (name, scope), (attribute, owner)];
        let annotation = places.iter().find_map(|place| self.annotations.get(place))?;
        Some(self.fold.cx.slice(annotation))
    }

    /// Object of a name, where an annotation gives it; else goes on with the values of the name.
    fn name(
        &self,
        name: &'a str,
        scope: ScopeId,
        steps: &[Step<'a>],
        open: &mut Vec<(Node<'t>, ScopeId, Vec<Step<'a>>)>,
    ) -> Option<Object> {
        let found = self.fold.bindings.find(name, scope)?;
        let annotated =
            [found.scope, scope].into_iter().find_map(|owner| self.annotations.get(&(name, owner)));
        if let Some(annotation) = annotated {
            return after(self.class(self.fold.cx.slice(annotation), scope)?, steps);
        }
        for binding in found.bindings {
            let Some(value) = binding.value else { continue };
            // Of the parts only what `with … as name` gives is the value itself.
            let entered = || value.parent().is_some_and(|parent| parent.kind_id() == kind::AS_PATTERN);
            if binding.how == How::Whole || entered() {
                open.push((value, found.scope, steps.to_vec()));
            }
        }
        None
    }

    /// Object that instances of an annotation are, leaving `None` aside.
    fn class(&self, annotation: &str, scope: ScopeId) -> Option<Object> {
        let text = content(annotation.trim());
        let text = if text.is_empty() { annotation.trim() } else { text };
        let inner = text.split_once("Optional[").and_then(|(_, rest)| rest.strip_suffix(']'));
        let mut parts = inner.unwrap_or(text).split('|').map(str::trim).filter(|part| *part != "None");
        let class = parts.next().filter(|_| parts.next().is_none())?;
        let path = self.fold.bindings.resolve(class, scope, self.fold.cx)?;
        let file = matches!(
            path.as_str(),
            "io.TextIOWrapper"
                | "io.BufferedReader"
                | "io.BufferedWriter"
                | "io.BufferedRandom"
                | "io.FileIO"
                | "typing.TextIO"
                | "typing.BinaryIO"
        );
        if file { Some(Object::File) } else { made_by(&path) }
    }
}

/// Result of the steps, the last one applied first.
fn after(object: Object, steps: &[Step]) -> Option<Object> {
    steps.iter().rev().try_fold(object, |object, step| object.step(*step))
}
