//! The Python in a notebook of Jupyter: its cells as one module, in their order, and where each part of that
//! is in the file. Lines for IPython alone are left out. It must not know what the code says.

use analyzer_source::TextRange;
use serde::Deserialize;

use crate::config_text::notebook::{Cell, cells};

/// Magics of a cell whose other lines are Python.
const PYTHON_MAGICS: [&str; 8] = ["time", "timeit", "capture", "prun", "python", "python3", "memit", "mprun"];

/// The code of a notebook.
#[derive(Debug, Default)]
pub struct NotebookCode {
    /// A module of all cells.
    pub text: String,
    cells: Vec<Cell>,
    /// The lines that are unchanged from a cell, by their place in the text.
    lines: Vec<Line>,
}

#[derive(Debug, Clone, Copy)]
struct Line {
    /// In the text.
    start: usize,
    /// With its end.
    length: usize,
    /// Which of the cells, and where in it.
    cell: usize,
    at: usize,
}

/// A place in a notebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotebookPlace {
    /// The bytes of the file.
    pub range: TextRange,
    /// The cell, from 1, those without code included.
    pub cell: u32,
    /// The line in the cell, from 1.
    pub line: u32,
}

/// Why a notebook cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotebookFault {
    /// It is no JSON, from this line on, counted from 1.
    NoJson(usize),
    /// It is of another major version of its format.
    Version(u64),
}

#[derive(Deserialize)]
struct Notebook {
    nbformat: Option<u64>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    language_info: Option<Language>,
    kernelspec: Option<Kernel>,
}

#[derive(Deserialize)]
struct Language {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Kernel {
    language: Option<String>,
    name: Option<String>,
}

impl NotebookCode {
    /// Reads a notebook; none where it is in another language, or empty.
    ///
    /// # Errors
    /// When it is no notebook that can be read.
    pub fn of(text: &str) -> Result<Option<Self>, NotebookFault> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let notebook: Notebook =
            serde_json::from_str(text).map_err(|error| NotebookFault::NoJson(error.line()))?;
        if let Some(version) = notebook.nbformat.filter(|version| *version != 4) {
            return Err(NotebookFault::Version(version));
        }
        let Metadata { language_info, kernelspec } = notebook.metadata;
        let language = language_info.and_then(|language| language.name);
        let language = language.or_else(|| kernelspec.and_then(|kernel| kernel.language.or(kernel.name)));
        if language.is_some_and(|language| !language.to_ascii_lowercase().starts_with("python")) {
            return Ok(None);
        }
        let mut code = Self::default();
        for cell in cells(text) {
            code.add(cell);
        }
        Ok(Some(code))
    }

    /// Place of a part of the text in the file; none where it was made up.
    #[must_use]
    pub fn place(&self, range: TextRange) -> Option<NotebookPlace> {
        let (first, from) = self.origin(range.start as usize)?;
        let last = (range.end as usize).checked_sub(1).filter(|last| *last >= range.start as usize);
        let (last, to) = match last {
            Some(last) => self.origin(last)?,
            None => (first, from),
        };
        let cell = self.cells.get(first)?;
        // A finding over several cells is shown where it begins.
        let end = if last == first { to } else { from };
        let (start, end) = cell.range(from, end + 1)?;
        let end = if range.is_empty() { start } else { end };
        let line = cell.text.get(..from)?.matches('\n').count() + 1;
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Some(NotebookPlace { range: TextRange::new(at(start), at(end)), cell: cell.number, line: at(line) })
    }

    /// The cell that holds a byte of the text, and where in it.
    fn origin(&self, offset: usize) -> Option<(usize, usize)> {
        let line = self.lines.partition_point(|line| line.start <= offset).checked_sub(1)?;
        let line = self.lines.get(line).filter(|line| offset < line.start + line.length)?;
        Some((line.cell, line.at + offset - line.start))
    }

    fn add(&mut self, cell: Cell) {
        let number = self.cells.len();
        let mut state = State::default();
        let mut at = 0;
        let mut continued = false;
        // As IPython does: a cell that is indented as a whole is code all the same.
        let whole = cell.text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
        let indent = whole.len() - whole.trim_start().len();
        let indent = whole.get(..indent).unwrap_or("");
        for line in cell.text.split_inclusive('\n') {
            let mut begun = at;
            at += line.len();
            let line = line.strip_prefix(indent).inspect(|_| begun += indent.len()).unwrap_or(line);
            let trimmed = line.trim();
            let first = cell.text.get(..begun).is_none_or(|before| before.trim().is_empty());
            if first && let Some(magic) = trimmed.strip_prefix("%%") {
                let name = magic.split([' ', '\t']).next().unwrap_or("");
                if !PYTHON_MAGICS.contains(&name) {
                    break;
                }
                continue;
            }
            let magic = state.between() && is_magic(trimmed);
            if continued || magic {
                let blanks = &line[..line.len() - line.trim_start().len()];
                let statement = if continued { "" } else { "pass" };
                self.text.push_str(&format!("{}{statement}\n", blanks.trim_matches(['\r', '\n'])));
                continued = trimmed.ends_with('\\');
                continue;
            }
            state.read(line);
            self.lines.push(Line { start: self.text.len(), length: line.len(), cell: number, at: begun });
            self.text.push_str(line);
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.cells.push(cell);
    }
}

/// Whether a line that begins a statement is for IPython alone: `%cd x`, `!ls`, `?open`, `open?`, `x = !ls`.
fn is_magic(line: &str) -> bool {
    let help = line.ends_with('?') && !line.contains(['#', '\'', '"']);
    let assigned = line.split_once('=').is_some_and(|(name, value)| {
        let value = value.trim_start();
        let plain = name.trim().chars().all(|c| c.is_alphanumeric() || "_, .".contains(c));
        plain && (value.starts_with('!') || value.starts_with('%'))
    });
    line.starts_with(['%', '!', '?']) || help || assigned
}

/// Constructs that are open at the beginning of a line.
#[derive(Default)]
struct State {
    brackets: usize,
    /// The quote of a string of several lines.
    string: Option<char>,
    /// Whether the line before ended in a backslash.
    joined: bool,
}

impl State {
    /// Whether a line begins a statement.
    const fn between(&self) -> bool {
        self.brackets == 0 && self.string.is_none() && !self.joined
    }

    /// Reads a line of Python.
    fn read(&mut self, line: &str) {
        let mut chars = line.trim_end_matches(['\n', '\r']).chars().peekable();
        let mut short: Option<char> = None;
        self.joined = false;
        while let Some(c) = chars.next() {
            let mut triple = |quote: char| {
                let mut ahead = chars.clone();
                let found = ahead.next() == Some(quote) && ahead.next() == Some(quote);
                if found {
                    chars = ahead;
                }
                found
            };
            match (c, short, self.string) {
                ('\\', _, _) => {
                    self.joined = chars.next().is_none() && self.string.is_none();
                }
                (c, None, Some(quote)) if c == quote && triple(quote) => self.string = None,
                (_, None, Some(_)) => {}
                (c, Some(quote), _) if c == quote => short = None,
                (_, Some(_), _) => {}
                ('\'' | '"', None, None) => {
                    if triple(c) {
                        self.string = Some(c);
                    } else {
                        short = Some(c);
                    }
                }
                ('#', None, None) => return,
                ('(' | '[' | '{', None, None) => self.brackets += 1,
                (')' | ']' | '}', None, None) => self.brackets = self.brackets.saturating_sub(1),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notebook(cells: &[&str]) -> String {
        let cell = |source: &&str| {
            let lines: Vec<&str> = source.split_inclusive('\n').collect();
            serde_json::json!({"cell_type": "code", "metadata": {}, "outputs": [], "source": lines})
        };
        let mut all: Vec<_> = cells.iter().map(cell).collect();
        all.insert(0, serde_json::json!({"cell_type": "markdown", "source": ["# except: in prose"]}));
        serde_json::json!({"cells": all, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).to_string()
    }

    fn code(cells: &[&str]) -> String {
        NotebookCode::of(&notebook(cells)).unwrap().unwrap().text
    }

    #[test]
    fn cells_are_one_module() {
        assert_eq!(code(&["import os", "", "x = 1\ny = 2\n"]), "import os\nx = 1\ny = 2\n");
    }

    #[test]
    fn lines_for_ipython_are_left_out() {
        let shown = [
            ("%matplotlib inline\nx = 1", "pass\nx = 1\n"),
            ("!pip install a \\\n  b\nx = 1", "pass\n  \nx = 1\n"),
            ("for a in b:\n    !echo {a}\n", "for a in b:\n    pass\n"),
            ("open?\n?open\nx = !ls\ny = %time f()", "pass\npass\npass\npass\n"),
            ("  x = 1\n  if x:\n    y = 2\n", "x = 1\nif x:\n  y = 2\n"),
            ("%%bash\nls | wc\n", ""),
            ("%%time\nf()\n", "f()\n"),
            (
                "x = (a\n% b)\ns = '''\n%d\n'''\ny = a \\\n% b\n",
                "x = (a\n% b)\ns = '''\n%d\n'''\ny = a \\\n% b\n",
            ),
            (
                "if x: # why?\n    y = '?'\nz = a != b\nw = a == '%'\n",
                "if x: # why?\n    y = '?'\nz = a != b\nw = a == '%'\n",
            ),
        ];
        for (cell, wanted) in shown {
            assert_eq!(code(&[cell]), wanted, "{cell}");
        }
    }

    #[test]
    fn every_place_leads_back_to_the_file() {
        let file = notebook(&["%cd x\ns = \"é\\\"\"\nname = s\n", "more = name"]);
        let code = NotebookCode::of(&file).unwrap().unwrap();
        for (word, cell, line) in [("name = s", 2, 3), ("more", 3, 1), ("\"é\\\"\"", 2, 2)] {
            let start = code.text.find(word).unwrap();
            let place = code.place(TextRange::new(start as u32, (start + word.len()) as u32)).unwrap();
            assert_eq!((place.cell, place.line), (cell, line), "{word}");
            let shown = serde_json::from_str::<String>(&format!("\"{}\"", place.range.slice(&file)));
            assert_eq!(shown.unwrap(), word);
        }
        // The stand-in for a magic has no place.
        assert_eq!(code.place(TextRange::new(0, 4)), None);
        // Several cells: the beginning.
        let place = code.place(TextRange::new(5, code.text.len() as u32 - 1)).unwrap();
        assert_eq!((place.cell, place.line, place.range.slice(&file)), (2, 2, "s"));
    }

    #[test]
    fn other_languages_and_faults_are_told_apart() {
        let with = |metadata: &str| format!("{{\"cells\": [], \"nbformat\": 4, \"metadata\": {metadata}}}");
        for (metadata, python) in [
            ("{}", true),
            ("{\"language_info\": {\"name\": \"python\"}}", true),
            ("{\"kernelspec\": {\"name\": \"python3\"}}", true),
            ("{\"language_info\": {\"name\": \"R\"}}", false),
            ("{\"kernelspec\": {\"language\": \"julia\", \"name\": \"julia-1.9\"}}", false),
        ] {
            assert_eq!(NotebookCode::of(&with(metadata)).unwrap().is_some(), python, "{metadata}");
        }
        assert_eq!(NotebookCode::of("{\n\"cells\": [").unwrap_err(), NotebookFault::NoJson(2));
        assert_eq!(
            NotebookCode::of("{\"nbformat\": 3, \"worksheets\": []}").unwrap_err(),
            NotebookFault::Version(3)
        );
        assert!(NotebookCode::of("\n").unwrap().is_none());
        let deep = "[".repeat(100_000);
        assert!(NotebookCode::of(&deep).is_err());
    }
}
