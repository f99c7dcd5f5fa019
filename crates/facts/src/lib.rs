//! One file's text to its facts: everything the rules and the project need to know of it.
//! It must not know other files, paths, configuration or rules; equal text gives equal facts.

mod complexity;
mod extract;
mod handlers;
mod imports;
mod interest;
mod model;
mod recovery;
mod walk;

pub use analyzer_source::TextRange;
pub use analyzer_syntax::Tier;
pub use extract::{Limits, TimedOut, extract, extract_exhaustively};
pub use model::file::{FileFacts, SyntaxProblem};
pub use model::handler::{
    Caught, Handler, HandlerBody, HandlerForm, HandlerMarks, LogSite, LoggerDefinition,
};
pub use model::import::{Catches, Event, Import, ImportKind, ImportedName, Uses};
pub use model::position::Position;
pub use model::projection::{
    ImportsProjection, ModuleNames, ProjectedImport, ProjectedName, SearchPath, SearchPathBase,
};
pub use model::scope::{Metrics, Scope, ScopeId, ScopeKind};
