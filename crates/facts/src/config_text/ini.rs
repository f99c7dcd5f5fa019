//! Files of sections with `key = value`, as `configparser` reads them: continuation lines are indented.
//! It must not know what a key means.

use analyzer_source::TextRange;
use rustc_hash::FxHashSet;

use crate::SyntaxProblem;

/// An option with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IniOption<'a> {
    /// The section that contains it, without brackets.
    pub(crate) section: &'a str,
    /// The name, as written.
    pub(crate) key: &'a str,
    /// Offset of the name.
    pub(crate) at: u32,
    /// The value with its continuation lines, as written; the text after the separator.
    pub(crate) value: TextRange,
}

/// Reads a text: its options in order, and what cannot be read.
pub(crate) fn read(text: &str) -> (Vec<IniOption<'_>>, Vec<SyntaxProblem>) {
    let mut options: Vec<IniOption> = Vec::new();
    let mut problems = Vec::new();
    let mut seen = FxHashSet::default();
    let mut section = None;
    // Whether lines that are indented go on with the last option.
    let mut continues = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        let range = TextRange::new((start + indent) as u32, (start + indent + content.len()) as u32);
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        if indent > 0 && continues {
            if let Some(option) = options.last_mut() {
                option.value = TextRange::new(option.value.start, range.end);
            }
            continue;
        }
        let mut wrong = |message: String| problems.push(SyntaxProblem { range, message });
        continues = false;
        if let Some(rest) = content.strip_prefix('[') {
            match rest.split_once(']') {
                Some((name, _)) => {
                    if !seen.insert((name, "")) {
                        wrong(format!("the section `{name}` stands here twice"));
                    }
                    section = Some(name);
                }
                None => {
                    wrong("the section's name has no closing `]`".to_owned());
                    // The lines below belong to it, whatever its name is.
                    section = Some("");
                }
            }
            continue;
        }
        let Some(section) = section else {
            wrong("this line stands before the first `[section]`".to_owned());
            continue;
        };
        let Some(separator) = content.find(['=', ':']) else {
            wrong("this line is neither `[section]` nor `key = value`".to_owned());
            continue;
        };
        let key = content.get(..separator).unwrap_or("").trim_end();
        if key.is_empty() {
            wrong("there is no key before the separator".to_owned());
            continue;
        }
        if !seen.insert((section, key)) {
            wrong(format!("the key `{key}` stands here twice"));
        }
        let value = TextRange::new(range.start + separator as u32 + 1, range.end);
        options.push(IniOption { section, key, at: range.start, value });
        continues = true;
    }
    (options, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_have_sections_and_continuations() {
        let text =
            "# c\n[options]\ninstall_requires =\n    a>=1\n\n    b  # no\nname: x\n[other]\nname = y\n";
        let (options, problems) = read(text);
        assert_eq!(problems, []);
        let shown: Vec<_> =
            options.iter().map(|one| (one.section, one.key, one.value.slice(text).trim())).collect();
        assert_eq!(
            shown,
            [
                ("options", "install_requires", "a>=1\n\n    b  # no"),
                ("options", "name", "x"),
                ("other", "name", "y")
            ]
        );
        assert_eq!(&text[options[1].at as usize..][..4], "name");
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        assert_eq!(read("[a\nk = 1\n").1.len(), 1);
        let (options, problems) = read("x = 1\n[a\n[b]\nword\nk = 1\nk = 2\n= 3\n[b]\n");
        let told: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            told,
            [
                "this line stands before the first `[section]`",
                "the section's name has no closing `]`",
                "this line is neither `[section]` nor `key = value`",
                "the key `k` stands here twice",
                "there is no key before the separator",
                "the section `b` stands here twice"
            ]
        );
        assert_eq!(options.len(), 2);
    }
}
