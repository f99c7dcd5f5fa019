//! Imports, and the program of what happens while a module is imported.

use analyzer_source::TextRange;
use analyzer_syntax::Tier;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::{Position, ScopeId};

/// The form of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ImportKind {
    /// `import a.b`, `import a.b as c`; one entry for each module of the statement.
    Plain,
    /// `from m import n`, `from . import n`, `from m import *`.
    From,
    /// `importlib.import_module("m")` or `__import__("m")` with a literal name.
    Dynamic,
}

/// When and how the names that an import binds are used in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Uses {
    /// While the module is imported, outside annotations.
    pub eager: bool,
    /// In bodies of functions, outside annotations.
    pub deferred: bool,
    /// In annotations, quoted ones included.
    pub annotation: bool,
    /// Listed in `__all__`, or re-exported as `x as x`; or `__all__` is computed, so that it may be.
    pub exported: bool,
    /// A function of the file has a parameter of that name, into which pytest puts an imported fixture.
    pub parameter: bool,
    /// In a type in quotes outside annotations, or in an example of a docstring.
    pub quoted: bool,
    /// A text of the file is the name, or code with the name in it: it may be looked up by it.
    pub named: bool,
    /// It is bound in the module by a function that declares it global.
    pub global: bool,
}

impl Uses {
    /// Whether anything in the file may need the names.
    #[must_use]
    pub const fn any(self) -> bool {
        self.eager || self.deferred || self.annotation || self.exported || self.quoted
    }
}

/// An attribute that is read from a name which an import binds: if the name is a module, the file takes the attribute
/// from that module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AttributeUse {
    /// Index of the import among the file's.
    pub import: u32,
    /// Index among the names of a `from` import; none for a plain one.
    pub name: Option<u16>,
    /// The attribute; of `a.b.c` both `b` and `c` are listed.
    pub attribute: CompactString,
}

/// One name of a `from` import.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ImportedName {
    /// The name in the imported module.
    pub name: CompactString,
    /// The name after `as`.
    pub alias: Option<CompactString>,
    /// The name's place, with its alias.
    pub range: TextRange,
    /// How the bound name is used.
    pub uses: Uses,
}

/// One import of one module.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Import {
    /// The form.
    pub kind: ImportKind,
    /// Dotted name without leading dots; empty for `from . import x`.
    pub module: CompactString,
    /// Number of leading dots; 0 is absolute.
    pub level: u8,
    /// Names of a `from` import, in order; empty for `*` and for the other forms.
    pub names: Vec<ImportedName>,
    /// Whether it is `from m import *`.
    pub star: bool,
    /// The name after `as`, of a plain import.
    pub alias: Option<CompactString>,
    /// How the name that a plain import binds is used.
    pub uses: Uses,
    /// The whole statement; of a dynamic import the call.
    pub range: TextRange,
    /// The module's name with its dots; of a dynamic import the string.
    pub module_range: TextRange,
    /// When it runs.
    pub position: Position,
    /// Whether it is in a function that the module calls while it is imported.
    pub called: bool,
    /// Its scope.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
}

/// Which exceptions of a failed import a handler catches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Catches {
    /// Neither.
    Other,
    /// `ImportError` (not `ModuleNotFoundError`: a cycle does not raise that).
    ImportError,
    /// `AttributeError`.
    AttributeError,
    /// Both: bare, `Exception`, `BaseException`, or a tuple with both.
    Both,
}

/// A step of what happens while a module is imported, in order; a flat tree, closed by `End`.
///
/// Bodies of functions, of `if TYPE_CHECKING` and of the main guard are absent, the `else` of the latter two is inlined. Where
/// the module calls one of its functions by name, what that imports is inlined; what follows a statement with blocks in it is a
/// branch, since the function may have returned.
/// Class bodies are inlined (their names bind nothing in the module), and so are the bodies of `with`.
/// Annotations count as read unless the file's are lazy; from Python 3.14 on none are.
/// In a broken file the program is that of the tree; an import that only recovery found runs in front of the
/// import after it, or at the end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Event {
    /// The import with this index runs.
    Import(u32),
    /// A module-level name becomes bound other than by an import: def, class, assignment, `for`, `with`, `except … as`.
    Bind(CompactString),
    /// A module-level name is deleted.
    Unbind(CompactString),
    /// A dotted path whose first part an import bound is read, such as `p.b.g`.
    Use(CompactString),
    /// A `try` begins: its body up to the first `Handler`, `OrElse`, `Finally` or `End`.
    Try,
    /// A handler of the innermost `Try`.
    Handler(Catches),
    /// A handler raises: what it caught, or what says the same in other words.
    Raise,
    /// The `else` of the innermost `Try`.
    OrElse,
    /// The `finally` of the innermost `Try`.
    Finally,
    /// A branch whose condition is unknown begins (`if`, `for`, `while`, `match`).
    Branch,
    /// A further alternative of the innermost `Branch` (`elif`, `else`, `case`); where it may be that none of them
    /// runs, as in an `if` without `else`, the last one is empty. The `else` of a loop is a `Branch` of its own.
    Alternative,
    /// Closes the innermost `Try` or `Branch`.
    End,
}
