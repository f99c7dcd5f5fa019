//! Web applications: their routers and routes, and their guards.
//! It must not know what other files define, nor which routes are faults.

mod guards;
mod routes;

use analyzer_syntax::kind::{self, Kind, field};
use analyzer_syntax::{Node, Tier};
use compact_str::CompactString;
use memchr::memmem;
use rustc_hash::FxHashMap;

use super::{FlowCollector, Reader};
use crate::model::web::{
    CookieUse, GuardAdded, Imported, RouteOwner, RouterInclusion, WebFacts, WebFramework,
};
use crate::usage::bindings::{Binding, How};
use crate::usage::constants::{content, elements};
use crate::walk::Context;
use crate::{ScopeId, ScopeKind};

/// A definition with decorators.
#[derive(Clone, Copy)]
struct Decorated<'t> {
    node: Node<'t>,
    /// Its scope.
    scope: ScopeId,
    tier: Tier,
}

/// Decorated definitions that the walk met.
#[derive(Default)]
pub(super) struct Notes<'t> {
    decorated: Vec<Decorated<'t>>,
}

impl<'t> Notes<'t> {
    /// Sees a node of a file that speaks of web applications.
    pub(super) fn note(&mut self, node: &Node<'t>, node_kind: Kind, cx: &Context) {
        if node_kind == kind::DECORATED_DEFINITION {
            self.decorated.push(Decorated { node: *node, scope: cx.scope, tier: cx.tier() });
        }
    }
}

/// Reading of one file.
struct Web<'r, 'c, 'a, 't> {
    cx: &'r Reader<'c, 'a, 't>,
    /// The functions of the file, by their own scope.
    functions: FxHashMap<ScopeId, Node<'t>>,
    /// Whether the file imports a framework.
    framework: Option<WebFramework>,
    /// Owners by name, with their framework.
    owners: FxHashMap<&'a str, WebFramework>,
}

/// Reads what was noted.
pub(super) fn read<'t>(notes: &FlowCollector<'t>, cx: &Reader<'_, '_, 't>) -> WebFacts {
    let functions = notes
        .binders
        .iter()
        .filter(|binder| binder.node.kind_id() == kind::FUNCTION_DEFINITION)
        .map(|binder| (binder.scope, binder.node))
        .collect();
    let mut web = Web { cx, functions, framework: framework(notes, cx), owners: FxHashMap::default() };
    let mut facts = WebFacts::default();
    for binder in &notes.binders {
        if binder.node.kind_id() == kind::ASSIGNMENT {
            facts.owners.extend(web.owner(binder.node, binder.scope));
        }
    }
    web.guards_added(notes, &mut facts);
    for site in &notes.calls {
        web.inclusions(site.node, site.scope, &mut facts.inclusions);
    }
    for decorated in &notes.web.decorated {
        web.routes(decorated, &mut facts);
    }
    web.module_guards(&notes.binders, &mut facts);
    facts.asks = facts.routes.iter().any(|route| route.guarded);
    facts.cookies = cookies(cx.cx.text);
    facts
}

/// The framework that a file imports.
fn framework(notes: &FlowCollector, cx: &Reader) -> Option<WebFramework> {
    let mut found = None;
    for binder in &notes.binders {
        if !matches!(binder.node.kind_id(), kind::IMPORT_STATEMENT | kind::IMPORT_FROM_STATEMENT) {
            continue;
        }
        let text = cx.cx.slice(&binder.node);
        let module = text.split_whitespace().nth(1).unwrap_or("");
        match module.split(['.', ',']).next().unwrap_or(module) {
            "fastapi" | "starlette" | "cadwyn" => found = Some(WebFramework::FastApi),
            "flask" | "quart" | "flask_restx" | "flask_openapi3" | "flask_login" => {
                found = found.or(Some(WebFramework::Flask));
            }
            _ => {}
        }
    }
    found
}

/// Use of cookies and forms in a text.
fn cookies(text: &str) -> CookieUse {
    let has =
        |words: &[&str]| words.iter().any(|word| memmem::find(text.as_bytes(), word.as_bytes()).is_some());
    let keys =
        ["user", "uid", "account", "email", "member", "auth", "admin", "login", "identity", "id\"", "id'"];
    let users = ["session[", "session.get("].iter().any(|reads| {
        text.match_indices(reads).any(|(at, _)| {
            let key = text.get(at + reads.len()..).unwrap_or("").trim_start_matches(['"', '\'', '_']);
            keys.iter().any(|word| key.starts_with(word))
        })
    });
    let same_site = |value: &str| {
        text.match_indices("same_site").chain(text.match_indices("SAMESITE")).any(|(at, word)| {
            let rest = text.get(at + word.len()..).unwrap_or("");
            let rest = rest.trim_start_matches([' ', '=', ':', '"', '\'', ']', ')']);
            rest.get(..value.len()).is_some_and(|start| start.eq_ignore_ascii_case(value))
        })
    };
    CookieUse {
        flask: has(&["flask_login", "LoginManager"])
            || has(&["from flask import", "import flask", "from quart import"])
                && has(&["session[", "session.get("]),
        starlette: has(&["SessionMiddleware"]),
        users,
        unbound: same_site("none"),
        bound: same_site("lax") || same_site("strict"),
        protection: has(&["csrf", "CSRF", "Csrf", "SeaSurf", "FlaskForm", "flask_wtf", "xsrf", "XSRF"]),
    }
}

impl<'a, 't> Web<'_, '_, 'a, 't> {
    fn slice(&self, node: Node) -> &'a str {
        self.cx.fold.cx.slice(&node)
    }

    /// The text of a keyword's value in a list of arguments.
    fn keyword(&self, arguments: Node<'t>, name: &str) -> Option<Node<'t>> {
        elements(arguments).into_iter().find_map(|argument| {
            let named = argument.kind_id() == kind::KEYWORD_ARGUMENT
                && argument.child_by_field_id(field::NAME).is_some_and(|own| self.slice(own) == name);
            if named { argument.child_by_field_id(field::VALUE) } else { None }
        })
    }

    /// `router = APIRouter(dependencies=[Depends(user)])`
    fn owner(&mut self, assignment: Node<'t>, scope: ScopeId) -> Option<RouteOwner> {
        let (left, call) = (assignment.child(0)?, assignment.child_by_field_id(field::RIGHT)?);
        if call.kind_id() != kind::CALL || !matches!(left.kind_id(), kind::IDENTIFIER | kind::ATTRIBUTE) {
            return None;
        }
        let function = call.child_by_field_id(field::FUNCTION)?;
        let path = self.cx.fold.path(function, scope)?;
        let class = path.rsplit('.').next().unwrap_or(&path);
        let (framework, is_app) = match class {
            "FastAPI" | "Cadwyn" | "Starlette" => (WebFramework::FastApi, true),
            "Flask" | "Quart" => (WebFramework::Flask, true),
            "Blueprint" | "APIBlueprint" => (WebFramework::Flask, false),
            _ if class.ends_with("APIRouter")
                || class.ends_with("Router") && self.framework == Some(WebFramework::FastApi) =>
            {
                (WebFramework::FastApi, false)
            }
            _ => return None,
        };
        let name = self.slice(left);
        self.owners.insert(name, framework);
        let arguments = call.child_by_field_id(field::ARGUMENTS)?;
        let (mut guarded, mut asks) = (false, Vec::new());
        for keyword in ["dependencies", "middleware", "auth"] {
            let Some(value) = self.keyword(arguments, keyword) else { continue };
            let (own, others) = self.guards(self.slice(value), scope, keyword != "dependencies");
            guarded |= own;
            asks.extend(others);
        }
        Some(RouteOwner { name: name.into(), prefix: self.prefix(arguments), is_app, guarded, asks })
    }

    /// `app.include_router(users.router, dependencies=[…])`, `app.register_blueprint(bp)`, `app.mount("/x", sub)`
    fn inclusions(&self, call: Node<'t>, scope: ScopeId, found: &mut Vec<RouterInclusion>) -> Option<()> {
        let function = call.child_by_field_id(field::FUNCTION)?;
        let method = self.slice(function.child_by_field_id(field::ATTRIBUTE)?);
        let position = match method {
            "include_router" | "register_blueprint" => 0,
            "mount" => 1,
            _ => return None,
        };
        let arguments = call.child_by_field_id(field::ARGUMENTS)?;
        let positional: Vec<Node> =
            elements(arguments).into_iter().filter(|one| one.kind_id() != kind::KEYWORD_ARGUMENT).collect();
        let keyword = ["router", "blueprint", "app"].iter().find_map(|name| self.keyword(arguments, name));
        let router = positional.get(position).copied().or(keyword)?;
        if !matches!(router.kind_id(), kind::IDENTIFIER | kind::ATTRIBUTE) {
            return None;
        }
        let dependencies = self.keyword(arguments, "dependencies");
        let (guarded, asks) =
            dependencies.map_or((false, Vec::new()), |value| self.guards(self.slice(value), scope, false));
        let into = self.slice(function.child_by_field_id(field::OBJECT)?);
        let prefix = self.prefix(arguments);
        found.extend(self.routers_of(router, scope).into_iter().map(|router| RouterInclusion {
            into: into.into(),
            router: self.reference(self.slice(router)),
            prefix: prefix.clone(),
            guarded,
            asks: asks.clone(),
        }));
        Some(())
    }

    /// The routers that an argument names: one, or those of the list that a loop goes through.
    fn routers_of(&self, router: Node<'t>, scope: ScopeId) -> Vec<Node<'t>> {
        let found = self.cx.fold.bindings.find(self.slice(router), scope);
        let looped = found.as_ref().and_then(|found| match found.bindings {
            [Binding { value: Some(value), how: How::Part, .. }] if found.import.is_none() => Some(*value),
            _ => None,
        });
        let Some(list) = looped else { return vec![router] };
        let (list, _) = self.cx.fold.value(list, found.map_or(scope, |found| found.scope));
        if !matches!(list.kind_id(), kind::TUPLE | kind::LIST | kind::SET | kind::EXPRESSION_LIST) {
            return vec![router];
        }
        let parts = elements(list).into_iter().flat_map(|part| match part.kind_id() {
            kind::TUPLE | kind::LIST => elements(part),
            _ => vec![part],
        });
        parts.filter(|part| matches!(part.kind_id(), kind::IDENTIFIER | kind::ATTRIBUTE)).collect()
    }

    /// Prefix of the paths of routes, as far as it is a literal.
    fn prefix(&self, arguments: Node<'t>) -> CompactString {
        let value = self.keyword(arguments, "prefix").or_else(|| self.keyword(arguments, "url_prefix"));
        let literal = value.filter(|value| value.kind_id() == kind::STRING);
        literal.map(|value| content(self.slice(value)).into()).unwrap_or_default()
    }

    /// A dotted path, split after its first name; a path from `self` is one name.
    fn reference(&self, path: &str) -> Imported {
        match path.split_once('.') {
            Some((root, rest)) if !matches!(root, "self" | "cls") => {
                Imported { name: root.into(), path: rest.into() }
            }
            _ => Imported { name: path.into(), path: "".into() },
        }
    }

    /// Marks the applications and blueprints whose routes a handler or middleware guards, and adds those of
    /// other files.
    fn guards_added(&self, notes: &FlowCollector<'t>, facts: &mut WebFacts) {
        for decorated in &notes.web.decorated {
            let Some(definition) = decorated.node.child_by_field_id(field::DEFINITION) else { continue };
            for decorator in self.decorators(decorated.node) {
                let function = decorator.child_by_field_id(field::FUNCTION).unwrap_or(decorator);
                let Some((object, method)) = self.method_of(function) else { continue };
                let handles = matches!(
                    method,
                    "middleware" | "before_request" | "before_app_request" | "before_websocket"
                );
                if handles && self.function_guards(definition) {
                    self.guard_added(object, decorated.scope, true, Vec::new(), facts);
                }
            }
        }
        for site in &notes.calls {
            let Some(function) = site.node.child_by_field_id(field::FUNCTION) else { continue };
            let Some((object, method)) = self.method_of(function) else { continue };
            let Some(arguments) = site.node.child_by_field_id(field::ARGUMENTS) else { continue };
            if matches!(method, "add_middleware" | "before_request" | "before_app_request") {
                let (guarded, asks) = self.guards(self.slice(arguments), site.scope, true);
                self.guard_added(object, site.scope, guarded, asks, facts);
            }
        }
    }

    /// The object and the name of a method.
    fn method_of(&self, function: Node<'t>) -> Option<(&'a str, &'a str)> {
        let object = self.slice(function.child_by_field_id(field::OBJECT)?);
        Some((object, self.slice(function.child_by_field_id(field::ATTRIBUTE)?)))
    }

    /// Notes the guards before the routes of an object.
    fn guard_added(
        &self,
        object: &str,
        scope: ScopeId,
        guarded: bool,
        asks: Vec<Imported>,
        facts: &mut WebFacts,
    ) {
        if !guarded && asks.is_empty() {
            return;
        }
        let mut own = facts.owners.iter_mut().filter(|owner| owner.name == object).peekable();
        if own.peek().is_some() {
            own.for_each(|owner| {
                owner.guarded |= guarded;
                owner.asks.extend(asks.iter().cloned());
            });
            return;
        }
        let root = object.split('.').next().unwrap_or(object);
        let Some(found) = self.cx.fold.bindings.find(root, scope) else { return };
        let to = found.import.is_some().then(|| self.reference(object));
        if to.is_some() || found.parameter.is_some() {
            facts.added.push(GuardAdded { to, guarded, asks });
        }
    }

    /// The expressions of a definition's decorators.
    fn decorators(&self, decorated: Node<'t>) -> Vec<Node<'t>> {
        let all = elements(decorated).into_iter().filter(|part| part.kind_id() == kind::DECORATOR);
        all.filter_map(|decorator| elements(decorator).into_iter().next()).collect()
    }

    /// The only function of this name that is seen from a scope.
    fn function_named(&self, name: &str, scope: ScopeId) -> Option<Node<'t>> {
        let found = self.cx.fold.bindings.find(name, scope)?;
        let scopes = self.cx.cx.scopes.iter().enumerate().skip(1);
        let mut named = scopes.filter(|(_, one)| {
            one.parent == found.scope
                && one.name == name
                && matches!(one.kind, ScopeKind::Function | ScopeKind::AsyncFunction)
        });
        self.functions.get(&(named.next()?.0 as ScopeId)).copied()
    }
}
