//! Awaited calls of databases and servers in loops, one for each element.
//! It must not know which of them are faults.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use rustc_hash::{FxHashMap, FxHashSet};

use super::objects::Object;
use super::{CallSite, FlowCollector, Held, Loop, Reader};
use crate::ScopeId;
use crate::model::asynchrony::{LoopedQuery, QueryKind};
use crate::usage::constants::elements;

/// How many nodes are looked at for one answer.
const BUDGET: usize = 400;

/// Adds the queries in loops, in the order of the text.
pub(super) fn read<'t>(notes: &FlowCollector<'t>, cx: &Reader<'_, '_, 't>, out: &mut Vec<LoopedQuery>) {
    let mut loops = notes.loops.clone();
    loops.sort_by_key(|one| (one.node.start_byte(), std::cmp::Reverse(one.node.end_byte())));
    let mut sites: Vec<&CallSite> = notes
        .calls
        .iter()
        .filter(|site| site.held == Held::Awaited && cx.is_in_coroutine(site) && may_ask(cx.method(site)))
        .collect();
    sites.sort_by_key(|site| site.node.start_byte());
    let mut open: Vec<Loop> = Vec::new();
    let mut coming = loops.into_iter().peekable();
    let mut taints = FxHashMap::default();
    let mut rounds = FxHashMap::default();
    for site in sites {
        let start = site.node.start_byte();
        while let Some(next) = coming.next_if(|next| next.node.start_byte() <= start) {
            open.retain(|one| one.node.end_byte() > next.node.start_byte());
            open.push(next);
        }
        open.retain(|one| one.node.end_byte() > start);
        let Some((kind, arguments)) = query(site, cx) else { continue };
        // The innermost loop on which it depends.
        let found = open.iter().rev().filter(|one| one.scope == site.scope).find_map(|one| {
            let (target, header) = iteration(one.node, site.node, site.scope, cx)?;
            let round = *rounds.entry(one.node.id()).or_insert_with(|| round(one.node, cx));
            if round.leaves || round.sleeps && kind != QueryKind::Database {
                return None;
            }
            let names = taints.entry(one.node.id()).or_insert_with(|| tainted(one, target, notes, cx));
            depends(&arguments, names, cx).then_some((target, header))
        });
        let Some((target, (header_start, header_end))) = found else { continue };
        out.push(LoopedQuery {
            range: cx.cx.range(&site.node),
            callee: cx.callee(site).map_or("", |callee| cx.cx.slice(&callee)).into(),
            kind,
            variable: cx.cx.slice(&target).into(),
            header: cx.cx.file_range(header_start, header_end),
            scope: site.scope,
            tier: site.tier,
        });
    }
}

/// Methods of databases whatever they are called on.
fn is_database_method(name: &str) -> bool {
    matches!(
        name,
        "fetchrow"
            | "fetchval"
            | "fetch_row"
            | "fetch_val"
            | "fetch_one"
            | "fetch_all"
            | "find_one"
            | "find_one_and_update"
            | "find_one_and_delete"
            | "find_one_and_replace"
            | "insert_one"
            | "update_one"
            | "delete_one"
            | "replace_one"
            | "count_documents"
            | "find_unique"
            | "find_first"
            | "upsert"
            | "get_or_none"
            | "get_or_create"
            | "update_or_create"
            | "aget"
            | "acreate"
            | "aget_or_create"
            | "aupdate_or_create"
            | "hget"
            | "hgetall"
            | "hset"
            | "hdel"
    )
}

/// Methods of databases that others have too.
fn is_common_database_method(name: &str) -> bool {
    matches!(
        name,
        "execute"
            | "fetch"
            | "query"
            | "scalar"
            | "scalars"
            | "get"
            | "set"
            | "delete"
            | "insert"
            | "merge"
            | "refresh"
    )
}

fn is_http_method(name: &str) -> bool {
    matches!(name, "get" | "post" | "put" | "patch" | "delete" | "head" | "options" | "request")
}

/// Whether a callee of this name may ask somebody.
fn may_ask(name: &str) -> bool {
    is_database_method(name)
        || is_common_database_method(name)
        || is_http_method(name)
        || name.starts_with(|first: char| first.is_ascii_uppercase())
}

/// Target of a remote call, and the arguments that say what is asked.
fn query<'t>(site: &CallSite<'t>, cx: &Reader<'_, '_, 't>) -> Option<(QueryKind, Vec<Node<'t>>)> {
    let callee = cx.callee(site).filter(|callee| callee.kind_id() == kind::ATTRIBUTE)?;
    let receiver = callee.child_by_field_id(field::OBJECT)?;
    let method = cx.method(site);
    let arguments = elements(site.node.child_by_field_id(field::ARGUMENTS)?);
    let first = *arguments.first()?;
    let owner = last_word(cx.cx.slice(&receiver));
    // A method of one's own says nothing of whom it asks.
    if matches!(owner.as_str(), "self" | "cls" | "super") {
        return None;
    }
    let named =
        |words: &[&str]| words.iter().any(|word| owner == *word || owner.ends_with(&format!("_{word}")));
    if named(&["stub"]) && method.starts_with(|first: char| first.is_ascii_uppercase()) {
        return Some((QueryKind::Rpc, arguments));
    }
    let object = cx.objects.of(receiver, site.scope);
    let database = match object {
        Some(Object::AsyncDatabase) => is_database_method(method) || is_common_database_method(method),
        // A deletion only marks the object, and is sent with all else when the session is flushed.
        Some(Object::AsyncSession) => is_common_database_method(method) && method != "delete",
        Some(_) => false,
        None => {
            let speaks = named(&[
                "conn",
                "connection",
                "db",
                "database",
                "pool",
                "cursor",
                "cur",
                "session",
                "engine",
                "tx",
                "transaction",
                "redis",
                "collection",
            ]);
            // Of a session of SQLAlchemy: an object is marked, not asked for.
            let marks = method == "delete"
                && named(&["session", "db", "tx", "transaction"])
                && arguments.len() == 1
                && first.kind_id() == kind::IDENTIFIER;
            is_database_method(method)
                || speaks && is_common_database_method(method) && !names_address(first, cx) && !marks
        }
    };
    if database {
        let texts = is_statement(method);
        return chosen(first, texts, cx).then(|| {
            // Another statement each time is a list of statements, not one that is repeated.
            let skip = usize::from(texts && !holds_condition(first, cx));
            (QueryKind::Database, arguments.into_iter().skip(skip).collect())
        });
    }
    let http = match object {
        Some(Object::AsyncHttpClient) => is_http_method(method),
        Some(_) => false,
        None => is_http_method(method) && named(&["client", "session", "http"]) && names_address(first, cx),
    };
    http.then_some((QueryKind::Http, arguments))
}

/// Whether the first argument of a method is the text of a statement.
fn is_statement(method: &str) -> bool {
    matches!(
        method,
        "execute"
            | "fetch"
            | "query"
            | "scalar"
            | "scalars"
            | "fetchrow"
            | "fetchval"
            | "fetch_row"
            | "fetch_val"
            | "fetch_one"
            | "fetch_all"
    )
}

/// Whether a statement chooses or changes rows; what defines or administers tables cannot be asked at once.
fn chosen(statement: Node, texts: bool, cx: &Reader) -> bool {
    // `SQL("LISTEN {channel}").format(…)`
    let composed = || statement.kind_id() == kind::CALL && cx.cx.slice(&statement).contains("SQL(");
    // `"PRAGMA %s" % name`
    let filled = || {
        statement.kind_id() == kind::BINARY_OPERATOR
            && cx.cx.slice(&statement).trim_start_matches('f').starts_with(['"', '\''])
    };
    if !texts || !is_text(statement) && !composed() && !filled() {
        return true;
    }
    let text = cx.cx.slice(&statement).trim_start_matches(|c: char| !matches!(c, '"' | '\''));
    let text = text.trim_start_matches(['"', '\'']).trim_start();
    let first = text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("").to_ascii_uppercase();
    matches!(
        first.as_str(),
        "SELECT"
            | "INSERT"
            | "UPDATE"
            | "DELETE"
            | "WITH"
            | "MERGE"
            | "REPLACE"
            | "UPSERT"
            | "MATCH"
            | "CALL"
    )
}

/// Whether a statement is built for the element: an expression, or a text with a condition.
fn holds_condition(statement: Node, cx: &Reader) -> bool {
    match statement.kind_id() {
        kind::IDENTIFIER | kind::ATTRIBUTE | kind::SUBSCRIPT => false,
        _ if is_text(statement) => {
            let text = cx.cx.slice(&statement).to_ascii_uppercase();
            text.contains("WHERE") || text.contains("VALUES")
        }
        // `text("…")` is a text, too.
        kind::CALL => {
            let text = cx.cx.slice(&statement);
            !text.starts_with("text(") && !text.contains(".text(")
                || text.to_ascii_uppercase().contains("WHERE")
        }
        _ => true,
    }
}

fn is_text(node: Node) -> bool {
    matches!(node.kind_id(), kind::STRING | kind::CONCATENATED_STRING)
}

/// Whether an argument is a URL, a path on a server, or called so.
fn names_address(argument: Node, cx: &Reader) -> bool {
    let text = cx.cx.slice(&argument);
    if is_text(argument) {
        return text.contains("://")
            || text.contains("\"/")
            || text.contains("'/")
            || text.contains("\"{")
            || text.contains("'{");
    }
    let name = last_word(text);
    ["url", "uri", "endpoint", "link", "href"].iter().any(|word| name.ends_with(word))
}

/// The last name of a dotted path, in lower case, without underscores around it.
fn last_word(path: &str) -> String {
    let path = path.split('(').next().unwrap_or(path);
    path.rsplit('.').next().unwrap_or(path).trim_matches('_').to_ascii_lowercase()
}

/// The variables of a loop that makes a call once for each element, and the bytes of its header; none where the loop
/// tries again, turns pages or follows a stream.
fn iteration<'t>(
    one: Node<'t>,
    call: Node<'t>,
    call_scope: ScopeId,
    cx: &Reader<'_, '_, 't>,
) -> Option<(Node<'t>, (usize, usize))> {
    let (target, iterable, header) = if one.kind_id() == kind::FOR_STATEMENT {
        let body = one.child_by_field_id(field::BODY)?;
        if one.child(0)?.kind_id() == kind::KW_ASYNC || call.start_byte() < body.start_byte() {
            return None;
        }
        let iterable = one.child_by_field_id(field::RIGHT)?;
        (one.child_by_field_id(field::LEFT)?, iterable, (one.start_byte(), iterable.end_byte()))
    } else {
        let clauses: Vec<Node> =
            elements(one).into_iter().filter(|clause| clause.kind_id() == kind::FOR_IN_CLAUSE).collect();
        let clause = *clauses.last()?;
        let within =
            |clause: &Node| clause.start_byte() <= call.start_byte() && call.end_byte() <= clause.end_byte();
        if clause.child(0)?.kind_id() == kind::KW_ASYNC || clauses.iter().any(within) {
            return None;
        }
        let iterable = clause.child_by_field_id(field::RIGHT)?;
        (clause.child_by_field_id(field::LEFT)?, iterable, (clause.start_byte(), clause.end_byte()))
    };
    if is_handful(iterable, call_scope, cx) {
        return None;
    }
    let over = cx.cx.slice(&iterable);
    let names = cx.cx.slice(&target).to_ascii_lowercase();
    let speaks = |text: &str, words: &[&str]| {
        text.split(|c: char| !c.is_alphanumeric()).any(|part| words.contains(&part))
    };
    let counts = over.contains("range(") && !over.contains("len(") || over.contains("count(");
    // `range(0, len(rows), 500)`
    let steps = iterable.kind_id() == kind::CALL
        && over.starts_with("range(")
        && iterable.child_by_field_id(field::ARGUMENTS).is_some_and(|list| elements(list).len() == 3);
    let counts = counts || steps;
    let batches = [
        "batch",
        "batches",
        "batched",
        "chunk",
        "chunks",
        "chunked",
        "page",
        "pages",
        "attempt",
        "attempts",
        "retry",
        "retries",
        "tries",
        "offset",
        "delay",
        "backoff",
        "grouper",
        "slices",
        "partitions",
    ];
    if counts || speaks(&names, &batches) || speaks(&over.to_ascii_lowercase(), &batches) {
        return None;
    }
    Some((target, header))
}

/// Whether a loop goes over what is listed in the code: a display, or the name of one; its items, keys or values; more
/// than one of them at a time.
fn is_handful<'t>(iterable: Node<'t>, scope: ScopeId, cx: &Reader<'_, '_, 't>) -> bool {
    let mut open = vec![(iterable, scope)];
    for _ in 0..8 {
        let Some((node, scope)) = open.pop() else { return true };
        let (node, scope) = cx.fold.value(node, scope);
        match node.kind_id() {
            kind::TUPLE
            | kind::LIST
            | kind::SET
            | kind::EXPRESSION_LIST
            | kind::DICTIONARY
            | kind::STRING => {
                // Values unpacked into a display may be anything.
                if elements(node)
                    .iter()
                    .any(|part| matches!(part.kind_id(), kind::LIST_SPLAT | kind::DICTIONARY_SPLAT))
                    || elements(node).is_empty()
                {
                    return false;
                }
            }
            kind::CALL => {
                let Some(function) = node.child_by_field_id(field::FUNCTION) else { return false };
                let arguments = node.child_by_field_id(field::ARGUMENTS).map_or_else(Vec::new, elements);
                match (function.kind_id(), cx.cx.slice(&function)) {
                    (
                        kind::IDENTIFIER,
                        "enumerate" | "sorted" | "reversed" | "list" | "tuple" | "set" | "zip",
                    ) => {
                        let given =
                            arguments.into_iter().filter(|one| one.kind_id() != kind::KEYWORD_ARGUMENT);
                        let wanted = if cx.cx.slice(&function) == "zip" { usize::MAX } else { 1 };
                        let before = open.len();
                        open.extend(given.take(wanted).map(|argument| (argument, scope)));
                        if open.len() == before {
                            return false;
                        }
                    }
                    (kind::ATTRIBUTE, path)
                        if [".items", ".keys", ".values"].iter().any(|end| path.ends_with(end)) =>
                    {
                        open.extend(function.child_by_field_id(field::OBJECT).map(|object| (object, scope)));
                    }
                    _ => return false,
                }
            }
            _ => return false,
        }
    }
    false
}

/// Other effects of the rounds of a loop.
#[derive(Debug, Clone, Copy, Default)]
struct Round {
    /// Whether one of them may be the last: `break`, `return`.
    leaves: bool,
    /// Whether they wait for time to pass.
    sleeps: bool,
}

/// Reads the body of a loop; comprehensions have none.
fn round(one: Node, cx: &Reader) -> Round {
    let mut found = Round::default();
    let mut open: Vec<(Node, bool)> = Vec::new();
    if one.kind_id() == kind::FOR_STATEMENT {
        open.extend(one.child_by_field_id(field::BODY).map(|body| (body, false)));
    }
    for _ in 0..BUDGET {
        let Some((node, nested)) = open.pop() else { break };
        match node.kind_id() {
            kind::RETURN_STATEMENT => found.leaves = true,
            // A `break` of an inner loop ends that one only.
            kind::BREAK_STATEMENT => found.leaves |= !nested,
            kind::FUNCTION_DEFINITION | kind::CLASS_DEFINITION | kind::LAMBDA => {}
            kind::AWAIT => found.sleeps |= cx.cx.slice(&node).contains("sleep("),
            node_kind => {
                let nested = nested || matches!(node_kind, kind::FOR_STATEMENT | kind::WHILE_STATEMENT);
                open.extend(elements(node).into_iter().map(|part| (part, nested)));
            }
        }
    }
    found
}

/// The names that depend on a loop's variables.
fn tainted<'a>(
    one: &Loop,
    target: Node,
    notes: &FlowCollector,
    cx: &Reader<'_, 'a, '_>,
) -> FxHashSet<&'a str> {
    let mut names = FxHashSet::default();
    add_names(target, cx, &mut names);
    if one.node.kind_id() != kind::FOR_STATEMENT {
        for clause in elements(one.node).into_iter().filter(|part| part.kind_id() == kind::FOR_IN_CLAUSE) {
            if let Some(left) = clause.child_by_field_id(field::LEFT) {
                add_names(left, cx, &mut names);
            }
        }
        return names;
    }
    for binder in &notes.binders {
        let node = binder.node;
        let inside = one.node.start_byte() < node.start_byte() && node.end_byte() <= one.node.end_byte();
        if !inside || binder.scope != one.scope {
            continue;
        }
        let (left, right) = match node.kind_id() {
            kind::ASSIGNMENT | kind::FOR_STATEMENT => {
                (node.child_by_field_id(field::LEFT), node.child_by_field_id(field::RIGHT))
            }
            kind::NAMED_EXPRESSION => {
                (node.child_by_field_id(field::NAME), node.child_by_field_id(field::VALUE))
            }
            kind::AS_PATTERN => (node.child_by_field_id(field::ALIAS), node.child(0)),
            _ => continue,
        };
        if let (Some(left), Some(right)) = (left, right)
            && mentions(right, &names, cx)
        {
            add_names(left, cx, &mut names);
        }
    }
    names
}

/// Adds the plain names of a target.
fn add_names<'a>(target: Node, cx: &Reader<'_, 'a, '_>, names: &mut FxHashSet<&'a str>) {
    let mut open = vec![target];
    for _ in 0..BUDGET {
        let Some(node) = open.pop() else { return };
        match node.kind_id() {
            kind::IDENTIFIER => {
                let name = cx.cx.slice(&node);
                if name != "_" {
                    names.insert(name);
                }
            }
            kind::ATTRIBUTE | kind::SUBSCRIPT => {}
            _ => open.extend(elements(node)),
        }
    }
}

fn depends(arguments: &[Node], names: &FxHashSet<&str>, cx: &Reader) -> bool {
    arguments.iter().any(|argument| mentions(*argument, names, cx))
}

/// Whether an expression uses one of the names.
fn mentions(node: Node, names: &FxHashSet<&str>, cx: &Reader) -> bool {
    let mut open = vec![node];
    for _ in 0..BUDGET {
        let Some(node) = open.pop() else { return false };
        match node.kind_id() {
            kind::IDENTIFIER if names.contains(cx.cx.slice(&node)) => return true,
            kind::ATTRIBUTE => open.extend(node.child_by_field_id(field::OBJECT)),
            kind::KEYWORD_ARGUMENT => open.extend(node.child_by_field_id(field::VALUE)),
            _ => open.extend(elements(node)),
        }
    }
    false
}
