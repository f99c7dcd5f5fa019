//! Routes: decorators that bind a path to a function, and what the function asks for.
//! It must not know which paths need a guard.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::CompactString;

use super::guards::is_guard_name;
use super::{Decorated, Web};
use crate::ScopeId;
use crate::model::web::{IgnoredGuard, Route, WebFacts, WebFramework};
use crate::usage::constants::{content, elements};

/// How many nodes of an annotation are looked at.
const BUDGET: usize = 200;

impl<'a, 't> Web<'_, '_, 'a, 't> {
    /// Adds the routes of a decorated function.
    pub(super) fn routes(&self, decorated: &Decorated<'t>, facts: &mut WebFacts) {
        let Some(function) = decorated.node.child_by_field_id(field::DEFINITION) else { return };
        if function.kind_id() != kind::FUNCTION_DEFINITION {
            return;
        }
        let decorators = self.decorators(decorated.node);
        let before = facts.routes.len();
        for decorator in &decorators {
            facts.routes.extend(self.route(*decorator, function, decorated, &decorators));
        }
        let fast = facts
            .routes
            .get(before..)
            .unwrap_or_default()
            .iter()
            .any(|route| route.framework == WebFramework::FastApi);
        if fast {
            self.ignored_guards(function, decorated, facts);
        }
    }

    fn route(
        &self,
        decorator: Node<'t>,
        function: Node<'t>,
        decorated: &Decorated<'t>,
        decorators: &[Node<'t>],
    ) -> Option<Route> {
        let callee =
            decorator.child_by_field_id(field::FUNCTION).filter(|_| decorator.kind_id() == kind::CALL)?;
        let owner = self.slice(callee.child_by_field_id(field::OBJECT)?);
        let method = self.slice(callee.child_by_field_id(field::ATTRIBUTE)?);
        if !matches!(method, "get" | "post" | "put" | "patch" | "delete" | "route" | "api_route") {
            return None;
        }
        let arguments = decorator.child_by_field_id(field::ARGUMENTS)?;
        let first =
            elements(arguments).into_iter().find(|argument| argument.kind_id() != kind::KEYWORD_ARGUMENT);
        let path = first
            .or_else(|| self.keyword(arguments, "path"))
            .or_else(|| self.keyword(arguments, "rule"))
            .filter(|path| path.kind_id() == kind::STRING)?;
        let path = content(self.slice(path));
        if !path.is_empty() && !path.starts_with(['/', '{', '<']) {
            return None;
        }
        let framework = self.framework_of(owner, decorated.scope)?;
        let name = function.child_by_field_id(field::NAME).map_or("", |name| self.slice(name));
        let (mut guarded, asks) = match framework {
            WebFramework::FastApi => {
                let (guarded, mut asks) = self.parameters_guard(function);
                let listed = self.keyword(arguments, "dependencies");
                let (listed, more) =
                    listed.map_or((false, Vec::new()), |list| self.asks(self.slice(list), decorated.scope));
                asks.extend(more);
                (guarded || listed, asks)
            }
            WebFramework::Flask => (false, Vec::new()),
        };
        guarded |= self.body_refuses(function);
        guarded |= decorators
            .iter()
            .filter(|other| **other != decorator)
            .any(|other| self.decorator_guards(*other, decorated.scope));
        Some(Route {
            range: self.cx.cx.range(&decorator),
            framework,
            owner: self.reference(owner),
            path: path.into(),
            mutates: self.mutates(method, arguments),
            function: name.into(),
            guarded,
            asks,
            form: self.takes_form(function, framework),
            session: self.uses_session(function),
            bearer: self.asks_for_token(function, decorators),
            scope: decorated.scope,
            tier: decorated.tier,
        })
    }

    /// Whose rules the routes of an owner follow: one of the file, an imported one, or a parameter.
    fn framework_of(&self, owner: &str, scope: ScopeId) -> Option<WebFramework> {
        if let Some(framework) = self.owners.get(owner) {
            return Some(*framework);
        }
        let root = owner.split('.').next().unwrap_or(owner);
        let found = self.cx.fold.bindings.find(root, scope)?;
        let foreign = found.import.is_some() || found.parameter.is_some();
        let last = owner.rsplit('.').next().unwrap_or(owner).to_ascii_lowercase();
        let named = ["app", "router", "api", "bp", "blueprint"].iter().any(|word| last.ends_with(word));
        if foreign && named { self.framework } else { None }
    }

    /// The first method of a route that changes something.
    fn mutates(&self, method: &str, arguments: Node<'t>) -> CompactString {
        const CHANGING: [&str; 4] = ["POST", "PUT", "PATCH", "DELETE"];
        let methods =
            self.keyword(arguments, "methods").map_or("", |methods| self.slice(methods)).to_ascii_uppercase();
        let upper = method.to_ascii_uppercase();
        let named = CHANGING.iter().find(|one| **one == upper || methods.contains(**one));
        named.map(|one| CompactString::const_new(one)).unwrap_or_default()
    }

    /// Whether a decorator asks for credentials, by its name or by what it does.
    fn decorator_guards(&self, decorator: Node<'t>, scope: ScopeId) -> bool {
        let function = decorator.child_by_field_id(field::FUNCTION).unwrap_or(decorator);
        let path = self.slice(function);
        let last = path.rsplit('.').next().unwrap_or(path);
        is_guard_name(last)
            || self.function_named(path, scope).is_some_and(|found| self.function_guards(found))
    }

    /// Whether a route takes what a form of a browser sends.
    fn takes_form(&self, function: Node<'t>, framework: WebFramework) -> bool {
        let text = self.slice(function);
        if ["request.form", "request.files", "request.values"].iter().any(|sign| text.contains(sign)) {
            return true;
        }
        let list = function.child_by_field_id(field::PARAMETERS);
        let Some(list) = list.filter(|_| framework == WebFramework::FastApi) else { return false };
        let mut open = vec![list];
        for _ in 0..BUDGET {
            let Some(node) = open.pop() else { break };
            if matches!(node.kind_id(), kind::IDENTIFIER | kind::ATTRIBUTE) {
                let path = self.cx.fold.path(node, 0);
                let path = path.as_deref().unwrap_or("");
                let last = path.rsplit('.').next().unwrap_or(path);
                let framework = ["fastapi", "starlette"].iter().any(|module| path.starts_with(module));
                if framework && matches!(last, "Form" | "File" | "UploadFile") {
                    return true;
                }
            } else {
                open.extend(elements(node));
            }
        }
        false
    }

    /// Whether a route reads or writes the session of whoever calls it, or who that is.
    fn uses_session(&self, function: Node<'t>) -> bool {
        let text = self.slice(function);
        ["session[", "session.get(", "session.pop(", "session.clear(", "current_user", "g.user"]
            .iter()
            .any(|sign| text.contains(sign))
    }

    /// Whether a route asks for a token or a key, which no other site can send for a user.
    fn asks_for_token(&self, function: Node<'t>, decorators: &[Node<'t>]) -> bool {
        let list = function.child_by_field_id(field::PARAMETERS);
        let texts = list.into_iter().chain(decorators.iter().copied()).map(|node| self.slice(node));
        let mut texts = texts.map(str::to_ascii_lowercase);
        texts.any(|text| {
            ["bearer", "jwt", "token", "api_key", "apikey", "oauth2", "header("]
                .iter()
                .any(|sign| text.contains(sign))
        })
    }

    /// Calls in `Annotated[…]` of parameters that look like guards and are none.
    fn ignored_guards(&self, function: Node<'t>, decorated: &Decorated<'t>, facts: &mut WebFacts) {
        let Some(list) = function.child_by_field_id(field::PARAMETERS) else { return };
        for parameter in elements(list) {
            let Some(annotation) = parameter.child_by_field_id(field::TYPE) else { continue };
            if !self.slice(annotation).contains("Annotated[") {
                continue;
            }
            let mut open = vec![annotation];
            for _ in 0..BUDGET {
                let Some(node) = open.pop() else { break };
                if node.kind_id() != kind::CALL {
                    open.extend(elements(node));
                    continue;
                }
                let Some(callee) = node.child_by_field_id(field::FUNCTION) else { continue };
                let path = self.slice(callee);
                let last = path.rsplit('.').next().unwrap_or(path);
                if !is_guard_name(last)
                    || matches!(last, "Depends" | "Security")
                    || self.makes_dependency(path, decorated.scope)
                {
                    continue;
                }
                let root = path.split('.').next().unwrap_or(path);
                let found = self.cx.fold.bindings.find(root, decorated.scope);
                facts.ignored_guards.push(IgnoredGuard {
                    range: self.cx.cx.range(&node),
                    callee: path.into(),
                    imported: found.filter(|found| found.import.is_some()).map(|_| self.reference(path)),
                    scope: decorated.scope,
                    tier: decorated.tier,
                });
            }
        }
    }

    /// Whether a function of the file returns `Depends(…)`.
    fn makes_dependency(&self, name: &str, scope: ScopeId) -> bool {
        self.function_named(name, scope).is_some_and(|found| {
            let text = self.slice(found);
            text.contains("return Depends(") || text.contains("return Security(")
        })
    }
}
