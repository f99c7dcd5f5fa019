//! Judges the path of a route: whether it administers something, whether anyone must be able to reach it.
//! It must not know the route's guards.

use analyzer_facts::Route;

/// Words of paths that administer something.
const ADMIN: [&str; 27] = [
    "admin",
    "administration",
    "reload",
    "restart",
    "shutdown",
    "reboot",
    "debug",
    "maintenance",
    "flush",
    "purge",
    "reindex",
    "unload",
    "wipe",
    "kill",
    "exec",
    "execute",
    "eval",
    "sudo",
    "internal",
    "superuser",
    "rollback",
    "truncate",
    "drain",
    "reset",
    "terminate",
    "uninstall",
    "reconfigure",
];

/// Words of paths that must be open: whoever asks has no credentials yet, or is no person.
const OPEN: [&str; 34] = [
    "health",
    "healthz",
    "healthcheck",
    "livez",
    "readyz",
    "ping",
    "ready",
    "live",
    "liveness",
    "readiness",
    "status",
    "metrics",
    "login",
    "logout",
    "signin",
    "signup",
    "signout",
    "register",
    "token",
    "tokens",
    "oauth",
    "oauth2",
    "auth",
    "authenticate",
    "password",
    "docs",
    "redoc",
    "openapi",
    "favicon",
    "static",
    "webhook",
    "webhooks",
    "callback",
    "version",
];

/// The words of a path, parameters left out, in lower case.
fn words(path: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut parameter = false;
    let mut word = String::new();
    for c in path.chars() {
        match c {
            '{' | '<' => parameter = true,
            '}' | '>' => parameter = false,
            _ if parameter => {}
            c if c.is_alphanumeric() => {
                if c.is_uppercase() && word.ends_with(char::is_lowercase) {
                    out.push(std::mem::take(&mut word));
                }
                word.extend(c.to_lowercase());
                continue;
            }
            _ => {}
        }
        if !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
    }
    out.extend(Some(word).filter(|word| !word.is_empty()));
    out
}

/// Whether a path administers something.
pub(super) fn administers(path: &str) -> bool {
    words(path).iter().any(|word| ADMIN.contains(&word.as_str()))
}

/// Whether a path administers something whatever the service is about: the other words also name what some services do
/// for everybody.
pub(super) fn administers_surely(path: &str) -> bool {
    const VAGUE: [&str; 7] = ["debug", "internal", "exec", "execute", "eval", "reset", "drain"];
    words(path).iter().any(|word| ADMIN.contains(&word.as_str()) && !VAGUE.contains(&word.as_str()))
}

/// Whether a route only takes a question in its body, and changes nothing.
pub(super) fn only_asks(path: &str, route: &Route) -> bool {
    const QUESTIONS: [&str; 22] = [
        "filter",
        "count",
        "search",
        "query",
        "find",
        "lookup",
        "list",
        "history",
        "paginate",
        "preview",
        "validate",
        "check",
        "predict",
        "estimate",
        "calculate",
        "compute",
        "compare",
        "aggregate",
        "read",
        "get",
        "fetch",
        "stats",
    ];
    const VERBS: [&str; 16] = [
        "read",
        "get",
        "count",
        "list",
        "search",
        "query",
        "find",
        "fetch",
        "filter",
        "lookup",
        "validate",
        "preview",
        "predict",
        "estimate",
        "calculate",
        "compare",
    ];
    let asks = |words: Vec<String>, at: fn(&[String]) -> Option<&String>, known: &[&str]| {
        at(&words).is_some_and(|word| known.contains(&word.as_str()))
    };
    route.mutates == "POST"
        && (asks(words(path), |words| words.last(), &QUESTIONS)
            || asks(words(&route.function), |words| words.first(), &VERBS))
}

/// Whether anyone must be able to reach a route.
pub(super) fn is_open(path: &str, route: &Route) -> bool {
    let open = |text: &str| words(text).iter().any(|word| OPEN.contains(&word.as_str()));
    // A password that others reset, a token that others revoke: the word that administers wins.
    open(path) && !words(path).iter().any(|word| matches!(word.as_str(), "admin" | "internal" | "debug"))
        || open(&route.function)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert_eq!(words("/api/{reset}/reloadModel/x-y"), ["api", "reload", "model", "x", "y"]);
        assert!(administers("/reload_model") && administers("/v1/admin/users"));
        assert!(!administers("/items/{admin}") && !administers("/evaluations") && !administers("/presets"));
    }
}
