//! Tables of literals: lists, tuples, sets and dictionaries, nested at will, with records as calls. It must not know what is
//! in them.

use analyzer_source::TextRange;
use analyzer_syntax::kind;

use crate::walk::Context;

/// How many ancestors are asked.
const LEVELS: usize = 12;

/// Where the outermost table around the current node starts; none where it is in none.
pub(super) fn table(cx: &Context) -> Option<TextRange> {
    let mut outermost = None;
    for frame in cx.ancestors.iter().rev().take(LEVELS) {
        match frame.kind {
            kind::LIST | kind::TUPLE | kind::SET | kind::DICTIONARY => outermost = Some(frame.start),
            kind::PAIR
            | kind::PARENTHESIZED_EXPRESSION
            | kind::CONCATENATED_STRING
            | kind::CALL
            | kind::ARGUMENT_LIST
            | kind::KEYWORD_ARGUMENT => {}
            _ => break,
        }
    }
    outermost.map(|at| cx.file_range(at, at))
}
