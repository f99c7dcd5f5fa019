//! Web applications and routers, their routes, and their guards.

use analyzer_source::TextRange;
use analyzer_syntax::Tier;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::ScopeId;

/// Whose rules routes follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WebFramework {
    /// FastAPI, and what is built like it.
    FastApi,
    /// Flask, Quart, and what is built like them.
    Flask,
}

/// Something reached through an imported name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Imported {
    /// The name that the import binds.
    pub name: CompactString,
    /// Path that follows it, without the first dot; empty for the name itself.
    pub path: CompactString,
}

/// An application, router or blueprint that the file makes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RouteOwner {
    /// The name that it is bound to.
    pub name: CompactString,
    /// Prefix of the paths of its routes.
    pub prefix: CompactString,
    /// Whether it is an application, not a part of one.
    pub is_app: bool,
    /// Whether all its routes ask for credentials: its dependencies, its middleware, a handler before each request.
    pub guarded: bool,
    /// Dependencies and middlewares that other files define, which may ask for credentials.
    pub asks: Vec<Imported>,
}

/// A router that is made part of an application or of another router.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RouterInclusion {
    /// The name of what includes it.
    pub into: CompactString,
    /// The included one: a name of the file, or an imported one.
    pub router: Imported,
    /// Prefix that the inclusion puts before the paths.
    pub prefix: CompactString,
    /// Whether the inclusion adds a guard.
    pub guarded: bool,
    /// Dependencies that it adds, which other files define and which may ask for credentials.
    pub asks: Vec<Imported>,
}

/// A handler or middleware that the file puts before the routes of something that it does not make itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GuardAdded {
    /// The application or router, where that is imported; none for a parameter.
    pub to: Option<Imported>,
    /// Whether it asks for credentials.
    pub guarded: bool,
    /// Parts of it that other files define, and that may ask for credentials.
    pub asks: Vec<Imported>,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Route {
    /// The decorator without `@`.
    pub range: TextRange,
    /// Whose rules it follows.
    pub framework: WebFramework,
    /// Its owner: a name of the file, or an imported one.
    pub owner: Imported,
    /// The path as written, as far as it is a literal.
    pub path: CompactString,
    /// The method that changes something, such as `POST`; empty if there is none.
    pub mutates: CompactString,
    /// The name of the function.
    pub function: CompactString,
    /// Whether the route itself asks for credentials.
    pub guarded: bool,
    /// Dependencies that other files define, which may ask for credentials.
    pub asks: Vec<Imported>,
    /// Whether it takes what a form sends.
    pub form: bool,
    /// Whether it reads or writes the session of whoever calls.
    pub session: bool,
    /// Whether it asks for a token or a key, which a browser does not send by itself.
    pub bearer: bool,
    /// Its scope.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
}

/// `Annotated[T, require_x()]`, whose call FastAPI does not look at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IgnoredGuard {
    /// The call.
    pub range: TextRange,
    /// Callee as written.
    pub callee: CompactString,
    /// Where it comes from, if it is imported.
    pub imported: Option<Imported>,
    /// Its scope.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
}

/// Use of cookies and forms by a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct CookieUse {
    /// Whether it uses the sessions of Flask, or Flask-Login.
    pub flask: bool,
    /// Whether it adds the middleware that keeps the sessions of Starlette.
    pub starlette: bool,
    /// Whether the session of Starlette holds who the user is.
    pub users: bool,
    /// Whether the session's cookie is sent with what other sites ask for, as the file says.
    pub unbound: bool,
    /// Whether the session's cookie is not sent with forms of other sites, as the file says.
    pub bound: bool,
    /// Whether it speaks of protection against forged requests.
    pub protection: bool,
}

/// Applications, routes and guards of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct WebFacts {
    /// Applications, routers and blueprints, in the order of the text.
    pub owners: Vec<RouteOwner>,
    /// Inclusions of routers, in the order of the text.
    pub inclusions: Vec<RouterInclusion>,
    /// Whether a route of the file asks for credentials.
    pub asks: bool,
    /// Guards before routes of what other files make, in the order of the text.
    pub added: Vec<GuardAdded>,
    /// Routes, in the order of the text.
    pub routes: Vec<Route>,
    /// Guards that are not asked, in the order of the text.
    pub ignored_guards: Vec<IgnoredGuard>,
    /// Functions and names at the top of the module that ask for credentials, sorted.
    pub guards: Vec<CompactString>,
    /// Functions at the top of the module that return a dependency, sorted.
    pub factories: Vec<CompactString>,
    /// Cookies and forms.
    pub cookies: CookieUse,
}
