//! Inputs: a small project, its configuration and edits of it, made from real files by random mutation.
//! It must not know what is checked.

use std::collections::BTreeMap;

use analyzer_source::{WalkOptions, decode, walk};
use camino::Utf8Path;
use serde::{Deserialize, Serialize};

use crate::damage::{Random, damaged, place};

/// Bytes of a file that is taken.
const LARGEST: usize = 3_000;
/// Edits of one project at most.
const EDITS: usize = 12;

/// Lines of half-typed code.
const LINES: [&str; 34] = [
    "a",
    "if a:",
    "if a",
    "else:",
    "elif a:",
    "try:",
    "try",
    "except E:",
    "except:",
    "finally:",
    "with a:",
    "for a in b:",
    "while a:",
    "match a:",
    "case a:",
    "def f():",
    "async def g(a",
    "class A:",
    "@a",
    "f(a,",
    "]",
    ")",
    "# a",
    "=======",
    "\"\"\"",
    "'",
    "x = \\",
    "",
    "import a, b",
    "from a import (",
    "return",
    "x: int = f'{a",
    "lambda: (yield",
    "pass;",
];

/// Configurations to start from.
const SETTINGS: [&str; 4] = [
    "",
    "exclude = [\"a/**\"]\nmax-file-size = 2000\n",
    "target-version = \"3.9\"\nignore = [\"imports\"]\n[rules.complex-function]\nmax = 3\n",
    "[[contracts]]\nname = \"a\"\ntype = \"layers\"\nlayers = [\"a\", \"b\"]\n[per-file.\"*.py\"]\nignore = [\"syntax-error\"]\n",
];

/// One input.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Case {
    /// The text of `analyzer.toml`.
    pub(super) settings: String,
    /// The files, by path.
    pub(super) texts: BTreeMap<String, String>,
    /// Files and their next texts, in order.
    pub(super) edits: Vec<(String, String)>,
}

/// Real files, by path.
pub(super) fn sources(folder: &Utf8Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for file in walk(folder, &WalkOptions::default()).files {
        if file.size <= LARGEST as u64
            && let Ok(source) = decode(std::fs::read(folder.join(&*file.path))?)
        {
            files.push((file.path.to_string(), source.text));
        }
    }
    anyhow::ensure!(!files.is_empty(), "there are no files in {folder}");
    Ok(files)
}

/// A new input.
pub(super) fn make(sources: &[(String, String)], random: &mut Random) -> Case {
    let mut case = Case { settings: SETTINGS[random.below(SETTINGS.len())].to_owned(), ..Case::default() };
    if random.below(2) == 0 {
        case.settings = damaged(&case.settings, random);
    }
    for number in 0..1 + random.below(3) {
        let (path, text) = &sources[random.below(sources.len())];
        let (path, text) = match random.below(4) {
            0 => (format!("a/typed{number}.py"), typed(random)),
            _ => (path.clone(), text.clone()),
        };
        let text = mutated(&text, random);
        case.texts.insert(path, text);
    }
    let mut now = case.texts.clone();
    for _ in 0..random.below(EDITS + 1) {
        let Some(path) = now.keys().nth(random.below(now.len())).cloned() else { continue };
        let text = mutated(now.get(&path).map_or("", String::as_str), random);
        now.insert(path.clone(), text.clone());
        case.edits.push((path, text));
    }
    case
}

/// Lines of half-typed code with random indentation.
fn typed(random: &mut Random) -> String {
    let mut line = |_| format!("{}{}\n", " ".repeat(random.below(6)), LINES[random.below(LINES.len())]);
    (0..12).map(&mut line).collect()
}

/// The text after one or two changes, of characters or of lines.
fn mutated(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..1 + random.below(2) {
        text = if random.below(2) == 0 { damaged(&text, random) } else { lines_moved(&text, random) };
    }
    text.truncate(text.floor_char_boundary(4 * LARGEST));
    text
}

/// The text with a line doubled, moved, taken out, put in, or indented otherwise.
fn lines_moved(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let (from, to) = (random.below(lines.len()), random.below(lines.len()));
    match random.below(6) {
        0 => lines.insert(to, lines[from].clone()),
        1 => lines.swap(from, to),
        2 => drop(lines.remove(from)),
        3 => lines.insert(to, format!("{}{}", " ".repeat(random.below(9)), LINES[random.below(LINES.len())])),
        4 => lines[from].insert_str(0, [" ", "  ", "    ", "\t"][random.below(4)]),
        _ => {
            let cut = place(&lines[from], random).min(4);
            let blanks = lines[from].bytes().take(cut).take_while(|byte| *byte == b' ').count();
            lines[from].replace_range(..blanks, "");
        }
    }
    lines.join("\n")
}
