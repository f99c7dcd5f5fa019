//! `missing-csrf-protection`: forms of applications that know their users by a cookie.
//! It must not know how sessions and protections are recognised.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{CookieUse, Route, WebFramework};
use analyzer_project::RouteGuard;

use crate::{Check, is_example_path};

/// Reports routes that take forms, where sessions are kept in cookies and nothing protects them.
pub fn missing_csrf_protection(cx: &Check, out: &mut Vec<Diagnostic>) {
    let view = &cx.project.web;
    if view.protection || is_example_path(cx.path) {
        return;
    }
    for (route, standing) in cx.facts.web.routes.iter().zip(&view.routes) {
        // A form of another site can send nothing else.
        let sent = route.form && route.mutates == "POST";
        let guarded = standing.guard == RouteGuard::Guarded && !route.bearer;
        let Some(bound) = bound(route, guarded, &view.cookies).filter(|_| sent && !lets_in(route)) else {
            continue;
        };
        let help = match route.framework {
            WebFramework::Flask => {
                "initialise `flask_wtf.csrf.CSRFProtect(app)`, and put the token into each form"
            }
            WebFramework::FastApi => {
                "add a middleware that compares a token of the form with one of the session"
            }
        };
        let (severity, note) = if bound {
            (
                Severity::Note,
                "only `SameSite` keeps the session's cookie from a form that another site made up, in browsers that know it",
            )
        } else {
            (
                cx.rule.severity,
                "the browser sends the session's cookie along with a form that another site made up",
            )
        };
        let mut found = cx
            .diagnostic(
                route.range,
                format!(
                    "`{} {}` takes forms from any site: nothing protects the session",
                    route.mutates, route.path
                ),
            )
            .note(note)
            .help(help)
            .tier(route.tier)
            .property("route", route.path.as_str());
        found.severity = severity;
        out.push(found);
    }
}

/// Whether the cookie by which a route knows its user stays in its own site; none where it knows nobody by a cookie.
fn bound(route: &Route, guarded: bool, cookies: &CookieUse) -> Option<bool> {
    match route.framework {
        WebFramework::Flask => (cookies.flask && (route.session || guarded)).then_some(cookies.bound),
        // Its middleware asks for `lax` by default.
        WebFramework::FastApi => {
            let knows = route.session || guarded && cookies.users;
            (cookies.starlette && knows).then_some(!cookies.unbound)
        }
    }
}

/// Whether a route is for those who are not logged in yet.
fn lets_in(route: &Route) -> bool {
    let lower = format!("{} {}", route.path, route.function).to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| {
        matches!(
            word,
            "login"
                | "signin"
                | "register"
                | "signup"
                | "logout"
                | "signout"
                | "token"
                | "webhook"
                | "callback"
        )
    })
}
