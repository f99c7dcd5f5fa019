//! `missing-csrf-protection`: forms of applications that know their users by a cookie.
//! It must not know how sessions and protections are recognised.

use analyzer_diagnostics::Diagnostic;
use analyzer_facts::WebFramework;

use crate::{Check, is_example_path};

/// Reports routes that take forms, where sessions are kept in cookies and nothing protects them.
pub fn missing_csrf_protection(cx: &Check, out: &mut Vec<Diagnostic>) {
    let view = &cx.project.web;
    if !view.sessions || view.protection || is_example_path(cx.path) {
        return;
    }
    for route in cx.facts.web.routes.iter().filter(|route| route.form && !route.mutates.is_empty()) {
        let help = match route.framework {
            WebFramework::Flask => {
                "initialise `flask_wtf.csrf.CSRFProtect(app)`, and put the token into each form"
            }
            WebFramework::FastApi => {
                "add a middleware that compares a token of the form with one of the session"
            }
        };
        out.push(
            cx.diagnostic(
                route.range,
                format!(
                    "`{} {}` takes forms from any site: nothing protects the session",
                    route.mutates, route.path
                ),
            )
            .note("the browser sends the session's cookie along with a form that another site made up")
            .help(help)
            .tier(route.tier)
            .property("route", route.path.as_str()),
        );
    }
}
