//! For which purpose a `try` stands, by its text and by the name of its function: to describe, to close, to find out whether
//! something is there. It must not know trees, nor what a handler catches.

/// How long a body may be of which this is asked, in bytes.
const LONGEST: usize = 600;
/// How many lines at the end of a clause are looked at.
const LAST_LINES: usize = 8;

/// Whether all that a body does is to make text of an object, which runs code of any class: `str(x)`, `"%r" % (x,)`, `f"{x!r}"`.
pub(super) fn describes(body: &str) -> bool {
    if body.len() > LONGEST {
        return false;
    }
    let mut statements = statements(body);
    let (Some(only), None) = (statements.next(), statements.next()) else { return false };
    let value = only.strip_prefix("return ").or_else(|| only.split_once(" = ").map(|(_, value)| value));
    value.is_some_and(|value| {
        let value = without_slice(value.trim());
        let value = value.strip_prefix('(').and_then(|value| value.strip_suffix(')')).unwrap_or(value);
        is_call_of_str(value) || is_formatted(value)
    })
}

/// `str(x)` and `repr(x)`.
fn is_call_of_str(value: &str) -> bool {
    (value.starts_with("str(") || value.starts_with("repr("))
        && value.ends_with(')')
        && !value.contains('[')
        && value.matches('(').count() == 1
}

/// A literal that is filled with descriptions, and nothing else is called.
fn is_formatted(value: &str) -> bool {
    let bare = value.trim_start_matches(['f', 'F']);
    let literal = bare.starts_with(['"', '\'']);
    let describes = ["%r", "!r}", "!s}", "repr("].iter().any(|sign| value.contains(sign));
    let calls = value.match_indices('(').all(|(at, _)| {
        let before = value.get(..at).unwrap_or("");
        let name = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
        matches!(name, "" | "str" | "repr" | "type" | "format" | "len" | "id")
    });
    literal && describes && calls && !value.contains('[')
}

/// A value without the slice that shortens it: `…[:400]`.
fn without_slice(value: &str) -> &str {
    let Some((before, slice)) = value.strip_suffix(']').and_then(|value| value.rsplit_once('[')) else {
        return value;
    };
    let is_slice =
        slice.contains(':') && slice.chars().all(|c| c.is_alphanumeric() || matches!(c, ':' | '_' | '-'));
    if is_slice { before } else { value }
}

/// Whether all that a body does is to close things, so that an error there changes nothing any more.
pub(super) fn closes(body: &str) -> bool {
    const VERBS: [&str; 11] = [
        "aclose",
        "cleanup",
        "close",
        "detach",
        "disconnect",
        "logout",
        "quit",
        "rollback",
        "shutdown",
        "unsubscribe",
        "wait_closed",
    ];
    if body.len() > LONGEST {
        return false;
    }
    let mut any = false;
    let all = statements(body).all(|statement| {
        any = true;
        let call = statement.strip_prefix("await ").unwrap_or(statement);
        let Some((callee, _)) = call.split_once('(').filter(|_| call.ends_with(')')) else { return false };
        let is_path = callee.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        is_path && callee.rsplit_once('.').is_some_and(|(_, verb)| VERBS.contains(&verb))
    });
    any && all
}

/// The name of the task, where all that a body does is to await one: `await self._task`.
pub(super) fn awaited_task(body: &str) -> Option<&str> {
    if body.len() > LONGEST {
        return None;
    }
    let mut statements = statements(body);
    let (Some(only), None) = (statements.next(), statements.next()) else { return None };
    let is_path = |path: &str| path.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    let path = only.strip_prefix("await ").map(str::trim).filter(|path| is_path(path))?;
    path.rsplit('.').next()
}

/// Whether a function of this name answers whether something is to be had.
pub(super) fn asks(name: &str) -> bool {
    const ENDS: [&str; 10] = [
        "open",
        "available",
        "installed",
        "supported",
        "reachable",
        "alive",
        "importable",
        "usable",
        "responding",
        "online",
    ];
    let name = name.trim_matches('_').to_ascii_lowercase();
    let last = name.rsplit('_').next().unwrap_or("");
    let first = name.split('_').next().unwrap_or("");
    let says = ENDS.contains(&last) && (last != "open" || first == "is");
    says || matches!(first, "can" | "supports")
}

/// Whether a handler at module level only notes that something is not to be had: `HAS_REDIS = False`.
pub(super) fn sets_flags(body: &str) -> bool {
    const WORDS: [&str; 6] = ["HAS", "HAVE", "CAN", "AVAILABLE", "SUPPORTED", "INSTALLED"];
    if body.len() > LONGEST {
        return false;
    }
    let body = body.trim_start().trim_start_matches(':');
    let (mut any, mut flags) = (false, false);
    let all = statements(body).all(|statement| {
        any = true;
        let mut parts = statement.rsplit('=').map(str::trim);
        let value = parts.next().unwrap_or("");
        let plain = matches!(value, "False" | "None" | "0" | "\"\"" | "''" | "()" | "[]" | "{}");
        let mut targets = 0;
        let names = parts.all(|name| {
            targets += 1;
            let words = || name.split('_').map(str::to_ascii_uppercase);
            flags |= words().any(|word| WORDS.contains(&word.as_str()));
            name.chars().all(|c| c.is_alphanumeric() || c == '_')
        });
        plain && names && targets > 0
    });
    any && all && flags
}

/// Whether the process ends right behind a statement, whatever happened in it.
pub(super) fn ends_the_process(behind: &str) -> bool {
    statements(behind.get(..behind.floor_char_boundary(LONGEST)).unwrap_or("")).next().is_some_and(|next| {
        ["os._exit(", "sys.exit(", "raise SystemExit", "os.abort("].iter().any(|exit| next.starts_with(exit))
    })
}

/// Whether a clause ends with the exception that it caught.
pub(super) fn ends_raising(clause: &str) -> bool {
    let mut lines = clause.rsplit('\n').take(LAST_LINES).map(str::trim);
    let last = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    last.is_some_and(|last| last == "raise" || last.starts_with("raise "))
}

/// The lines of a text that are neither empty nor comments, without comments at their ends.
fn statements(body: &str) -> impl Iterator<Item = &str> {
    let code = |line: &str| !line.is_empty() && !line.starts_with('#');
    let bare = |line: &'_ str| -> usize { line.find("  #").unwrap_or(line.len()) };
    body.lines().map(str::trim).filter(move |line| code(line)).map(move |line| line[..bare(line)].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions() {
        for yes in [
            "return str(value)",
            "text = repr(self.args)",
            "return ('%r %r' % (task.args, task.kwargs))[:400]",
            "return f\"<{value!r}>\"  # any class",
        ] {
            assert!(describes(yes), "{yes}");
        }
        for no in
            ["return load(value)", "return '%r' % load(value)", "x = 1\nreturn str(x)", "return f\"{value}\""]
        {
            assert!(!describes(no), "{no}");
        }
    }

    #[test]
    fn bodies_that_close() {
        assert!(closes("conn.close()"));
        assert!(closes("self.writer.close()\n        await self.writer.wait_closed()\n"));
        for no in ["", "close()", "conn.send(1)\nconn.close()", "x = conn.close()", "pool[0].close()"] {
            assert!(!closes(no), "{no}");
        }
    }

    #[test]
    fn tasks_that_are_waited_for() {
        assert_eq!(awaited_task("await self._task\n"), Some("_task"));
        assert_eq!(awaited_task("await self._task()"), None);
        assert_eq!(awaited_task("await task\nx = 1\n"), None);
    }

    #[test]
    fn questions() {
        for yes in ["pg_available", "is_installed", "_can_connect", "supports_color", "is_port_open"] {
            assert!(asks(yes), "{yes}");
        }
        for no in ["load", "cancel", "has_command", "unavailable_hosts", "open", "reopen"] {
            assert!(!asks(no), "{no}");
        }
        assert!(sets_flags(":\n    CAN_CONNECT = HAS_JSON = False\n    VERSION = 0\n"));
        assert!(!sets_flags(":\n    VERSION = 0\n") && !sets_flags(":\n    HAS_JSON = probe()\n"));
    }

    #[test]
    fn ends() {
        assert!(ends_the_process("\n            # nothing returns\n            os._exit(code)\n"));
        assert!(!ends_the_process("\n    code = 1\n    os._exit(code)\n"));
    }
}
