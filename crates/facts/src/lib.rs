//! One file's text to its facts: everything the rules and the project need to know of it.
//! It must not know other files, paths, configuration or rules; equal text gives equal facts.

mod authorship;
mod complexity;
mod condition;
mod config_text;
mod covering;
mod extract;
mod flows;
mod handlers;
mod head;
mod imports;
mod inspect;
mod interest;
mod markers;
mod members;
mod model;
mod names;
mod notebook;
mod python2;
mod recovery;
pub mod relocate;
mod requirements;
mod secrets;
mod services;
mod set;
mod singletons;
mod spoken;
mod strings;
mod suppressions;
mod usage;
mod walk;
mod winnow;

pub use analyzer_source::TextRange;
pub use analyzer_syntax::{Aborted, Builder, Tier};
pub use config_text::machines::may_name_machines;
pub use config_text::{ConfigKind, yaml_list_len, yaml_lists};
pub use covering::Covering;
pub use extract::{Limits, comments, extract, extract_config, extract_exhaustively, extract_only};
pub use imports::texts::UNKNOWN;
pub use inspect::{ComplexityStep, complexity_steps};
pub use model::asynchrony::{
    AsyncFacts, Blocking, BlockingCall, BlockingFunction, Helper, HelperCall, LoopGetter, LoopedQuery,
    QueryKind, RunningLoopSite, SleepSite,
};
pub use model::command::{Command, CommandForm, Origin, ShellFree, ShellUse};
pub use model::config::{
    ConfigFacts, Needed, PortVariable, RegisteredPort, Service, ServiceKind, ServicePort,
};
pub use model::file::{FileFacts, ImportSite, SyntaxProblem};
pub use model::gpu::{GpuFacts, KeptCache, ModelRelease};
pub use model::handler::{
    Caught, Handler, HandlerBody, HandlerForm, HandlerMarks, LogSite, LoggerDefinition,
};
pub use model::hygiene::{Marker, MarkerWord, Python2, Python2Form, Rewrite, Shape, Singleton};
pub use model::import::{AttributeUse, Catches, Event, Import, ImportKind, ImportedName, Uses};
pub use model::network::{
    Address, Constant, ConstantValue, Endpoint, EndpointRole, EndpointVia, Host, PathSite, PortLookup,
    PortNumber, PortSite, PortSiteKind, Protection, Socket, ZmqUse,
};
pub use model::position::Position;
pub use model::projection::{
    Answers, Fixture, ImportsProjection, ModuleNames, ProjectedImport, ProjectedName, SearchPath,
    SearchPathBase,
};
pub use model::requirement::{Requirement, RequirementLink};
pub use model::scope::{Metrics, Scope, ScopeId, ScopeKind};
pub use model::secret::{Secret, SecretKind, SecretPlace};
pub use model::suppression::{SuppressedName, Suppression, SuppressionForm, SuppressionOrigin};
pub use model::web::{
    CookieUse, GuardAdded, IgnoredGuard, Imported, Route, RouteOwner, RouterInclusion, WebFacts, WebFramework,
};
pub use notebook::{NotebookCode, NotebookFault, NotebookPlace};
pub use secrets::{in_python as secrets_in, may_hold_secrets, secret_pieces, secret_value};
pub use services::may_hold_config;
pub use set::FactSet;
pub use suppressions::{CommentPlace, CommentPlaces, may_suppress};
pub use usage::names_a_machine;
pub use winnow::fingerprints;
