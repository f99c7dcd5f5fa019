//! All facts of one file.

use std::sync::Arc;

use analyzer_source::TextRange;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::covering::Covering;
use crate::{
    Address, AsyncFacts, AttributeUse, Command, ConfigFacts, Constant, Endpoint, Event, GpuFacts, Handler,
    Import, Marker, ModuleNames, PathSite, PortLookup, PortSite, Python2, Scope, ScopeId, Secret, Shape,
    Singleton, Socket, Suppression, Tier, WebFacts,
};

/// Where a file stops being Python.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SyntaxProblem {
    /// The first place that does not fit.
    pub range: TextRange,
    /// Description of the problem, in one line.
    pub message: String,
}

/// Where imports and module-level names can be added, as whole lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ImportSite {
    /// Offset of a line's beginning: after the docstring, `__future__` imports and the rest of the first run of imports,
    /// or after the leading comments where there are none of these.
    pub at: u32,
    /// Whether the line that begins there is blank.
    pub blank: bool,
    /// Whether the file's lines end in CR LF.
    pub crlf: bool,
}

impl ImportSite {
    /// The file's line end.
    #[must_use]
    pub const fn newline(&self) -> &'static str {
        if self.crlf { "\r\n" } else { "\n" }
    }
}

/// Everything that is known of one text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileFacts {
    /// The first syntax error; none in a file that parsed.
    pub syntax: Option<SyntaxProblem>,
    /// Set if a program wrote it, as its first lines say.
    pub generated: bool,
    /// Set if it has lines of a template, which keep it from being Python; false in a file that parsed.
    pub template: bool,
    /// Number of lines.
    pub lines: u32,
    /// Hash of the text, where its bytes on disk have another: a byte-order mark, another encoding.
    pub recoded: Option<u128>,
    /// The module first, then classes and functions in the order of their definitions.
    pub scopes: Vec<Scope>,
    /// Imports in the order of the text.
    pub imports: Vec<Import>,
    /// Events while the module is imported.
    pub program: Arc<[Event]>,
    /// Names of the module beyond its imports, and what else resolving imports needs.
    pub names: Arc<ModuleNames>,
    /// The names of `__all__`, where it is a literal.
    pub exports: Option<Vec<CompactString>>,
    /// Whether annotations are lazy: `from __future__ import annotations`.
    pub lazy_annotations: bool,
    /// Whether there is an `if __name__ == "__main__"`.
    pub main_guard: bool,
    /// Except clauses in the order of the text.
    pub handlers: Vec<Handler>,
    /// Secrets in the order of the text, without their values.
    pub secrets: Vec<Secret>,
    /// Where a fix adds imports; none in a broken file.
    pub import_site: Option<ImportSite>,
    /// Comments that ask for silence, in the order of the text.
    pub suppressions: Vec<Suppression>,
    /// Calls that run, or may run, a command through a shell, in the order of the text.
    pub commands: Vec<Command>,
    /// Endpoints that the program binds and connects to, and URLs, in the order of the text.
    pub endpoints: Vec<Endpoint>,
    /// Port numbers under the names of ports, in the order of the text; some are those of endpoints.
    pub ports: Vec<PortSite>,
    /// ZeroMQ sockets, in the order of the text.
    pub sockets: Vec<Socket>,
    /// IP addresses in literals, in the order of the text; some are those of endpoints.
    pub addresses: Vec<Address>,
    /// Facts of configuration beside its secrets; none of Python, and where there is nothing.
    pub config: Option<Box<ConfigFacts>>,
    /// Comments that say that something is left to do, in the order of the text.
    pub markers: Vec<Marker>,
    /// Statements of Python 2, in the order of the text.
    pub python2: Vec<Python2>,
    /// Whether nothing but statements of Python 2 keeps the file from being Python 3.
    pub python2_alone: bool,
    /// Names of the module that are created on first use without a lock, in the order of the text.
    pub singletons: Vec<Singleton>,
    /// Features by which copies of the file are recognised.
    pub shape: Shape,
    /// Waits of its coroutines.
    pub asynchrony: AsyncFacts,
    /// Its use of the graphics card.
    pub gpu: GpuFacts,
    /// Absolute paths that only exist on one machine, in the order of the text.
    pub paths: Vec<PathSite>,
    /// Ports that are asked for by name, in the order of the text.
    pub lookups: Vec<PortLookup>,
    /// Bases of the classes of the module, by the last part of the name, sorted; only of files that speak of the
    /// network.
    pub bases: Vec<CompactString>,
    /// Hosts and ports that other modules may take from this one, in the order of the text.
    pub constants: Vec<Constant>,
    /// Its applications and routes.
    pub web: WebFacts,
    /// Attributes that are read from names which imports bind, sorted.
    pub attributes: Vec<AttributeUse>,
    /// Dotted names that texts give to names of other modules, such as those that a test patches, sorted. `?` stands for
    /// modules at the beginning that are not known, and at the end for any name of the module.
    pub mentioned: Vec<CompactString>,
}

impl FileFacts {
    /// Dotted name of a scope within the file, such as `Agent.run`; empty for the module.
    #[must_use]
    pub fn qualified_name(&self, mut scope: ScopeId) -> String {
        let mut parts = Vec::new();
        while scope != 0 {
            let Some(found) = self.scopes.get(scope as usize) else { break };
            parts.push(found.name.as_str());
            scope = found.parent;
        }
        parts.reverse();
        parts.join(".")
    }

    /// The classes and functions by place, for [`FileFacts::scope_at`].
    #[must_use]
    pub fn definitions(&self) -> Covering {
        Covering::half_open(
            self.scopes.iter().enumerate().skip(1).map(|(number, scope)| (scope.range, number)),
        )
    }

    /// The innermost scope whose definition covers `offset`; `definitions` are those of this file.
    #[must_use]
    pub fn scope_at(&self, definitions: &Covering, offset: u32) -> ScopeId {
        let around = definitions.at(offset).filter_map(|number| Some((self.scopes.get(number)?, number)));
        let innermost = around.min_by_key(|(scope, number)| (scope.range.len(), *number));
        innermost.map_or(0, |(_, number)| number as ScopeId)
    }

    /// The tier of code outside every error node.
    #[must_use]
    pub fn base_tier(&self) -> Tier {
        if self.syntax.is_none() { Tier::A } else { Tier::B }
    }
}
