//! `unauthenticated-admin-route`: routes that change or administer something for whoever calls.
//! It must not know how guards are recognised.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{Route, WebFramework};
use analyzer_project::RouteGuard;

use super::path::{administers, administers_surely, is_open, only_asks};
use crate::{Check, is_example_path};

/// Reports routes without a guard, and guards that FastAPI does not ask.
pub fn unauthenticated_admin_route(cx: &Check, out: &mut Vec<Diagnostic>) {
    if is_example_path(cx.path) {
        return;
    }
    let web = &cx.facts.web;
    let view = &cx.project.web;
    for index in &view.ignored_guards {
        let Some(guard) = web.ignored_guards.get(*index as usize) else { continue };
        let mut found = cx
            .diagnostic(guard.range, format!("`{}(…)` in `Annotated` is never asked", guard.callee))
            .note("FastAPI looks at `Depends(…)` and `Security(…)` only; anything else in `Annotated` is a comment to it")
            .help(format!("write `Annotated[…, Depends({}(…))]`", guard.callee))
            .tier(guard.tier)
            .property("guard", guard.callee.as_str());
        found.severity = Severity::Error;
        out.push(found);
    }
    for (route, standing) in web.routes.iter().zip(&view.routes) {
        let path = format!("{}{}", standing.prefix, route.path);
        if standing.guard == RouteGuard::Guarded || is_open(&path, route) {
            continue;
        }
        let admin = administers(&path);
        let mutates = !route.mutates.is_empty() && !only_asks(&path, route);
        let known = standing.guard == RouteGuard::Open;
        let severity = match (admin, mutates) {
            (true, true) if known && administers_surely(&path) => Severity::Error,
            (true, true) => Severity::Warning,
            (true, false) if known && administers_surely(&path) => Severity::Warning,
            (true, false) => Severity::Note,
            // Where nobody is asked, nobody was forgotten.
            (false, true) if known && view.guards => Severity::Note,
            (false, _) => continue,
        };
        let method = if mutates { route.mutates.as_str() } else { "GET" };
        let mut found = cx
            .diagnostic(
                route.range,
                format!("anyone may call `{method} {path}`: `{}` asks for no credentials", route.function),
            )
            .note(note(admin, known))
            .help(help(route))
            .tier(route.tier)
            .property("route", path.as_str())
            .property("method", method);
        found.severity = severity;
        out.push(found);
    }
}

const fn note(admin: bool, known: bool) -> &'static str {
    match (admin, known) {
        (true, true) => {
            "its path says that it administers the service; no guard stands in its parameters, its router, its application or a middleware"
        }
        (true, false) => {
            "its path says that it administers the service; no guard is seen, though the application is not seen either"
        }
        (false, _) => {
            "it changes something; no guard stands in its parameters, its router, its application or a middleware"
        }
    }
}

const fn help(route: &Route) -> &'static str {
    match route.framework {
        WebFramework::FastApi => {
            "add `dependencies=[Depends(…)]` with a check to the route, its router or its application"
        }
        WebFramework::Flask => {
            "add `@login_required` or a check of your own to the function, or a `before_request` handler to its blueprint"
        }
    }
}
