//! Edits that nobody chose: one random character typed or removed anywhere in the file, and taken back. Half of them
//! break the text. It must not know how either server works.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use serde_json::{Value, json};

use super::session::Session;
use super::{Args, PAUSE, milliseconds, print_edits, print_memory};
use crate::fixture::rng::Rng;

/// Characters that are typed: those that Python's statements are made of.
const TYPED: &[u8] = b"abcdefghijklmnopqrstuvwxyz_0123456789 \n()[]{}:=.,'\"#+-*/@\\";

/// An edit, and the one that takes it back.
struct Edit {
    made: Value,
    undone: Value,
}

/// Makes the same edits in both servers, and times each until the findings of that version are published. Edits that
/// take another back are not counted.
pub(super) fn run(
    args: &Args,
    text: &str,
    analyzer: &mut Session,
    ruff: &mut Session,
) -> anyhow::Result<ExitCode> {
    let mut random = Rng::new(args.seed, "anywhere");
    let mut samples = [Vec::new(), Vec::new()];
    for number in 0..args.edits {
        let edit = random_edit(text, &mut random).context("the file has no line to edit")?;
        let order = if number % 2 == 0 { [0, 1] } else { [1, 0] };
        for which in order {
            let session: &mut Session = if which == 0 { analyzer } else { ruff };
            let begun = Instant::now();
            session.change(&edit.made)?;
            samples[which].push(milliseconds(session.published()? - begun));
            std::thread::sleep(PAUSE);
            session.change(&edit.undone)?;
            session.published()?;
            std::thread::sleep(PAUSE);
        }
    }
    println!("{} edits, seed {}", args.edits, args.seed);
    print_edits("anywhere", &mut samples);
    print_memory("analyzer", analyzer);
    Ok(ExitCode::SUCCESS)
}

/// A character that is typed or removed at a random place. Columns count UTF-16 units, so that only lines of ASCII are
/// edited.
fn random_edit(text: &str, random: &mut Rng) -> Option<Edit> {
    let lines: Vec<(usize, &str)> = text.lines().enumerate().filter(|(_, line)| line.is_ascii()).collect();
    let (line, content) = *random.pick(&lines)?;
    let column = random.below(content.len() + 1);
    let here = json!({"line": line, "character": column});
    let insert = |text: &str| json!({"range": {"start": here, "end": here}, "text": text});
    let next = json!({"line": line, "character": column + 1});
    let remove = |end: &Value| json!({"range": {"start": here, "end": end}, "text": ""});
    let removed = content.get(column..=column).filter(|_| random.chance(50));
    Some(match removed {
        Some(removed) => Edit { made: remove(&next), undone: insert(removed) },
        None => {
            let typed = *random.pick(TYPED)?;
            let end = if typed == b'\n' { json!({"line": line + 1, "character": 0}) } else { next.clone() };
            Edit { made: insert(&char::from(typed).to_string()), undone: remove(&end) }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Applies an edit of one line, or of a line and its end, as a server does.
    fn apply(text: &str, edit: &Value) -> String {
        let at = |position: &Value| {
            let line = usize::try_from(position["line"].as_u64().unwrap()).unwrap();
            let column = usize::try_from(position["character"].as_u64().unwrap()).unwrap();
            text.split_inclusive('\n').take(line).map(str::len).sum::<usize>() + column
        };
        let (start, end) = (at(&edit["range"]["start"]), at(&edit["range"]["end"]));
        [&text[..start], edit["text"].as_str().unwrap(), &text[end..]].concat()
    }

    #[test]
    fn each_edit_changes_one_character_and_is_taken_back() {
        let text = "def f(a):\n    return 'ü', a\n\n\nclass A:\n    x = 1\n";
        let mut random = Rng::new(3, "anywhere");
        for _ in 0..2_000 {
            let edit = random_edit(text, &mut random).unwrap();
            let changed = apply(text, &edit.made);
            assert_eq!(changed.len().abs_diff(text.len()), 1, "{changed}");
            assert_eq!(apply(&changed, &edit.undone), text);
        }
    }
}
