//! Files rewritten with other line ends and indentation, and files with random damage.

use crate::support::{self, Outcome, Random};

/// Texts of files of the corpora that are not too long, one in `step`.
fn texts(step: usize) -> Vec<String> {
    let files = support::corpus_files().into_iter().step_by(step);
    files.filter_map(|file| std::fs::read_to_string(file).ok()).filter(|text| text.len() < 60_000).collect()
}

/// Leading blanks as tabs, four columns each.
fn with_tabs(text: &str) -> String {
    let line = |line: &str| {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        format!("{}{}{}", "\t".repeat(blanks / 4), " ".repeat(blanks % 4), &line[blanks..])
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn rewritten_files() {
    let rewritings: [fn(&str) -> String; 5] = [
        |text| text.replace('\n', "\r\n"),
        with_tabs,
        |text| format!("\u{feff}{text}"),
        |text| text.replace("\n\nclass ", "\n\x0c\nclass ").replace("\n\ndef ", "\n\n\x0cdef "),
        |text| text.trim_end_matches('\n').to_owned(),
    ];
    support::on_all_cores(&texts(9), |oracle, text: &String| {
        for (number, rewrite) in rewritings.iter().enumerate() {
            let text = rewrite(text);
            let outcome = support::compare(oracle, &text);
            assert!(matches!(outcome, Outcome::Equal), "rewriting {number}: {outcome:?}\n{text}");
        }
    });
}

/// A text with one change.
fn damaged(text: &str, random: &mut Random) -> String {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let at = *random.pick(&places);
    let mut lines: Vec<&str> = text.split('\n').collect();
    let line = random.below(lines.len());
    match random.below(6) {
        0 => {
            let added = random.pick(&[
                "(", ")", "[", "]", "{", "}", ":", ",", ".", "'", "\"", "\\", "=", "*", " ", "\n", "#", "x",
                "0", "@", "\t", ";", "if ", "-", "**", "lambda ", ":=", "f'", "\n    ",
            ]);
            format!("{}{added}{}", &text[..at], &text[at..])
        }
        1 => {
            let mut rest = text[at..].chars();
            rest.next();
            format!("{}{}", &text[..at], rest.as_str())
        }
        2 => {
            lines.remove(line);
            lines.join("\n")
        }
        3 => {
            let other = random.below(lines.len());
            lines.swap(line, other);
            lines.join("\n")
        }
        4 => {
            let with = format!("  {}", lines[line]);
            lines[line] = &with;
            lines.join("\n")
        }
        _ => text[..at].to_owned(),
    }
}

#[test]
fn damaged_files() {
    let texts: Vec<(usize, String)> = texts(5).into_iter().enumerate().collect();
    support::on_all_cores(&texts, |oracle, (number, text): &(usize, String)| {
        if text.len() > 20_000 || text.is_empty() {
            return;
        }
        let mut random = Random(0x5eed + *number as u64);
        for _ in 0..6 {
            let text = damaged(text, &mut random);
            let outcome = support::compare(oracle, &text);
            assert!(!matches!(outcome, Outcome::Other(_)), "{outcome:?}\n{text}");
        }
    });
}
