//! Names of other modules that a text reaches by their text: what tests patch, and what is looked up in a module by
//! `getattr`, `vars` and the like. It must not know trees, nor which modules there are.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use compact_str::{CompactString, format_compact};

use crate::strings::{Literal, Literals, is_identifier, is_word, string_end};

/// Stands for a name, or for a module, that is not known.
pub const UNKNOWN: &str = "?";

/// Words that such texts hold.
const WORDS: [&str; 10] = [
    "patch",
    "modules",
    "pytest_plugins",
    "import_string",
    "attr(",
    "object(",
    "spy(",
    "vars(",
    "members(",
    "multiple(",
];

/// How many of the words make dotted names in quotes count, at any place.
const QUOTING: usize = 4;

/// None only if it could not be built: then no text reaches anything.
static FINDER: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(WORDS).ok());

/// How much of a call's arguments is read, in bytes.
const ARGUMENTS: usize = 4000;

/// Names that a text reaches.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reached {
    /// Dotted names from their first module on, such as `app.window.Config`. [`UNKNOWN`] stands for modules at the beginning
    /// that are not known, and at the end for any name of the module. Sorted.
    pub(crate) modules: Vec<CompactString>,
    /// Dotted names from a name of the text on, such as `window.Config`; [`UNKNOWN`] at the end stands for any.
    pub(crate) attributes: Vec<CompactString>,
}

impl Reached {
    /// Collects the names that a text reaches.
    pub(crate) fn by(text: &str) -> Self {
        let mut reached = Self::default();
        let Some(finder) = &*FINDER else { return reached };
        let mut quoting = false;
        for found in finder.find_iter(text) {
            let word = found.pattern().as_usize();
            quoting |= word < QUOTING;
            let behind = found.end();
            match WORDS.get(word).copied().unwrap_or("") {
                "attr(" | "object(" | "spy(" => reached.attributes.extend(attribute(text, behind)),
                "vars(" | "members(" => {
                    let (path, _) = path(text, behind);
                    reached.attributes.extend(any_of(path));
                }
                "multiple(" => reached.multiple(text, behind),
                "modules" => reached.modules.extend(module(text, behind)),
                "pytest_plugins" => reached.plugins(text, behind),
                _ => {}
            }
        }
        if quoting {
            reached.literals(text);
        }
        reached.modules.sort_unstable();
        reached.modules.dedup();
        reached.attributes.sort_unstable();
        reached.attributes.dedup();
        reached
    }

    /// `patch.multiple("app.window", Config=None)`, or with the module in place of its name.
    fn multiple(&mut self, text: &str, open: usize) {
        let arguments = arguments(text, open);
        let first = Literals::of(arguments)
            .next()
            .filter(|one| arguments.trim_start().starts_with(one.of(arguments)));
        let (of, quoted) = match &first {
            Some(literal) => (literal.inner, true),
            None => (path(arguments, 0).0, false),
        };
        if of.is_empty() {
            return;
        }
        let mut names: Vec<&str> = Vec::new();
        let mut open = arguments.contains("**");
        for (at, _) in arguments.match_indices('=') {
            let before = arguments.get(..at).unwrap_or("").trim_end();
            let name = crate::strings::path_before(before, before.len());
            names.extend(is_identifier(name).then_some(name));
        }
        open |= names.is_empty();
        names.extend(open.then_some(UNKNOWN));
        let to = if quoted { &mut self.modules } else { &mut self.attributes };
        to.extend(names.into_iter().map(|name| format_compact!("{of}.{name}")));
    }

    /// `pytest_plugins = ["tests.plugins.db"]`: whatever these modules import may be a fixture.
    fn plugins(&mut self, text: &str, behind: usize) {
        let rest = text.get(behind..).unwrap_or("").trim_start();
        let Some(value) = rest.strip_prefix('=').map(str::trim_start) else { return };
        let end = match value.as_bytes().first() {
            Some(b'[') => value.find(']'),
            Some(b'(') => value.find(')'),
            _ => value.find('\n'),
        };
        let value = value.get(..end.unwrap_or(value.len())).unwrap_or("");
        let plain = Literals::of(value).filter(|one| is_dotted(one.inner) || is_identifier(one.inner));
        self.modules.extend(plain.map(|one| format_compact!("{}.{UNKNOWN}", one.inner)));
    }

    /// Dotted names in quotes, also such as begin with a module that only the running program knows.
    fn literals(&mut self, text: &str) {
        let mut literals = Literals::of(text).peekable();
        while let Some(literal) = literals.next() {
            let mut inner = CompactString::new(literal.inner);
            let mut last = literal.range.end;
            // Literals in a row are one.
            while let Some(next) = literals.peek().filter(|next| {
                (inner.ends_with('.') || next.inner.starts_with('.'))
                    && text.get(last..next.range.start).is_some_and(|gap| gap.trim().is_empty())
            }) {
                inner.push_str(next.inner);
                last = next.range.end;
                literals.next();
            }
            if inner.len() > 200 || !inner.contains('.') {
                continue;
            }
            if let Some(tail) = tail(&inner, literal.is_formatted()) {
                self.tail(text, &inner, &literal, tail);
            } else if is_dotted(&inner) {
                self.modules.push(inner);
            } else if let Some(module) =
                inner.strip_suffix('.').filter(|name| is_dotted(name) || is_identifier(name))
            {
                self.modules.push(format_compact!("{module}.{UNKNOWN}"));
            } else if let Some((module, hole)) = inner.split_once(".{").filter(|_| literal.is_formatted())
                && (is_dotted(module) || is_identifier(module))
                && hole.ends_with('}')
            {
                self.modules.push(format_compact!("{module}.{UNKNOWN}"));
            }
        }
    }

    /// `f"{MODULE}.Config"`, and the rest of `MODULE + ".Config"`.
    fn tail(&mut self, text: &str, inner: &str, literal: &Literal, tail: &str) {
        let hole = match inner.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((hole, _)) => hole,
            None => {
                let before = text.get(..literal.range.start).unwrap_or("").trim_end();
                let before = before.strip_suffix('+').unwrap_or("").trim_end();
                crate::strings::path_before(before, before.len())
            }
        };
        if let Some(module) = hole.trim().strip_suffix(".__name__").filter(|path| is_identifier(path)) {
            self.attributes.push(format_compact!("{module}.{tail}"));
        } else if let Some(module) = constant(text, hole.trim()) {
            self.modules.push(format_compact!("{module}.{tail}"));
        } else {
            self.modules.push(format_compact!("{UNKNOWN}.{tail}"));
        }
    }
}

impl<'a> Literal<'a> {
    /// The literal as it is written in its text.
    fn of(&self, text: &'a str) -> &'a str {
        text.get(self.range.clone()).unwrap_or("")
    }
}

/// Names after a module that is not written out: `.Config`, `{}.Config`, `%s.Config`, or `{module}.Config`.
fn tail(inner: &str, formatted: bool) -> Option<&str> {
    let tail = match inner.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((_, behind)) => behind,
        None => inner.strip_prefix("%s").unwrap_or(inner),
    };
    let tail = tail.strip_prefix('.')?;
    let known = !formatted || !tail.contains('{');
    (known && (is_identifier(tail) || is_dotted(tail))).then_some(tail)
}

/// The text that a module gives a name in one place.
fn constant<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    if !is_identifier(name) {
        return None;
    }
    let mut found = None;
    for (at, _) in text.match_indices(name) {
        let begins = at == 0 || text.get(..at)?.ends_with('\n');
        let Some(value) = text.get(at + name.len()..).filter(|_| begins) else { continue };
        let Some(value) = value.trim_start_matches([' ', '\t']).strip_prefix('=') else { continue };
        let value = value.trim_start_matches([' ', '\t', '(']);
        let literal = Literals::of(value.lines().next()?).next().filter(|one| one.range.start == 0)?;
        if found.replace(literal.inner).is_some() {
            return None;
        }
    }
    found.filter(|name| is_dotted(name) || is_identifier(name))
}

/// `window.Config` of `getattr(window, "Config")`, whose arguments begin at `open`.
fn attribute(text: &str, open: usize) -> Option<CompactString> {
    let (path, end) = path(text, open);
    if path.is_empty() {
        return None;
    }
    let rest = text.get(end..)?.trim_start().strip_prefix(',')?.trim_start();
    let rest = ["attribute=", "name="].iter().find_map(|keyword| rest.strip_prefix(keyword)).unwrap_or(rest);
    let name = if rest.starts_with(['"', '\'']) {
        let end = string_end(rest.as_bytes(), 0)?;
        rest.get(1..end - 1).filter(|name| is_identifier(name)).unwrap_or(UNKNOWN)
    } else {
        UNKNOWN
    };
    Some(format_compact!("{path}.{name}"))
}

/// `app.window.Config` of `sys.modules["app.window"].Config`; what follows `modules` begins at `behind`.
fn module(text: &str, behind: usize) -> Option<CompactString> {
    let rest = text.get(behind..)?;
    let rest = rest.strip_prefix('[').or_else(|| rest.strip_prefix(".get("))?.trim_start();
    let end = string_end(rest.as_bytes(), 0).filter(|_| rest.starts_with(['"', '\'']))?;
    let name = rest.get(1..end - 1).filter(|name| is_identifier(name) || is_dotted(name))?;
    let after = rest.get(end..)?.trim_start().strip_prefix([']', ')']).unwrap_or("");
    let length = after.strip_prefix('.').unwrap_or("").bytes().take_while(|&byte| is_word(byte)).count();
    let attribute = if length == 0 { UNKNOWN } else { after.get(1..1 + length)? };
    Some(format_compact!("{name}.{attribute}"))
}

fn any_of(path: &str) -> Option<CompactString> {
    (!path.is_empty()).then(|| format_compact!("{path}.{UNKNOWN}"))
}

/// The dotted name at a place, and where it ends; blanks in front of it and `target=` do not count.
fn path(text: &str, at: usize) -> (&str, usize) {
    let rest = text.get(at..).unwrap_or("");
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("target=").unwrap_or(rest);
    let start = text.len() - rest.len();
    let length = rest.bytes().take_while(|&byte| is_word(byte) || byte == b'.').count();
    (rest.get(..length).unwrap_or(""), start + length)
}

/// Text between the brackets of a call, as far as it is read.
fn arguments(text: &str, open: usize) -> &str {
    let rest = text.as_bytes().get(open..).unwrap_or_default();
    let mut depth = 0_u32;
    let end = rest.iter().take(ARGUMENTS).position(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 0 => return true,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        false
    });
    text.get(open..open + end.unwrap_or(0)).unwrap_or("")
}

/// Whether a text is a dotted name of two parts at least.
fn is_dotted(text: &str) -> bool {
    text.contains('.') && text.split('.').all(is_identifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules(text: &str) -> Vec<String> {
        Reached::by(text).modules.iter().map(ToString::to_string).collect()
    }

    fn attributes(text: &str) -> Vec<String> {
        Reached::by(text).attributes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn patched_names_are_reached_by_their_path() {
        assert_eq!(modules("@mock.patch('app.window.Config')\n"), ["app.window.Config"]);
        assert_eq!(modules("mocker.patch('app.' 'window.Config')\n"), ["app.window.Config"]);
        assert_eq!(modules("M = 'app.window'\npatch(f'{M}.Config')\n"), ["app.window", "app.window.Config"]);
        assert_eq!(modules("M = 'app'\npatch(M + '.Config')\n"), ["app.Config"]);
        assert_eq!(modules("patch(f'{make()}.Config')\n"), ["?.Config"]);
        assert_eq!(modules("patch('%s.Config' % name)\n"), ["?.Config"]);
        assert_eq!(modules("patch('app.window.' + name)\n"), ["app.window.?"]);
        assert_eq!(
            modules("patch.multiple('app.window', Config=1, b=f(c=2))\n"),
            ["app.window", "app.window.Config", "app.window.b", "app.window.c"]
        );
        assert!(modules("x = 'app.window.Config'\n").is_empty());
        assert_eq!(modules("sys.modules['app.window'].Config\n"), ["app.window", "app.window.Config"]);
        assert_eq!(modules("pytest_plugins = ['a', 'b.c']\n"), ["a.?", "b.c", "b.c.?"]);
    }

    #[test]
    fn attributes_are_reached_by_their_name() {
        assert_eq!(attributes("getattr(window, 'Config')\n"), ["window.Config"]);
        assert_eq!(attributes("monkeypatch.setattr(\n    app.window,\n    name,\n)\n"), ["app.window.?"]);
        assert_eq!(attributes("patch.object(win, 'time')\n"), ["win.time"]);
        assert_eq!(attributes("patch.multiple(win, time=1, os=2)\n"), ["win.os", "win.time"]);
        assert_eq!(attributes("patch(f'{win.__name__}.time')\n"), ["win.time"]);
        assert_eq!(attributes("vars(window)['Config']\n"), ["window.?"]);
        assert!(attributes("getattr(f(x), 'y')\n").is_empty());
    }
}
