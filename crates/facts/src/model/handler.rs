//! Exception handlers, graded by what they catch and what they do. It must not know which of them are faults.

use analyzer_source::TextRange;
use analyzer_syntax::Tier;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::ScopeId;

/// The construct that handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum HandlerForm {
    /// `except`.
    Except,
    /// `except*`.
    ExceptStar,
    /// A call of `contextlib.suppress`.
    Suppress,
}

/// The broadest class that a handler catches. Ordered from narrow to broad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Caught {
    /// Nothing at all: `except ():`.
    Nothing,
    /// Classes below `Exception`, or names that cannot be resolved in the file.
    Narrow,
    /// `asyncio.CancelledError`, which is no `Exception`.
    Cancelled,
    /// `Exception`.
    Exception,
    /// `BaseException`.
    BaseException,
    /// Everything, for want of a class: `except:`.
    Bare,
}

/// Treatment of the error by a handler's body; the first that applies, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum HandlerBody {
    /// Ends in a raise or in the end of the process on every path.
    Leaves,
    /// The traceback is logged, printed or reported on some path.
    KeepsTraceback,
    /// The exception object is handed on as a value: appended, returned, stored, given to a callback.
    Escapes,
    /// Some paths raise, others go on.
    LeavesPartly,
    /// Missing, or with errors of syntax inside.
    Unknown,
    /// Only `pass`, `...`, `continue`, docstrings and `global` declarations.
    Swallows,
    /// Logged without its traceback.
    Logs,
    /// Printed without its traceback.
    Prints,
    /// Anything else: a default is returned or computed.
    GoesOn,
}

/// Circumstances of a handler: a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct HandlerMarks(u32);

impl HandlerMarks {
    /// The author says why it goes on: on the header's line, directly above, as the first thing in the body, above the
    /// `try`, or in the function's docstring.
    pub const COMMENTED: Self = Self(1);
    /// In `__del__`, or in a function registered with `atexit`, `signal` or `weakref.finalize`.
    pub const TEARDOWN: Self = Self(1 << 1);
    /// The `try` guards an optional import.
    pub const OPTIONAL_IMPORT: Self = Self(1 << 2);
    /// A handler of narrower classes comes before it at the same `try`.
    pub const AFTER_NARROW: Self = Self(1 << 3);
    /// Inside `async def`.
    pub const ASYNC: Self = Self(1 << 4);
    /// The exception is bound to a name.
    pub const NAMED: Self = Self(1 << 5);
    /// The bound exception decides a condition.
    pub const INSPECTED: Self = Self(1 << 6);
    /// `raise X from None`.
    pub const FROM_NONE: Self = Self(1 << 7);
    /// `raise X from e`, or a new exception that mentions the caught one.
    pub const CHAINED: Self = Self(1 << 8);
    /// `sys.exit`, `os._exit` or the like.
    pub const EXITS: Self = Self(1 << 9);
    /// The file binds `Exception` or `BaseException` to something else.
    pub const SHADOWED: Self = Self(1 << 10);
    /// A `CancelledError` here is another task's: the enclosing function cancels one before the handler, or the `try`
    /// awaits nothing.
    pub const OTHERS_CANCELLED: Self = Self(1 << 11);
    /// Prints as well as logs.
    pub const PRINTS: Self = Self(1 << 12);
    /// In a function that describes an object (`__repr__`, `generic_repr`), or after a `try` that only calls `str` or
    /// `repr`.
    pub const DESCRIBES: Self = Self(1 << 13);
    /// The `try` calls `eval` or `exec`.
    pub const EVALUATES: Self = Self(1 << 14);
    /// Text of the exception is returned, stored or passed on.
    pub const TELLS: Self = Self(1 << 15);
    /// A coroutine that comes here ends without waiting for anything more. Only known of `CancelledError`.
    pub const ENDS: Self = Self(1 << 16);
    /// A coroutine that comes here goes on with a `while` loop, in which it called what was cancelled. Only known of
    /// `CancelledError`.
    pub const AGAIN: Self = Self(1 << 17);
    /// Nothing but the end of the process follows the `try`: `os._exit(code)`.
    pub const LAST: Self = Self(1 << 18);
    /// A comment beside the header or above speaks of what only `BaseException` has: Ctrl-C, `sys.exit`, cancellation.
    pub const INTERRUPTS: Self = Self(1 << 19);
    /// The answer is that something is not to be had: in `is_available()`, or `HAS_REDIS = False` at module level.
    pub const PROBES: Self = Self(1 << 20);
    /// The `try` does nothing but close what is given up.
    pub const CLOSES: Self = Self(1 << 21);
    /// A loop ends here that would go on for ever. Only known of `CancelledError`.
    pub const OF_A_LOOP: Self = Self(1 << 22);
    /// The `try` only awaits a task that the file cancels, and the clause names `CancelledError`.
    pub const ENDED_TASK: Self = Self(1 << 23);
    /// The `try` stands in a `finally`, or in a handler that raises again at its end: an error on its way must come through.
    pub const CLEANS_UP: Self = Self(1 << 24);

    /// Whether every mark of `other` is set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Takes the marks of `other` away.
    pub const fn unset(&mut self, other: Self) {
        self.0 &= !other.0;
    }

    /// Adds the marks of `other` where `condition` holds.
    pub const fn set(&mut self, other: Self, condition: bool) {
        if condition {
            self.0 |= other.0;
        }
    }
}

/// Where a swallowed exception could be logged.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LogSite {
    /// Range that the call replaces; empty where it is inserted.
    pub range: TextRange,
    /// Goes between the call and what precedes it: line end and indentation, or `; `; empty for none.
    pub before: CompactString,
    /// The same between the call and what follows it.
    pub after: CompactString,
    /// Name of the logger to call.
    pub logger: CompactString,
    /// Where the logger has to be made first; none where it exists.
    pub define: Option<LoggerDefinition>,
}

/// A module logger that is still to be made, at [`crate::FileFacts::import_site`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LoggerDefinition {
    /// Whether `logging` has to be imported too.
    pub import: bool,
}

/// One `except` clause, or one call of `contextlib.suppress`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Handler {
    /// From `except` to the colon, that included; of `suppress` the call.
    pub range: TextRange,
    /// The whole clause with its body; of `suppress` the call.
    pub clause: TextRange,
    /// Its scope.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
    /// The construct.
    pub form: HandlerForm,
    /// Exceptions that it catches.
    pub caught: Caught,
    /// Its treatment of the error.
    pub body: HandlerBody,
    /// Its circumstances.
    pub marks: HandlerMarks,
    /// Where to log; only of broad handlers that swallow, in files without errors of syntax.
    pub log_site: Option<Box<LogSite>>,
}
