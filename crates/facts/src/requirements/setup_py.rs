//! The requirements that a setup.py gives to `setup(…)` as literals: lists, tuples, and names of the module for such.
//! Read from the text; what is computed is left out. It must not know what else a program says.

use memchr::memmem;

use super::Read;

/// The keywords that name lists, with the lists' names.
const LISTS: [(&str, &str); 3] =
    [("install_requires", "project"), ("setup_requires", "build"), ("tests_require", "group tests")];

/// Reads a text; nothing where it calls no `setup`.
pub(super) fn read(text: &str) -> Read {
    let mut read = Read::default();
    let has = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    if !has("setup(") || !["setuptools", "distutils"].iter().any(|module| has(module)) {
        return read;
    }
    for (keyword, list) in LISTS {
        for at in values(text, keyword) {
            add(text, at, list, &mut read);
        }
    }
    for at in values(text, "extras_require") {
        extras(text, at, &mut read);
    }
    // A mistake in one stops the program itself.
    read.problems.clear();
    read.requirements.sort_by_key(|requirement| requirement.range);
    // A list that is called as the keyword is read once for its name and once for the keyword.
    read.requirements.dedup_by(|next, kept| next.range == kept.range && next.list == kept.list);
    read
}

/// Where values begin that are given to a keyword, or assigned to a name at the beginning of a line.
fn values<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).filter_map(move |(at, _)| {
        let behind = text.get(at + name.len()..)?;
        if text.get(..at)?.ends_with(is_word) || !behind.trim_start_matches(' ').starts_with('=') {
            return None;
        }
        let rest = behind.trim_start_matches(' ').strip_prefix('=')?.trim_start();
        (!rest.starts_with('=')).then_some(text.len() - rest.len())
    })
}

/// Adds the requirements of the value at `at`: a display, or the name of one.
fn add(text: &str, at: usize, list: &str, read: &mut Read) {
    let value = text.get(at..).unwrap_or("");
    if value.starts_with(['[', '(']) {
        for place in literals(text, at).unwrap_or_default() {
            read.requirement(text, place, list);
        }
        return;
    }
    let name: &str = value.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
    if name.is_empty() {
        return;
    }
    let mut assigned = values(text, name).filter(|at| {
        let line = text.get(..*at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        text.get(line..).is_some_and(|line| line.starts_with(name))
            && text.get(*at..).is_some_and(|v| v.starts_with('['))
    });
    if let (Some(at), None) = (assigned.next(), assigned.next()) {
        for place in literals(text, at).unwrap_or_default() {
            read.requirement(text, place, list);
        }
    }
}

/// Adds the requirements of a dictionary of extras.
fn extras(text: &str, at: usize, read: &mut Read) {
    let Some(mut rest) = text.get(at..).and_then(|value| value.strip_prefix('{')) else { return };
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if let Some(comment) = rest.strip_prefix('#') {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
            continue;
        }
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return };
        let Some((key, behind)) = rest.get(1..).and_then(|rest| rest.split_once(quote)) else { return };
        let Some(value) = behind.trim_start().strip_prefix(':').map(str::trim_start) else { return };
        let at = text.len() - value.len();
        if !value.starts_with(['[', '(']) {
            return;
        }
        for place in literals(text, at).unwrap_or_default() {
            read.requirement(text, place, &format!("extra {key}"));
        }
        let Some(end) = closing(value) else { return };
        rest = value.get(end..).unwrap_or("");
    }
}

/// The contents of the plain strings of the display at `at`, each one an element; none where it has no end.
fn literals(text: &str, at: usize) -> Option<Vec<(usize, usize)>> {
    let display = text.get(at..)?;
    let inside = display.get(1..closing(display)? - 1)?;
    let start = at + 1;
    let mut found = Vec::new();
    for (from, to) in parts(inside) {
        let part = inside.get(from..to)?;
        let bare = part.trim();
        let quoted = ['"', '\''].iter().any(|quote| {
            bare.len() > 1
                && bare.starts_with(*quote)
                && bare.ends_with(*quote)
                && bare.matches(*quote).count() == 2
        });
        if quoted && !bare.contains('\\') {
            let begin = start + from + (part.len() - part.trim_start().len()) + 1;
            found.push((begin, begin + bare.len() - 2));
        }
    }
    Some(found)
}

/// The elements between the brackets of a display, comments left out.
fn parts(inside: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let (mut from, mut depth) = (0, 0_u32);
    let mut quote = None;
    let mut letters = inside.char_indices();
    while let Some((at, c)) = letters.next() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                found.push((from, at));
                from = at + 1;
            }
            (None, '#') => {
                found.push((from, at));
                from = inside.len();
                for (at, c) in letters.by_ref() {
                    if c == '\n' {
                        from = at + 1;
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    found.push((from, inside.len()));
    found
}

/// Where the bracket closes that a text begins with.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    let mut quote = None;
    let mut comment = false;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if comment => comment = c != '\n',
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '#') => comment = true,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        super::super::tests::told(read(text))
    }

    #[test]
    fn literals_of_setup() {
        let text = "from setuptools import setup\nWANTED = [\n    'a<2',  # why, not b\n    \"c>=1; sys_platform == 'x'\",\n    read('d'),\n]\nsetup(\n    install_requires=WANTED,\n    setup_requires=('e',),\n    extras_require={'x': ['f==1'], \"y\": ['g' + h, f'{i}', 'j[k]']},\n    tests_require=more(),\n)\n";
        assert_eq!(
            told(text),
            ["a<2||project", "c>=1|sys_platform == 'x'|project", "e||build", "f==1||extra x", "j||extra y"]
        );
    }

    #[test]
    fn other_programs_ask_for_nothing() {
        assert_eq!(told("install_requires = ['a']\n"), [""; 0]);
        assert_eq!(told("import setuptools\nsetuptools.setup(install_requires=['a', 'b\n"), [""; 0]);
        assert_eq!(told("import setuptools\nsetuptools.setup(install_requires == ['a'])\n"), [""; 0]);
    }
}
