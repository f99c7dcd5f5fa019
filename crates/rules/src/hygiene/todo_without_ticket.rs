//! `todo-without-ticket`: a comment that says that something is left to do, and not where that is tracked.
//! It must not know how comments are read.

use analyzer_diagnostics::Diagnostic;

use crate::Check;
use crate::gathered::gathered;

/// Reports markers whose block of comments names no ticket, those with the same words at the first of them.
pub fn todo_without_ticket(check: &Check, out: &mut Vec<Diagnostic>) {
    let each = check.flag("each");
    let untracked = (0..).zip(&check.facts.markers).filter(|(_, marker)| marker.ticket.is_none());
    for (index, marker) in untracked {
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
        let Some(said) = marker.said().filter(|_| !each) else {
            out.push(found.key(format!("{word} {}", marker.text)));
            continue;
        };
        // The same words may move, and occur in many places.
        let repeated = check.project.markers.iter().find(|one| one.index == index);
        let found = found.project_key(said);
        out.push(match repeated {
            Some(repeated) => gathered(found, &repeated.others, "here too"),
            None => found,
        });
    }
}
