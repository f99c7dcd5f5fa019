//! The pages of the documentation, and their contents: fenced blocks, and code in the running text.
//! It must not know what becomes of either.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders whose Markdown is no documentation of ours: it is built, installed, or what is analysed.
const NO_PAGES: [&str; 4] = ["target", "node_modules", "fixtures", "crates"];

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The text of a page.
pub(crate) fn page(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The paths of all pages, in order.
pub(crate) fn pages() -> Vec<String> {
    let (root, mut found, mut folders) = (root(), Vec::new(), vec![root()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() && !name.starts_with('.') && !NO_PAGES.contains(&name) {
                folders.push(path);
            } else if name.ends_with(".md") {
                found.push(path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// A fenced block.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// The page.
    pub(crate) page: String,
    /// Where it opens, from 1.
    pub(crate) line: usize,
    /// The heading of the second level above it.
    pub(crate) section: String,
    /// The backticks around it.
    pub(crate) fence: String,
    /// The text after the opening backticks.
    pub(crate) info: String,
    /// The lines between them.
    pub(crate) text: String,
}

/// A piece of a page.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// A line outside of all blocks.
    Line(String),
    /// A block.
    Block(Block),
}

/// A page in pieces.
pub(crate) fn parts(path: &str) -> Vec<Part> {
    let text = page(path);
    let (mut parts, mut section) = (Vec::new(), String::new());
    let mut lines = (1..).zip(text.lines());
    while let Some((line, text)) = lines.next() {
        let info = text.trim_start_matches('`');
        let fence = &text[..text.len() - info.len()];
        if fence.len() < 3 {
            // Inside a list, or with tildes, it would not be seen here.
            assert!(!text.trim_start().starts_with("```") && !text.starts_with("~~~"), "{path}:{line}");
            section = text.strip_prefix("## ").map_or(section, str::to_owned);
            parts.push(Part::Line(text.to_owned()));
            continue;
        }
        let body: String =
            lines.by_ref().map_while(|(_, line)| (line != fence).then(|| format!("{line}\n"))).collect();
        parts.push(Part::Block(Block {
            page: path.to_owned(),
            line,
            section: section.clone(),
            fence: fence.to_owned(),
            info: info.to_owned(),
            text: body,
        }));
    }
    parts
}

/// The blocks of a page, in order.
pub(crate) fn blocks(path: &str) -> Vec<Block> {
    let parts = parts(path).into_iter();
    parts.filter_map(|part| if let Part::Block(block) = part { Some(block) } else { None }).collect()
}

/// The texts of a page's blocks in this language that are nothing else, in order.
pub(crate) fn in_language(path: &str, language: &str) -> Vec<String> {
    blocks(path).into_iter().filter(|block| block.info == language).map(|block| block.text).collect()
}

/// The code in the running text of a page, between backticks.
pub(crate) fn code_spans(path: &str) -> Vec<String> {
    let mut text = String::new();
    for part in parts(path) {
        // A blank line ends every span.
        text.push_str(&if let Part::Line(line) = part { format!("{line}\n") } else { "\n".to_owned() });
    }
    let mut spans = Vec::new();
    for paragraph in text.split("\n\n") {
        let mut rest = paragraph;
        while let Some(at) = rest.find('`') {
            let inside = rest[at..].trim_start_matches('`');
            let ticks = &rest[at..rest.len() - inside.len()];
            let Some(end) = inside.find(ticks) else { break };
            spans.push(inside[..end].trim().replace('\n', " "));
            rest = &inside[end + ticks.len()..];
        }
    }
    spans
}
