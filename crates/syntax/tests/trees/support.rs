//! Both parsers side by side, and the texts that they are compared on.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use analyzer_syntax::kind;
use analyzer_syntax::lexer::Refused;
use analyzer_syntax::parser;
use analyzer_syntax::tree::{NONE, NodeData, flag};

/// Outcome of a text.
#[derive(Debug)]
pub(crate) enum Outcome {
    Equal,
    /// Refused by us; whether tree-sitter has an error in its tree.
    Refused(Refused, bool),
    /// Another tree than tree-sitter's, which has an error.
    OtherThanError,
    /// Another tree than tree-sitter's, where that is known to misread sound Python.
    Misread,
    /// Another tree than tree-sitter's.
    Other(String),
}

/// A parser of tree-sitter's.
pub(crate) fn tree_sitter_parser() -> tree_sitter::Parser {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).unwrap();
    parser
}

/// The nodes of tree-sitter's tree.
pub(crate) fn nodes_of(tree: &tree_sitter::Tree) -> Vec<NodeData> {
    let mut nodes: Vec<NodeData> = Vec::new();
    let mut cursor = tree.walk();
    let mut path: Vec<u32> = Vec::new();
    let mut last_child: Vec<u32> = Vec::new();
    loop {
        let node = cursor.node();
        let index = nodes.len() as u32;
        let bits = [
            (node.is_named(), flag::NAMED),
            (node.is_error(), flag::ERROR),
            (node.is_missing(), flag::MISSING),
            (node.is_extra(), flag::EXTRA),
            (node.has_error(), flag::HAS_ERROR),
        ];
        nodes.push(NodeData {
            start: node.start_byte() as u32,
            end: node.end_byte() as u32,
            kind: node.kind_id(),
            field: cursor.field_id().map_or(0, |field| field.get() as u8),
            flags: bits.iter().filter(|(set, _)| *set).map(|(_, bit)| bit).sum(),
            parent: path.last().copied().unwrap_or(NONE),
            next: NONE,
        });
        match last_child.last_mut() {
            Some(last) => {
                if *last != NONE {
                    nodes[*last as usize].next = index;
                }
                *last = index;
            }
            None => last_child.push(index),
        }
        if cursor.goto_first_child() {
            path.push(index);
            last_child.push(NONE);
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return nodes;
            }
            path.pop();
            last_child.pop();
        }
    }
}

/// A node in words.
fn shown(node: Option<&NodeData>, text: &str) -> String {
    let language: tree_sitter::Language = tree_sitter_python::LANGUAGE.into();
    let Some(node) = node else { return "nothing".to_owned() };
    let kind = language.node_kind_for_id(node.kind).unwrap_or("ERROR");
    let field = language.field_name_for_id(u16::from(node.field)).unwrap_or("-");
    let end = node.end as usize;
    let part = text.get(node.start as usize..end).unwrap_or_default();
    let part: String = part.chars().take(60).collect();
    format!("{kind} {field} {}..{end} flags {} {part:?}", node.start, node.flags)
}

/// The first nodes that differ show one of the statements that tree-sitter is known to misread: `type(a).b = c` for a
/// type alias, `a,` and the next line for one
/// assignment, or a call at the end of a list and a bracket on the next line for a longer chain, a `match` with one short case for an annotation.
fn is_misread(our: &NodeData, their: &NodeData, text: &str) -> bool {
    let ours = text.get(our.start as usize..our.end as usize).unwrap_or_default();
    match (our.kind, their.kind) {
        (kind::EXPRESSION_STATEMENT, kind::TYPE_ALIAS_STATEMENT) => {
            ours.strip_prefix("type").is_some_and(|rest| rest.trim_start().starts_with(['(', '[']))
        }
        (kind::EXPRESSION_STATEMENT | kind::RETURN_STATEMENT, other) if our.kind == other => {
            let rest = text.get(our.end as usize..).unwrap_or_default().trim_start();
            our.end < their.end && (ours.ends_with(',') || rest.starts_with(['[', '(']))
        }
        (kind::MATCH_STATEMENT, kind::EXPRESSION_STATEMENT) => true,
        // `print[*[]]` for a statement of Python 2.
        (kind::EXPRESSION_STATEMENT, kind::PRINT_STATEMENT) => ours.starts_with("print"),
        // `type print[A] = …` for a subscript.
        (kind::GENERIC_TYPE, kind::SUBSCRIPT) => {
            ["print", "exec", "match"].iter().any(|alias| ours.starts_with(alias))
        }
        // `f'{x:=10}'` for an assignment.
        _ => {
            let rest = text.get(our.end as usize..).unwrap_or_default().trim_start();
            our.start == their.start && rest.starts_with(":=")
        }
    }
}

/// Compares both trees of a text.
pub(crate) fn compare(oracle: &mut tree_sitter::Parser, text: &str) -> Outcome {
    let ours = parser::parse(text);
    let theirs = oracle.parse(text, None).unwrap();
    let error = theirs.root_node().has_error();
    let ours = match ours {
        Err(refused) => return Outcome::Refused(refused, error),
        Ok(tree) => tree,
    };
    let theirs = nodes_of(&theirs);
    if ours.nodes() == theirs {
        return Outcome::Equal;
    }
    let shared = ours.nodes().len().max(theirs.len());
    // Where a node is another, what comes after those around it has other indices as well.
    let alone = |node: Option<&NodeData>| node.map(|node| NodeData { next: NONE, ..*node });
    let differ = |&at: &usize| alone(ours.nodes().get(at)) != alone(theirs.get(at));
    let at = (0..shared).find(differ).unwrap_or(0);
    if error {
        return Outcome::OtherThanError;
    }
    let (our, their) = (ours.nodes().get(at), theirs.get(at));
    if let (Some(our), Some(their)) = (our, their)
        && is_misread(our, their, text)
    {
        return Outcome::Misread;
    }
    let offset = our.or(their).map_or(0, |node| node.start as usize);
    let line = 1 + text.as_bytes()[..offset].iter().filter(|&&byte| byte == b'\n').count();
    let parents = |nodes: &[NodeData]| {
        let parent = nodes.get(at).map_or(NONE, |node| node.parent);
        shown(nodes.get(parent as usize), text)
    };
    let words = format!(
        "line {line}\n    ours   {}\n    theirs {}\n    in {}\n    in {}",
        shown(our, text),
        shown(their, text),
        parents(ours.nodes()),
        parents(&theirs)
    );
    Outcome::Other(words)
}

/// The folder of the tools and corpora that `scripts/install-test-tools` installs.
pub(crate) fn tools() -> PathBuf {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools");
    std::env::var_os("ANALYZER_TEST_TOOLS").map_or(default, PathBuf::from)
}

/// The Python files of the corpora.
pub(crate) fn corpus_files() -> Vec<PathBuf> {
    python_files(&tools().join("corpora"))
}

/// The files of Python's own library.
pub(crate) fn library_files() -> Vec<PathBuf> {
    let folder = python("import sysconfig; print(sysconfig.get_path('stdlib'))", "");
    python_files(Path::new(folder.trim()))
}

/// Runs a script and returns what it prints.
pub(crate) fn python(script: &str, input: &str) -> String {
    let mut child = Command::new("python3")
        .args(["-W", "ignore", "-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input.as_bytes()).unwrap());
        child.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "python3 ended with {}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// Those of the files that CPython compiles.
pub(crate) fn compiled(files: &[String]) -> Vec<String> {
    let script = "import sys\nfor path in sys.stdin.read().splitlines():\n    try:\n        with open(path, 'rb') as file:\n            compile(file.read(), path, 'exec')\n        print(path)\n    except Exception:\n        pass";
    python(script, &files.join("\n")).lines().map(str::to_owned).collect()
}

/// Random numbers from a seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Python files below a folder, in order, without what is installed for an interpreter.
pub(crate) fn python_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if !path.ends_with("site-packages") && !path.ends_with("dist-packages") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "py" || extension == "pyi") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Does something with each item, on all cores.
pub(crate) fn on_all_cores<T: Sync>(items: &[T], work: impl Fn(&mut tree_sitter::Parser, &T) + Sync) {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut oracle = tree_sitter_parser();
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(&mut oracle, item);
                }
            });
        }
    });
}
