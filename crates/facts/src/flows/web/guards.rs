//! Checks of credentials: names that say so, functions that answer 401 or 403, dependencies of either.
//! It must not know which routes need them.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};

use super::Web;
use crate::model::web::{Imported, WebFacts};
use crate::usage::bindings::Binder;
use crate::usage::constants::elements;
use crate::{ScopeId, ScopeKind};

/// How many functions are followed on the way to one that asks.
const HOPS: usize = 12;

/// Whether a name says that it asks for credentials.
pub(super) fn is_guard_name(name: &str) -> bool {
    let words = words(name);
    let last = words.last().map_or("", String::as_str);
    // Access to stored users is no check of them.
    if matches!(
        last,
        "repository" | "repo" | "service" | "dao" | "store" | "db" | "crud" | "client" | "settings" | "cors"
    ) {
        return false;
    }
    words.iter().any(|word| {
        [
            "auth",
            "permission",
            "credential",
            "secur",
            "protect",
            "requir",
            "verif",
            "oauth",
            "guard",
            "privilege",
            "forbid",
            "restrict",
            "entitle",
        ]
        .iter()
        .any(|stem| word.starts_with(stem))
            || matches!(
                word.as_str(),
                "user"
                    | "token"
                    | "login"
                    | "logged"
                    | "role"
                    | "roles"
                    | "admin"
                    | "access"
                    | "apikey"
                    | "jwt"
                    | "principal"
                    | "identity"
                    | "allowed"
                    | "signature"
                    | "bearer"
                    | "acl"
                    | "rbac"
                    | "signed"
                    | "superuser"
                    | "staff"
                    | "owner"
                    | "caller"
                    | "iam"
            )
    }) || words.windows(2).any(|pair| matches!(pair, [a, b] if a == "api" && b == "key"))
}

/// The words of a name in snake or camel case, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut before = '_';
    for c in name.chars() {
        let starts = before == '_' || c.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit());
        if c != '_' {
            if starts {
                out.push(String::new());
            }
            if let Some(word) = out.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        before = c;
    }
    out
}

/// Whether the text of a function says that it answers those who may not.
fn refuses(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [
        "authoriz",
        "authentic",
        "current_user",
        "http_401",
        "http_403",
        "status_code=401",
        "status_code=403",
        "abort(401",
        "abort(403",
        "httpexception(401",
        "httpexception(403",
        "forbidden",
        "api_key",
        "apikey",
        "api-key",
        "permission",
        "is_admin",
        "compare_digest",
        "jwt",
        "user_can",
        "signature",
        ", 401",
        ", 403",
    ]
    .iter()
    .any(|sign| lower.contains(sign))
}

/// The dotted names that `Depends(…)` and `Security(…)` are given in a text, and whether one is `Security`.
fn dependencies(text: &str) -> (Vec<&str>, bool) {
    let mut names = Vec::new();
    let mut secure = false;
    for word in ["Depends(", "Security("] {
        for (at, _) in text.match_indices(word) {
            let before = text.get(..at).and_then(|text| text.chars().next_back()).unwrap_or(' ');
            if before.is_alphanumeric() || before == '_' {
                continue;
            }
            secure |= word == "Security(";
            let rest = text.get(at + word.len()..).unwrap_or("").trim_start();
            let rest = rest.strip_prefix("dependency=").unwrap_or(rest);
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').unwrap_or(rest.len());
            names.extend(rest.get(..end).filter(|name| !name.is_empty()));
        }
    }
    (names, secure)
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The names in a text.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

impl<'a, 't> Web<'_, '_, 'a, 't> {
    /// Whether a list of dependencies, middlewares or handlers asks for credentials; `named` is whether names are there
    /// without `Depends`.
    pub(super) fn guards(&self, text: &'a str, scope: ScopeId, named: bool) -> (bool, Vec<Imported>) {
        let (guarded, mut elsewhere) = if named {
            let asks = names(text).any(|name| {
                is_guard_name(name)
                    || self.function_named(name, scope).is_some_and(|found| self.function_guards(found))
                    || self.class_refuses(name)
            });
            (asks, Vec::new())
        } else {
            self.asks(text, scope)
        };
        // A name may stand for `Depends(…)`, or be a middleware, of another file.
        let others = dotted_names(text).filter(|path| self.is_imported(path, scope));
        elsewhere.extend(others.map(|path| self.reference(path)));
        elsewhere.sort();
        elsewhere.dedup();
        (guarded, if guarded { Vec::new() } else { elsewhere })
    }

    /// Whether a class of the file answers those who may not.
    fn class_refuses(&self, name: &str) -> bool {
        let classes = self.cx.cx.scopes.iter().skip(1).filter(|scope| scope.kind == ScopeKind::Class);
        classes
            .filter(|scope| scope.parent == 0 && scope.name == name)
            .any(|scope| refuses(self.cx.cx.original(scope.range)))
    }

    /// Whether dependencies in a text ask for credentials, and those of other files that may.
    pub(super) fn asks(&self, text: &'a str, scope: ScopeId) -> (bool, Vec<Imported>) {
        let mut elsewhere = Vec::new();
        let mut open = vec![text];
        for _ in 0..HOPS {
            let Some(text) = open.pop() else { break };
            let (names, secure) = dependencies(text);
            if secure {
                return (true, Vec::new());
            }
            for path in names {
                if is_guard_name(last(path)) {
                    return (true, Vec::new());
                }
                if let Some(function) = self.function_named(path, scope) {
                    if refuses(self.slice(function)) {
                        return (true, Vec::new());
                    }
                    open.extend(function.child_by_field_id(field::PARAMETERS).map(|list| self.slice(list)));
                } else if self.is_imported(path, scope) {
                    elsewhere.push(self.reference(path));
                }
            }
            // Names that stand for `Annotated[…, Depends(…)]`.
            for name in names_of_aliases(text) {
                if let Some(value) = self.alias(name, scope) {
                    open.push(value);
                } else if self.is_imported(name, scope) && name.starts_with(char::is_uppercase) {
                    if is_guard_name(name) && (name.ends_with("Dep") || name.starts_with("Current")) {
                        return (true, Vec::new());
                    }
                    elsewhere.push(self.reference(name));
                }
            }
        }
        elsewhere.sort();
        elsewhere.dedup();
        (false, elsewhere)
    }

    fn is_imported(&self, path: &str, scope: ScopeId) -> bool {
        let root = path.split('.').next().unwrap_or(path);
        self.cx.fold.bindings.find(root, scope).is_some_and(|found| found.import.is_some())
    }

    /// Value of a name of the module, if it holds a dependency.
    fn alias(&self, name: &str, scope: ScopeId) -> Option<&'a str> {
        let value = self.cx.fold.bindings.find(name, scope)?.constant()?;
        let text = self.slice(value);
        (text.contains("Depends") || text.contains("Security")).then_some(text)
    }

    /// Whether a function asks for credentials itself, or through its parameters.
    pub(super) fn function_guards(&self, function: Node<'t>) -> bool {
        let name = function.child_by_field_id(field::NAME).map_or("", |name| self.slice(name));
        is_guard_name(name) || refuses(self.slice(function)) || self.parameters_guard(function).0
    }

    /// Whether the parameters of a function ask for credentials, and dependencies of other files that may.
    pub(super) fn parameters_guard(&self, function: Node<'t>) -> (bool, Vec<Imported>) {
        let list = function.child_by_field_id(field::PARAMETERS);
        // A key that the caller sends in a header or cookie is taken to be compared.
        let sent = |parameter: &Node<'t>| {
            let text = self.slice(*parameter);
            (text.contains("Header(") || text.contains("Cookie("))
                && is_guard_name(text.split([':', '=']).next().unwrap_or("").trim())
        };
        if list.is_some_and(|list| elements(list).iter().any(sent)) {
            return (true, Vec::new());
        }
        list.map_or((false, Vec::new()), |list| self.asks(self.slice(list), 0))
    }

    /// Whether the body of a route asks for credentials.
    pub(super) fn body_refuses(&self, function: Node<'t>) -> bool {
        function.child_by_field_id(field::BODY).is_some_and(|body| refuses(self.slice(body)))
    }

    /// The names at the top of the module that other files may depend on.
    pub(super) fn module_guards(&self, binders: &[Binder<'t>], facts: &mut WebFacts) {
        for binder in binders {
            match binder.node.kind_id() {
                kind::FUNCTION_DEFINITION => {
                    let scope = self.cx.scope(binder.scope).filter(|scope| scope.parent == 0);
                    let Some(scope) = scope else { continue };
                    if self.function_guards(binder.node) {
                        facts.guards.push(scope.name.clone());
                    }
                    let text = self.slice(binder.node);
                    if ["return Depends(", "return Security(", "return params.Depends("]
                        .iter()
                        .any(|one| text.contains(one))
                    {
                        facts.factories.push(scope.name.clone());
                    }
                }
                kind::ASSIGNMENT if binder.scope == 0 => {
                    let (Some(left), Some(right)) =
                        (binder.node.child(0), binder.node.child_by_field_id(field::RIGHT))
                    else {
                        continue;
                    };
                    let text = self.slice(right);
                    if left.kind_id() == kind::IDENTIFIER
                        && (text.contains("Depends(") || text.contains("Security("))
                        && self.asks(text, 0).0
                    {
                        facts.guards.push(self.slice(left).into());
                    }
                }
                _ => {}
            }
        }
        let classes = self.cx.cx.scopes.iter().skip(1).filter(|scope| scope.kind == ScopeKind::Class);
        let middlewares = classes.filter(|scope| {
            let named = scope.parent == 0 && scope.name.contains("Middleware");
            named && refuses(self.cx.cx.original(scope.range))
        });
        facts.guards.extend(middlewares.map(|scope| scope.name.clone()));
        facts.guards.sort_unstable();
        facts.guards.dedup();
        facts.factories.sort_unstable();
        facts.factories.dedup();
    }
}

/// The dotted names in a text, without the part before `=`.
fn dotted_names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.')
        .filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_') && !word.ends_with('.'))
}

/// The names that may be annotations or defaults of parameters.
fn names_of_aliases(text: &str) -> impl Iterator<Item = &str> {
    names(text).filter(|name| name.len() > 2)
}
