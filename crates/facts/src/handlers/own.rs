//! Effects of functions of the same file that handlers call: some never return, some report the
//! exception. Read from their text, since the walk may not have come to them. It must not know trees.

use memchr::memmem;

/// Longest function that is read, in bytes.
const LONGEST: usize = 20_000;
/// How many definitions of one name are looked at.
const DEFINITIONS: usize = 16;

/// Effect of calling a function of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    /// It never returns.
    Raises,
    /// It shows, logs or reports the traceback of the current exception.
    Reports,
}

/// Common effect of all functions of this name; none where they differ, or have none. `method`: whether in classes.
pub(crate) fn own(text: &str, name: &str, method: bool) -> Option<Own> {
    if name.is_empty() || name.len() > 80 {
        return None;
    }
    let wanted = format!("def {name}(");
    let mut found = None;
    let mut any = false;
    for at in memmem::find_iter(text.as_bytes(), wanted.as_bytes()).take(DEFINITIONS) {
        let line = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
        let before = text.get(line..at)?;
        // A function within another one is called like one of the module.
        let inside = before.starts_with([' ', '\t']);
        let other = if method { !inside } else { inside && takes_self(text.get(at + wanted.len()..)?) };
        if !matches!(before.trim(), "" | "async") || other {
            continue;
        }
        let indentation = before.len() - before.trim_start().len();
        let does = does(text.get(at + wanted.len() - 1..)?, indentation);
        if any && does != found {
            return None;
        }
        (any, found) = (true, does);
    }
    found
}

/// Whether parameters begin as those of a method do.
fn takes_self(parameters: &str) -> bool {
    let first = parameters.trim_start().split([',', ')', ':', '=']).next().unwrap_or("").trim();
    matches!(first, "self" | "cls" | "mcs")
}

/// The effect of a function whose text goes on with its parameters, and whose header is in this column.
fn does(rest: &str, indentation: usize) -> Option<Own> {
    let rest = rest.get(..rest.floor_char_boundary(LONGEST))?;
    let parameters = closing(rest)?;
    let (returns, body) = rest.get(parameters..)?.split_once(":\n").or_else(|| {
        // The body is on the header's line, or a comment is.
        rest.get(parameters..)?.split_once(':')
    })?;
    let body = body_of(body, indentation);
    let yields = has_word(body, "yield");
    let annotation = returns.trim().trim_start_matches("->").trim().trim_matches(['"', '\'']);
    let last = annotation.rsplit('.').next().unwrap_or("");
    if matches!(last, "NoReturn" | "Never") && !yields {
        return Some(Own::Raises);
    }
    if !yields && !has_word(body, "return") && last_statement(body).is_some_and(leaves) {
        return Some(Own::Raises);
    }
    reports(body).then_some(Own::Reports)
}

/// Where the bracket closes that a text begins with.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The lines that are deeper than the header, those of a docstring included.
fn body_of(text: &str, indentation: usize) -> &str {
    let mut end = 0;
    let mut quoted: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start();
        let deep = line.len() - bare.len() > indentation;
        if quoted.is_none() && end > 0 && !bare.is_empty() && !deep {
            break;
        }
        for mark in ["\"\"\"", "'''"] {
            if line.matches(mark).count() % 2 == 1 {
                quoted = match quoted {
                    None => Some(mark),
                    Some(open) if open == mark => None,
                    other => other,
                };
            }
        }
        end += line.len();
    }
    text.get(..end).unwrap_or("")
}

/// The last line of a body that begins a statement of the function itself.
fn last_statement(body: &str) -> Option<&str> {
    let columns = |line: &str| line.len() - line.trim_start().len();
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let first = body.lines().find(is_code)?;
    let column = columns(first);
    let mut own = body.lines().filter(is_code).filter(|line| columns(line) == column);
    own.rfind(|line| !line.trim_start().starts_with([')', ']', '}'])).map(str::trim)
}

/// Whether a statement raises, or ends the process.
fn leaves(statement: &str) -> bool {
    let raises = statement == "raise" || statement.starts_with("raise ");
    raises || ["sys.exit(", "os._exit(", "os.abort("].iter().any(|exit| statement.starts_with(exit))
}

/// Whether a body shows or logs the traceback of the current exception.
fn reports(body: &str) -> bool {
    const SIGNS: [&str; 10] = [
        ".exception(",
        "exc_info=",
        "exc_info()",
        "print_exc(",
        "format_exc(",
        "print_exception(",
        "format_exception(",
        "capture_exception(",
        "record_exception(",
        "showtraceback(",
    ];
    let said = |sign: &&str| {
        body.match_indices(*sign).any(|(at, _)| {
            let value = body.get(at + sign.len()..).unwrap_or("");
            !(sign.ends_with('=') && ["False", "None", "0"].iter().any(|off| value.starts_with(off)))
        })
    };
    SIGNS.iter().any(said)
}

/// Whether a text holds a word.
fn has_word(text: &str, word: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let behind = text.get(at + word.len()..).unwrap_or("");
        !text.get(..at).unwrap_or("").ends_with(is_word) && !behind.starts_with(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_that_never_return() {
        for text in [
            "def halt(text):\n    show(text)\n    raise SystemExit(1)\n\n\nx = 1\n",
            "def halt(text='(') -> NoReturn:\n    stop(text)\n",
            "def halt(\n    text: str,\n) -> t.Never:\n    \"\"\"Halts.\n\nAt once.\n\"\"\"\n    stop(text)\n",
            "def halt(text):\n    if text:\n        show(text)\n    sys.exit(\n        3\n    )\n",
        ] {
            assert_eq!(own(text, "halt", false), Some(Own::Raises), "{text}");
            assert_eq!(own(text, "halt", true), None);
        }
        for text in [
            "def halt(text):\n    if text:\n        raise SystemExit(1)\n",
            "def halt(text):\n    if not text:\n        return\n    raise SystemExit(1)\n",
            "def halt(text):\n    yield text\n    raise SystemExit(1)\n",
            "def halt(text):\n    show(text)\nraise SystemExit\n",
            "def halting(text):\n    raise SystemExit(1)\n",
            "x = def halt(text):\n    raise SystemExit(1)\n",
        ] {
            assert_eq!(own(text, "halt", false), None, "{text}");
        }
    }

    #[test]
    fn methods_of_one_name_must_agree() {
        let one = "class A:\n    def stop(self):\n        raise Stop\n\n";
        assert_eq!(own(one, "stop", true), Some(Own::Raises));
        let both = format!("{one}class B:\n    def stop(self):\n        return 1\n");
        assert_eq!(own(&both, "stop", true), None);
    }

    #[test]
    fn functions_that_report() {
        let says =
            |body: &str| own(&format!("def note(what):\n    {body}\n    return what\n"), "note", false);
        assert_eq!(says("log.exception(what)"), Some(Own::Reports));
        assert_eq!(says("log.error(what, exc_info=True)"), Some(Own::Reports));
        assert_eq!(says("log.error(what, exc_info=False)"), None);
        assert_eq!(says("log.error(what)"), None);
    }
}
