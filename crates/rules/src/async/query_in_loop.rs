//! `query-in-loop`: one query for each element. It must not know which calls are queries.

use std::sync::Arc;

use analyzer_diagnostics::{Diagnostic, Related, Severity};
use analyzer_facts::QueryKind;
use analyzer_project::places::is_migration;

use crate::{Check, is_example_path};

/// Reports awaited queries in loops that depend on the loop's variable.
pub fn query_in_loop(cx: &Check, out: &mut Vec<Diagnostic>) {
    // Nobody waits for a test, and a migration runs once.
    if is_example_path(cx.path) || is_migration(cx.path) {
        return;
    }
    for query in &cx.facts.asynchrony.queries {
        let (what, note, help) = match query.kind {
            QueryKind::Database => (
                "a query",
                "each round waits for the database: a hundred elements take a hundred round trips",
                "ask for all of them at once: `WHERE id = ANY($1)`, `IN (…)`, or `executemany` for changes",
            ),
            QueryKind::Http => (
                "a request",
                "each round waits for the server before the next one starts",
                "ask for all of them at once if the server can; else send them together with `asyncio.TaskGroup` or \
                 `asyncio.gather`, a bounded number at a time",
            ),
            QueryKind::Rpc => (
                "a remote call",
                "each round waits for the other side before the next one starts",
                "pass all elements in one call; else make the calls together with `asyncio.TaskGroup`",
            ),
        };
        let message = format!("`{}` makes {what} for each `{}`", query.callee, one_line(&query.variable));
        let mut found = cx
            .diagnostic(query.range, message)
            .note(note)
            .help(help)
            .tier(query.tier)
            .property("callee", one_line(&query.callee));
        if query.kind != QueryKind::Database {
            found.severity = Severity::Note;
        }
        found.related.push(Related {
            path: Arc::from(cx.path),
            range: query.header,
            message: "the loop".to_owned(),
        });
        out.push(found);
    }
}

/// Code that may span lines, on one.
fn one_line(code: &str) -> String {
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}
