//! The instructions of a Dockerfile: continuation lines joined, here-documents passed over.
//! It must not know what an instruction means.

use analyzer_source::TextRange;

use crate::SyntaxProblem;

/// Every instruction that a Dockerfile may have.
const INSTRUCTIONS: [&str; 18] = [
    "FROM",
    "RUN",
    "CMD",
    "LABEL",
    "MAINTAINER",
    "EXPOSE",
    "ENV",
    "ADD",
    "COPY",
    "ENTRYPOINT",
    "VOLUME",
    "USER",
    "WORKDIR",
    "ARG",
    "ONBUILD",
    "STOPSIGNAL",
    "HEALTHCHECK",
    "SHELL",
];

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instruction {
    /// In capitals.
    pub(crate) name: &'static str,
    /// The words of its arguments, each at its place.
    pub(crate) words: Vec<TextRange>,
}

/// Reads a text: its instructions in order, and the lines that are none.
pub(crate) fn read(text: &str) -> (Vec<Instruction>, Vec<SyntaxProblem>) {
    let mut instructions = Vec::new();
    let mut problems = Vec::new();
    let escape = if directive(text, "escape") == Some("`") { '`' } else { '\\' };
    let mut open: Option<Instruction> = None;
    let mut unknown = false;
    let mut heredocs: Vec<&str> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim();
        if let Some(end) = heredocs.first() {
            if content == *end {
                heredocs.remove(0);
            }
            continue;
        }
        if content.is_empty() || content.starts_with('#') {
            // Inside an instruction too, a comment or an empty line is passed over.
            continue;
        }
        let (body, continues) = match content.strip_suffix(escape) {
            Some(body) => (body, true),
            None => (content, false),
        };
        let offset = start + (line.len() - line.trim_start().len());
        let mut words = words(body, offset);
        if open.is_none() && !unknown {
            let Some(first) = (!words.is_empty()).then(|| words.remove(0)) else { continue };
            let written = first.slice(text);
            match INSTRUCTIONS.iter().find(|name| name.eq_ignore_ascii_case(written)) {
                Some(name) => open = Some(Instruction { name, words: Vec::new() }),
                None => {
                    unknown = true;
                    let message = format!("unknown instruction `{written}`");
                    problems.push(SyntaxProblem { range: first, message });
                }
            }
        }
        if let Some(open) = &mut open {
            if matches!(open.name, "RUN" | "COPY" | "ADD") {
                heredocs.extend(words.iter().filter_map(|word| heredoc(word.slice(text))));
            }
            open.words.append(&mut words);
        }
        if !continues {
            instructions.extend(open.take());
            unknown = false;
        }
    }
    instructions.extend(open);
    (instructions, problems)
}

/// The value of a directive such as `# escape=` in the first lines.
fn directive<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let comments = text.lines().map_while(|line| line.trim().strip_prefix('#'));
    let mut pairs = comments.filter_map(|comment| comment.split_once('='));
    pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn words(text: &str, offset: usize) -> Vec<TextRange> {
    let place = |word: &str| {
        let start = offset + (word.as_ptr() as usize - text.as_ptr() as usize);
        TextRange::new(start as u32, (start + word.len()) as u32)
    };
    text.split_whitespace().map(place).collect()
}

/// The word that ends the here-document which `<<EOF` opens.
fn heredoc(word: &str) -> Option<&str> {
    let at = word.find("<<")?;
    let name = word.get(at + 2..)?.trim_start_matches('-').trim_matches(['"', '\'']);
    let valid = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    valid.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_go_on_over_lines() {
        let text = "# syntax=docker/dockerfile:1\nFROM a AS b\nrun x \\\n  # note\n\n  && y\nEXPOSE 80 5556/tcp\nRUN <<EOF\nFROMAGE\nEOF\nCMD [\"x\"]";
        let (instructions, problems) = read(text);
        assert_eq!(problems, []);
        let shown: Vec<(&str, Vec<&str>)> = instructions
            .iter()
            .map(|one| (one.name, one.words.iter().map(|word| word.slice(text)).collect()))
            .collect();
        assert_eq!(
            shown,
            [
                ("FROM", vec!["a", "AS", "b"]),
                ("RUN", vec!["x", "&&", "y"]),
                ("EXPOSE", vec!["80", "5556/tcp"]),
                ("RUN", vec!["<<EOF"]),
                ("CMD", vec!["[\"x\"]"])
            ]
        );
    }

    #[test]
    fn an_unknown_instruction_is_told_once_and_the_rest_is_read() {
        let (instructions, problems) = read("FROM a\nEXPOSEE 80 \\\n  81\nEXPOSE 82\n");
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].message, "unknown instruction `EXPOSEE`");
        assert_eq!(instructions.len(), 2);
    }

    #[test]
    fn the_escape_character_can_be_chosen() {
        let (instructions, problems) = read("# escape=`\nFROM a\nRUN dir c:\\\nRUN x `\n  y\n");
        assert_eq!((instructions.len(), problems.len()), (3, 0));
    }
}
