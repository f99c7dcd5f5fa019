//! Rust source line by line: what is code, what is comment, and what only tests see. Strings and character literals
//! are left out of the code. It must not know what anyone looks for in it.

/// One line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Code, with the content of literals removed.
    pub(super) code: String,
    /// Comments, with their markers.
    pub(super) comment: String,
    /// Whether the line belongs to an item under `#[cfg(test)]`.
    pub(super) test: bool,
}

/// The part of the text to which the next character belongs.
enum State {
    Code,
    LineComment,
    /// Depth of nesting.
    BlockComment(usize),
    /// Number of `#` of a raw string, none for an ordinary one.
    Text(Option<usize>),
}

/// The lines of a file.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines = split(text);
    mark_tests(&mut lines);
    lines
}

fn split(text: &str) -> Vec<Line> {
    let characters: Vec<char> = text.chars().collect();
    let at = |index: usize| characters.get(index).copied().unwrap_or('\0');
    let mut lines = Vec::new();
    let mut line = Line::default();
    let mut state = State::Code;
    let mut index = 0;
    while index < characters.len() {
        let character = at(index);
        let pair = (character, at(index + 1));
        if character == '\n' {
            lines.push(std::mem::take(&mut line));
            if matches!(state, State::LineComment) {
                state = State::Code;
            }
            index += 1;
            continue;
        }
        match &mut state {
            State::Code => match pair {
                ('/', '/') => {
                    state = State::LineComment;
                    line.comment.push(character);
                }
                ('/', '*') => {
                    state = State::BlockComment(1);
                    line.comment.push_str("/*");
                    index += 1;
                }
                ('"', _) => {
                    line.code.push('"');
                    state = State::Text(raw_hashes(&characters, index));
                }
                ('\'', _) => {
                    line.code.push('\'');
                    index += character_literal(&characters, index);
                }
                _ => line.code.push(character),
            },
            State::LineComment => line.comment.push(character),
            State::BlockComment(depth) => {
                line.comment.push(character);
                match pair {
                    ('/', '*') => *depth += 1,
                    ('*', '/') => *depth -= 1,
                    _ => {
                        index += 1;
                        continue;
                    }
                }
                line.comment.push(pair.1);
                index += 1;
                if *depth == 0 {
                    state = State::Code;
                }
            }
            State::Text(None) => match character {
                // The end of the line still has to be seen.
                '\\' if at(index + 1) != '\n' => index += 1,
                '"' => {
                    line.code.push('"');
                    state = State::Code;
                }
                _ => {}
            },
            State::Text(Some(hashes)) => {
                let hashes = *hashes;
                if character == '"' && (1..=hashes).all(|offset| at(index + offset) == '#') {
                    line.code.push('"');
                    index += hashes;
                    state = State::Code;
                }
            }
        }
        index += 1;
    }
    if line != Line::default() {
        lines.push(line);
    }
    lines
}

/// The number of `#` between an `r` and the quote at `quote`; none if no raw string begins there.
fn raw_hashes(characters: &[char], quote: usize) -> Option<usize> {
    let before = characters.get(..quote).unwrap_or_default();
    let hashes = before.iter().rev().take_while(|character| **character == '#').count();
    let mut rest = before.iter().rev().skip(hashes);
    if rest.next() != Some(&'r') {
        return None;
    }
    let previous = rest.next().copied().unwrap_or(' ');
    (!previous.is_alphanumeric() && previous != '_' || matches!(previous, 'b' | 'c')).then_some(hashes)
}

/// How many characters follow the quote at `quote` inside the same character literal; 0 for a lifetime.
fn character_literal(characters: &[char], quote: usize) -> usize {
    let at = |offset: usize| characters.get(quote + offset).copied().unwrap_or('\0');
    if at(1) == '\\' {
        // The longest is '\u{10ffff}'.
        return (3..=12).find(|&offset| at(offset) == '\'').unwrap_or(0);
    }
    if at(2) == '\'' { 2 } else { 0 }
}

/// Beginnings of items that only tests see.
const GATES: [&str; 2] = ["#[cfg(test)]", "#[cfg(all(test,"];

/// Marks the items under `#[cfg(test)]`: to the brace that closes them, or to their semicolon.
fn mark_tests(lines: &mut [Line]) {
    let mut inside = false;
    let mut depth = 0_usize;
    for line in lines {
        let code = line.code.as_str();
        let mut rest = code;
        if !inside {
            let found = GATES.iter().find_map(|gate| code.split_once(gate));
            let Some((_, after)) = found else { continue };
            (inside, depth, rest) = (true, 0, after);
        }
        line.test = true;
        for character in rest.chars() {
            match character {
                '{' => depth += 1,
                '}' => {
                    depth = depth.saturating_sub(1);
                    inside &= depth > 0;
                }
                ';' if depth == 0 => inside = false,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Vec<String> {
        lines(text).into_iter().map(|line| line.code).collect()
    }

    #[test]
    fn literals_are_not_code() {
        assert_eq!(code("a(\"x.unwrap()\", b)\n"), ["a(\"\", b)"]);
        assert_eq!(code("a(r#\"say \"panic!\" twice\"#, b)"), ["a(r#\"\", b)"]);
        assert_eq!(code("a(br\"\\\", b)"), ["a(br\"\", b)"]);
        assert_eq!(code("a(\"two \\\" \\\\\", b)"), ["a(\"\", b)"]);
        assert_eq!(code("a(\"one \\\n two\", b)"), ["a(\"", "\", b)"]);
        assert_eq!(code("f('\"', '\\'', '\\u{1f600}', &'a str)"), ["f(', ', ', &'a str)"]);
    }

    #[test]
    fn comments_are_not_code() {
        let found = lines("a; // panic!\n/* one /* two */ \"three */ b;\n\"// no\"; c // yes");
        assert_eq!(found.iter().map(|line| line.code.trim()).collect::<Vec<_>>(), ["a;", "b;", "\"\"; c"]);
        assert_eq!(
            found.iter().map(|line| line.comment.as_str()).collect::<Vec<_>>(),
            ["// panic!", "/* one /* two */ \"three */", "// yes"]
        );
    }

    #[test]
    fn a_gate_may_have_more_conditions() {
        let marked: Vec<bool> =
            lines("#[cfg(all(test, unix))]\nmod t {\n}\nx").iter().map(|line| line.test).collect();
        assert_eq!(marked, [true, true, true, false]);
    }

    #[test]
    fn items_under_cfg_test_belong_to_tests() {
        let text = "fn a() {}\n#[cfg(test)]\nmod t {\n fn b() { \"}\"; }\n}\nfn c() {}\n#[cfg(test)]\nuse x;\nfn d() {}";
        let marked: Vec<bool> = lines(text).iter().map(|line| line.test).collect();
        assert_eq!(marked, [false, true, true, true, true, false, true, true, false]);
    }
}
