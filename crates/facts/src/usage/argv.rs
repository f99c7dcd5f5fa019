//! The same call without a shell: the words of a literal command, and what to delete.
//! It must not know rules.

use analyzer_source::TextRange;
use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::CompactString;

use super::Site;
use super::constants::{Fold, elements, prefix};
use crate::{CommandForm, ShellFree};

/// Characters that a shell would interpret: with any of these the words are not the program's arguments.
const SPECIAL: &str = "|&;<>()$`\\\"'*?[]#~=%!{}\n\r";

/// Words that only a shell knows, or that mean something else to it.
const BUILTINS: &[&str] = &[
    ".", ":", "alias", "bg", "bind", "break", "builtin", "caller", "case", "cd", "command", "compgen",
    "complete", "continue", "copy", "declare", "del", "dir", "dirs", "disown", "do", "done", "echo", "elif",
    "else", "enable", "erase", "esac", "eval", "exec", "exit", "export", "false", "fc", "fg", "fi", "for",
    "function", "getopts", "hash", "help", "history", "if", "in", "jobs", "kill", "let", "local", "logout",
    "md", "mkdir", "move", "popd", "printf", "pushd", "pwd", "rd", "read", "readonly", "ren", "rename",
    "return", "select", "set", "shift", "shopt", "source", "start", "suspend", "test", "then", "time",
    "times", "trap", "true", "type", "typeset", "ulimit", "umask", "unalias", "unset", "until", "ver",
    "wait", "while",
];

/// How to write a call of `subprocess` without its shell; none where that would run something else.
pub(super) fn shell_free<'t>(
    site: &Site<'t>,
    command: Node<'t>,
    form: CommandForm,
    path: &str,
    fold: &Fold<'_, '_, 't>,
) -> Option<ShellFree> {
    if !path.starts_with("subprocess.") || is_interpolated(site.node) {
        return None;
    }
    let list = site.node.child_by_field_id(field::ARGUMENTS)?;
    let mut keyword = None;
    for argument in elements(list) {
        match argument.kind_id() {
            kind::KEYWORD_ARGUMENT => {
                let name = argument.child_by_field_id(field::NAME).map_or("", |name| fold.cx.slice(&name));
                match name {
                    "shell" => keyword = Some(argument),
                    "executable" => return None,
                    _ => {}
                }
            }
            kind::LIST_SPLAT | kind::DICTIONARY_SPLAT => return None,
            _ => {}
        }
    }
    let keyword = deletion(keyword?, fold)?;
    if form == CommandForm::List {
        return Some(ShellFree { command: None, keyword });
    }
    if command.kind_id() != kind::STRING {
        return None;
    }
    let literal = fold.cx.slice(&command);
    if !matches!(prefix(literal), "" | "r" | "R" | "u" | "U") {
        return None;
    }
    let text = fold.literal(command)?;
    let words: Vec<&str> = text.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
    let first = words.first()?;
    if text.contains(|c| SPECIAL.contains(c)) || BUILTINS.contains(first) {
        return None;
    }
    let quote = if literal.trim_start_matches(char::is_alphabetic).starts_with('\'') { '\'' } else { '"' };
    let mut written = CompactString::const_new("[");
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            written.push_str(", ");
        }
        written.push(quote);
        written.push_str(word);
        written.push(quote);
    }
    written.push(']');
    Some(ShellFree { command: Some((fold.cx.range(&command), written)), keyword })
}

/// Range to delete with an argument: the comma before it, or else the one after it.
fn deletion(argument: Node, fold: &Fold) -> Option<TextRange> {
    if argument.prev_sibling().is_some_and(|before| before.kind_id() == kind::COMMENT) {
        // The comment is about what would be deleted.
        return None;
    }
    let (mut start, mut end) = (argument.start_byte(), argument.end_byte());
    if let Some(comma) = argument.prev_sibling().filter(|before| before.kind_id() == kind::COMMA) {
        start = comma.start_byte();
    } else {
        let comma = argument.next_sibling().filter(|after| after.kind_id() == kind::COMMA);
        if let Some(next) = comma.and_then(|comma| comma.next_sibling()) {
            if next.kind_id() == kind::COMMENT {
                return None;
            }
            end = next.start_byte();
        }
    }
    let text = fold.cx.text.get(start..end)?;
    // The argument itself is a keyword and a constant: no text in it can hold the sign of a comment.
    (!text.contains('#')).then(|| fold.cx.file_range(start, end))
}

/// Whether a call is in an interpolation, where quotes may not be free.
fn is_interpolated(node: Node) -> bool {
    let mut at = node;
    for _ in 0..64 {
        let Some(parent) = at.parent() else { return false };
        match parent.kind_id() {
            kind::INTERPOLATION => return true,
            kind::BLOCK | kind::MODULE => return false,
            _ => at = parent,
        }
    }
    true
}
