//! `global-singleton`: an object of the module that two threads may create twice. It must not know how it is found.

use analyzer_diagnostics::Diagnostic;
use analyzer_project::places::is_test;

use crate::Check;

/// Reports functions that create a global on first use without a lock.
pub fn global_singleton(check: &Check, out: &mut Vec<Diagnostic>) {
    // Tests make what they share from one thread.
    if is_test(check.path) {
        return;
    }
    for singleton in check.facts.singletons.iter().filter(|singleton| !makes_logger(&singleton.class)) {
        let (name, class) = (&singleton.name, &singleton.class);
        let other = if singleton.awaited { "task" } else { "thread" };
        let function = check.facts.qualified_name(singleton.scope);
        out.push(
            check
                .diagnostic(singleton.range, format!("`{function}` creates the global `{name}` without a lock"))
                .tier(singleton.tier)
                .note(format!(
                    "a second {other} that comes between the test and the assignment gets {} of its own",
                    made(class)
                ))
                .help(
                    "create it when the module is imported, put `functools.cache` on a function that returns it, or hand it \
                     to those who use it",
                )
                .property("name", name.as_str())
                .property("class", class.as_str())
                .property("function", function.as_str()),
        );
    }
}

/// Whether a logger is made: all loggers of one name write to the same place, so a second one does no harm.
fn makes_logger(callee: &str) -> bool {
    let last = callee.rsplit('.').next().unwrap_or(callee).to_ascii_lowercase();
    last.ends_with("logger") || last.ends_with("loggeradapter")
}

/// The object that a call makes, by the name of the callee.
fn made(callee: &str) -> String {
    let last = callee.rsplit('.').next().unwrap_or(callee).trim_start_matches('_');
    if last.starts_with(char::is_uppercase) { format!("a `{callee}`") } else { "an object".to_owned() }
}
