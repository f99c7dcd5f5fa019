//! Waits of coroutines: calls that block the event loop, queries that are repeated in loops, the old way to get at
//! the loop.

use analyzer_source::TextRange;
use analyzer_syntax::Tier;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::ScopeId;

/// Kind of wait of a call while nothing else can run. Ordered by how surely it takes long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Blocking {
    /// Time: `time.sleep`.
    Sleep,
    /// A server's answer.
    Http,
    /// A message on a socket.
    Message,
    /// Another process.
    Process,
    /// A person at the terminal.
    Input,
    /// The content of a file.
    File,
    /// The file system, without reading content.
    Path,
}

impl Blocking {
    /// Whether it takes long everywhere, not only where disks are slow.
    #[must_use]
    pub const fn is_long(self) -> bool {
        !matches!(self, Self::File | Self::Path)
    }
}

/// How a call of `time.sleep` would be awaited.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SleepSite {
    /// The callee.
    pub callee: TextRange,
    /// The library whose `sleep` takes its place.
    pub library: CompactString,
    /// Whether that library must be imported first.
    pub import: bool,
}

/// A call in a coroutine that blocks the event loop.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlockingCall {
    /// The call.
    pub range: TextRange,
    /// The callee's full name, such as `time.sleep` or `pathlib.Path.exists`.
    pub callee: CompactString,
    /// Kind of its wait.
    pub what: Blocking,
    /// Its scope.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
    /// Only of `time.sleep` as a statement, in files that parse.
    pub sleep: Option<Box<SleepSite>>,
}

/// A plain function that blocks for long: its first such call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlockingFunction {
    /// The function.
    pub scope: ScopeId,
    /// The call.
    pub range: TextRange,
    /// The callee's full name.
    pub callee: CompactString,
    /// Kind of its wait.
    pub what: Blocking,
}

/// Whom a coroutine calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Helper {
    /// A blocking function of the same file: its index among [`AsyncFacts::functions`].
    Local(u32),
    /// Something reached through an imported name.
    Imported {
        /// The name that the import binds.
        name: CompactString,
        /// Path that follows it, without the first dot; empty for the name itself.
        path: CompactString,
    },
}

/// A call in a coroutine that is not awaited, of a function that may block.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HelperCall {
    /// The call.
    pub range: TextRange,
    /// The callee as written.
    pub callee: CompactString,
    /// The function.
    pub helper: Helper,
    /// Its scope.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
}

/// How `get_event_loop` would become `get_running_loop`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RunningLoopSite {
    /// Range to replace.
    pub range: TextRange,
    /// Its replacement.
    pub content: CompactString,
    /// Whether `from asyncio import get_running_loop` must be added.
    pub import: bool,
}

/// A call of `asyncio.get_event_loop`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LoopGetter {
    /// The call.
    pub range: TextRange,
    /// Whether a coroutine makes it, so that a loop is running.
    pub in_coroutine: bool,
    /// Whether it is in a `try` that catches what it raises where there is no loop.
    pub guarded: bool,
    /// Its scope.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
    /// Only in coroutines of files that parse.
    pub running: Option<Box<RunningLoopSite>>,
}

/// Target of a remote call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum QueryKind {
    /// A database.
    Database,
    /// A server, over HTTP.
    Http,
    /// A remote procedure.
    Rpc,
}

/// An awaited query in a loop that depends on the loop's variable.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LoopedQuery {
    /// The call.
    pub range: TextRange,
    /// The callee as written.
    pub callee: CompactString,
    /// Whom it asks.
    pub kind: QueryKind,
    /// The loop's variables as written.
    pub variable: CompactString,
    /// The header of the loop, or the clause of the comprehension.
    pub header: TextRange,
    /// Its scope.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
}

/// Waits of the coroutines of a file, and of the helpers that they call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct AsyncFacts {
    /// Calls of `asyncio.get_event_loop`, in the order of the text.
    pub loop_getters: Vec<LoopGetter>,
    /// Blocking calls in coroutines, in the order of the text.
    pub blocking: Vec<BlockingCall>,
    /// Functions that block for long, in the order of their first blocking call.
    pub functions: Vec<BlockingFunction>,
    /// Calls in coroutines of functions that may block, in the order of the text.
    pub helpers: Vec<HelperCall>,
    /// Queries in loops, in the order of the text.
    pub queries: Vec<LoopedQuery>,
}
