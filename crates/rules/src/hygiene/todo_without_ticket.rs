//! `todo-without-ticket`: a comment that says that something is left to do, and not where that is tracked.
//! It must not know how comments are read.

use analyzer_diagnostics::Diagnostic;

use crate::Check;

/// Reports markers whose block of comments names no ticket.
pub fn todo_without_ticket(check: &Check, out: &mut Vec<Diagnostic>) {
    for marker in check.facts.markers.iter().filter(|marker| marker.ticket.is_none()) {
        let word = marker.word.as_str();
        let what = if marker.text.is_empty() { String::new() } else { format!(": {}", marker.text) };
        let mut found = check
            .diagnostic(marker.range, format!("`{word}` names no ticket{what}"))
            .tier(marker.tier)
            .help("open a ticket and name it in the comment (`#123`, `ABC-123` or its address), or do it now")
            .property("marker", word)
            .property("text", marker.text.as_str());
        if let Some(author) = &marker.author {
            found = found.property("author", author.as_str());
        }
        // The same words may move, and two markers may say the same.
        out.push(found.key(format!("{word} {}", marker.text)));
    }
}
