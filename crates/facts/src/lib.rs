//! One file's text to its facts: everything the rules and the project need to know of it.
//! It must not know other files, paths, configuration or rules; equal text gives equal facts.

mod complexity;
mod config_text;
mod extract;
mod handlers;
mod imports;
mod model;
mod recovery;
mod secrets;
mod walk;

pub use analyzer_source::TextRange;
pub use analyzer_syntax::Tier;
pub use config_text::Dialect;
pub use extract::{Limits, TimedOut, extract, extract_config};
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
pub use model::secret::{Secret, SecretKind, SecretPlace};
pub use secrets::may_hold_secrets;
