//! The code in a notebook of Jupyter: each cell as the text that it holds, and the place of each part in the file.
//! It must not know what the code says.

/// How deep a notebook is read; what lies deeper is output.
const DEEPEST: usize = 64;

/// `\\u00e9`
const LONGEST_ESCAPE: usize = 6;

/// The text of a cell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Which cell of the notebook it is, from 1, those without code included.
    pub(crate) number: u32,
    /// The code, with its escapes resolved.
    pub(crate) text: String,
    /// Where parts without escapes begin: in the text, and in the file.
    origins: Vec<(usize, usize)>,
}

impl Cell {
    /// The bytes of the file that hold some of the text.
    pub(crate) fn range(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let origin = |at: usize| {
            let part = self.origins.partition_point(|&(begins, _)| begins <= at).checked_sub(1)?;
            let &(begins, stands) = self.origins.get(part)?;
            Some(stands + at - begins)
        };
        let last = origin(end.checked_sub(1)?)?;
        // Behind an escape the next part begins at once.
        let next = self.origins.iter().find(|&&(begins, _)| begins == end).map(|&(_, stands)| stands);
        let behind =
            next.filter(|next| (last + 1..=last + LONGEST_ESCAPE).contains(next)).unwrap_or(last + 1);
        Some((origin(start)?, behind))
    }

    /// Adds the content of a string of JSON, which begins at `at` in the file.
    fn add(&mut self, content: &str, mut at: usize) {
        let mut rest = content;
        self.origins.push((self.text.len(), at));
        while let Some(escape) = rest.find('\\') {
            let (plain, behind) = rest.split_at(escape);
            self.text.push_str(plain);
            let (c, length) = unescaped(behind);
            self.text.extend(c);
            at += escape + length;
            rest = behind.get(length..).unwrap_or("");
            self.origins.push((self.text.len(), at));
        }
        self.text.push_str(rest);
    }
}

/// The character that an escape stands for, and the escape's length.
fn unescaped(text: &str) -> (Option<char>, usize) {
    match text.as_bytes().get(1) {
        Some(b'n') => (Some('\n'), 2),
        Some(b't') => (Some('\t'), 2),
        Some(b'r') => (Some('\r'), 2),
        Some(b'u') => {
            let code = text.get(2..6).and_then(|digits| u32::from_str_radix(digits, 16).ok());
            (Some(code.and_then(char::from_u32).unwrap_or('\u{fffd}')), if code.is_some() { 6 } else { 2 })
        }
        Some(byte) if byte.is_ascii() => (Some(char::from(*byte)), 2),
        _ => (None, 1),
    }
}

/// Object or list that is open while a notebook is read.
#[derive(Clone, Copy)]
struct Open<'a> {
    object: bool,
    key: &'a str,
    /// Whether the next string is a key.
    at_key: bool,
}

/// The cells of code of a notebook, in order, as far as it is JSON.
pub(crate) fn cells(text: &str) -> Vec<Cell> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let (mut sources, mut code, mut number) = (Vec::new(), false, 0);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' if open.len() < DEEPEST => {
                open.push(Open { object: byte == b'{', key: "", at_key: byte == b'{' });
            }
            b'{' | b'[' => return found,
            b'}' | b']' => {
                open.pop();
                if open.len() == 2 && byte == b'}' && open.first().is_some_and(|first| first.key == "cells") {
                    number += 1;
                }
                if open.len() == 2 && std::mem::take(&mut code) {
                    found.push(Cell { number, ..cell(text, &sources) });
                }
                if open.len() == 2 {
                    sources.clear();
                }
            }
            b',' => {
                if let Some(top) = open.last_mut() {
                    top.at_key = top.object;
                }
            }
            b'"' => {
                let Some(end) = string_end(bytes, at) else { return found };
                let content = text.get(at..end).unwrap_or("");
                let in_cells = open.first().is_some_and(|first| first.key == "cells");
                match open.as_mut_slice() {
                    [.., top] if top.at_key => (top.key, top.at_key) = (content, false),
                    [_, _, cell] if in_cells && cell.key == "cell_type" => code = content == "code",
                    [_, _, cell] | [_, _, cell, _] if in_cells && cell.key == "source" => {
                        sources.push((at, end))
                    }
                    _ => {}
                }
                at = end + 1;
            }
            _ => {}
        }
    }
    found
}

fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at),
            _ => at += 1,
        }
    }
}

fn cell(text: &str, sources: &[(usize, usize)]) -> Cell {
    let mut cell = Cell::default();
    for &(start, end) in sources {
        cell.add(text.get(start..end).unwrap_or(""), start);
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_code_are_read() {
        let text = r##"{"cells": [{"source": ["# title\n"], "cell_type": "markdown"},
            {"cell_type": "code", "outputs": [{"text": ["b = 1"]}], "source": ["a = \"x\u00e9\"\n", "b"]},
            {"cell_type": "code", "source": "c\\d"}], "metadata": {}}"##;
        let found = cells(text);
        let texts: Vec<&str> = found.iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, ["a = \"xé\"\nb", "c\\d"]);
        assert_eq!(found.iter().map(|cell| cell.number).collect::<Vec<_>>(), [2, 3]);
        let (start, end) = found[0].range(5, 8).unwrap();
        assert_eq!(&text[start..end], "x\\u00e9");
        for broken in
            ["{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"a", &"[".repeat(100_000), "]]}", "\"\\"]
        {
            assert_eq!(cells(broken), []);
        }
    }
}
