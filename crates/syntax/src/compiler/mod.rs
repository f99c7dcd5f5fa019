//! Errors of CPython's compiler after its parser took the text: `return` outside a function, a parameter twice, and so on.
//! It says only what is certain, and looks at each node once.

mod debug;
mod flow;
mod generics;
mod names;
mod patterns;
mod state;

pub use state::Problem;

use crate::kind;
use crate::tree::Tree;
use state::Check;

/// The constant that cannot be bound.
const DEBUG: &str = "__debug__";

/// The first such place of a text whose tree has no errors.
#[must_use]
pub fn refused_by_compiler(tree: &Tree, text: &str) -> Option<Problem> {
    let nodes = tree.nodes();
    let mut check = Check {
        nodes,
        text,
        found: None,
        generator: None,
        work: nodes.len().saturating_mul(32),
        future_annotations: false,
    };
    if memchr::memmem::find(text.as_bytes(), DEBUG.as_bytes()).is_some() {
        for index in 0..nodes.len() {
            if check.kind(index) == kind::IDENTIFIER && check.slice(index) == DEBUG {
                check.debug(index);
            }
        }
    }
    for (index, node) in nodes.iter().enumerate() {
        match node.kind {
            kind::IMPORT_STATEMENT | kind::IMPORT_FROM_STATEMENT => check.lazy_import(index),
            kind::TYPE_PARAMETER => check.type_parameters(index),
            kind::DICT_PATTERN => check.keys(index),
            kind::RETURN_STATEMENT => check.return_statement(index),
            kind::YIELD => check.yield_expression(index),
            kind::AWAIT => check.await_expression(index),
            kind::BREAK_STATEMENT | kind::CONTINUE_STATEMENT => check.loop_control(index),
            kind::FOR_STATEMENT | kind::WITH_STATEMENT => check.async_statement(index),
            kind::FOR_IN_CLAUSE => check.async_clause(index),
            kind::TRY_STATEMENT => check.handlers(index),
            kind::PARAMETERS | kind::LAMBDA_PARAMETERS => check.parameters(index),
            kind::ARGUMENT_LIST => check.keywords(index),
            kind::GLOBAL_STATEMENT | kind::NONLOCAL_STATEMENT => check.declaration(index),
            kind::FUTURE_IMPORT_STATEMENT => check.future_import(index),
            kind::WILDCARD_IMPORT => check.wildcard(index),
            kind::NAMED_EXPRESSION => check.named_expression(index),
            kind::LIST_SPLAT | kind::LIST_SPLAT_PATTERN => check.star(index),
            kind::PATTERN_LIST | kind::TUPLE_PATTERN | kind::LIST_PATTERN => check.stars(index),
            kind::AS_PATTERN_TARGET => check.named_targets(index),
            kind::CASE_CLAUSE => check.case_clause(index),
            kind::UNION_PATTERN => check.union_pattern(index),
            kind::CLASS_PATTERN => check.class_pattern(index),
            _ => {}
        }
    }
    check.found
}
