//! The tree has the nodes of tree-sitter's, and its methods answer as those do, of sound texts and damaged ones.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use analyzer_syntax::{Node, Parser, Tree};

fn original(text: &str) -> tree_sitter::Tree {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).unwrap();
    parser.parse(text, None).unwrap()
}

fn copy(text: &str) -> Tree {
    Parser::default().parse_with_tree_sitter(text, Duration::from_secs(20)).unwrap()
}

/// All that is to be equal of a node.
fn of_copy(node: Node) -> [usize; 8] {
    let flags = [node.is_named(), node.is_error(), node.is_missing(), node.is_extra(), node.has_error()];
    [
        usize::from(node.kind_id()),
        node.start_byte(),
        node.end_byte(),
        flags.iter().fold(0, |all, flag| all * 2 + usize::from(*flag)),
        node.child_count() as usize,
        node.named_child_count() as usize,
        node.parent().map_or(usize::MAX, |parent| parent.start_byte()),
        node.byte_range().len(),
    ]
}

fn of_original(node: tree_sitter::Node) -> [usize; 8] {
    let flags = [node.is_named(), node.is_error(), node.is_missing(), node.is_extra(), node.has_error()];
    [
        usize::from(node.kind_id()),
        node.start_byte(),
        node.end_byte(),
        flags.iter().fold(0, |all, flag| all * 2 + usize::from(*flag)),
        node.child_count() as usize,
        node.named_child_count(),
        node.parent().map_or(usize::MAX, |parent| parent.start_byte()),
        node.byte_range().len(),
    ]
}

fn assert_equal(text: &str) {
    let (tree, copy) = (original(text), copy(text));
    let (mut one, mut other) = (tree.walk(), copy.walk());
    let mut count = 0;
    loop {
        let (a, b) = (one.node(), other.node());
        assert_eq!(of_original(a), of_copy(b), "{text}");
        assert_eq!(one.field_id().map_or(0, |id| id.get()), other.field_id(), "{text}");
        count += 1;
        let down = one.goto_first_child();
        assert_eq!(down, other.goto_first_child());
        if down {
            continue;
        }
        loop {
            let next = one.goto_next_sibling();
            assert_eq!(next, other.goto_next_sibling(), "{text}");
            if next {
                break;
            }
            let up = one.goto_parent();
            assert_eq!(up, other.goto_parent());
            if !up {
                assert_eq!(count, copy.nodes().len());
                return;
            }
        }
    }
}

type Place = Option<(u16, std::ops::Range<usize>)>;

/// Compares siblings; tree-sitter passes over some that have no width.
fn assert_near(original: Place, copy: Place, text: &str) {
    if copy.as_ref().is_none_or(|(_, range)| !range.is_empty()) {
        assert_eq!(original, copy, "{text}");
    }
}

/// Compares what leads from each node to others.
fn assert_steps_equal(text: &str) {
    let (tree, copy) = (original(text), copy(text));
    let place = |node: Option<tree_sitter::Node>| node.map(|node| (node.kind_id(), node.byte_range()));
    let other = |node: Option<Node>| node.map(|node| (node.kind_id(), node.byte_range()));
    let mut pairs = vec![(tree.root_node(), copy.root_node())];
    while let Some((a, b)) = pairs.pop() {
        if !a.byte_range().is_empty() {
            assert_near(place(a.prev_sibling()), other(b.prev_sibling()), text);
            assert_near(place(a.prev_named_sibling()), other(b.prev_named_sibling()), text);
            assert_near(place(a.next_sibling()), other(b.next_sibling()), text);
            assert_near(place(a.next_named_sibling()), other(b.next_named_sibling()), text);
            let found = b.descendant_for_byte_range(b.start_byte(), b.end_byte());
            let range = a.byte_range();
            assert_eq!(place(a.descendant_for_byte_range(range.start, range.end)), other(found), "{text}");
        }
        for field in 1..=32 {
            assert_eq!(
                place(a.child_by_field_id(field)),
                other(b.child_by_field_id(field)),
                "{field}: {text}"
            );
        }
        for position in 0..b.named_child_count() {
            assert_eq!(place(a.named_child(position)), other(b.named_child(position)), "{text}");
        }
        for position in 0..a.child_count() {
            pairs.push((a.child(position).unwrap(), b.child(position).unwrap()));
        }
    }
}

/// The Python files of the repository's fixtures, and some text.
fn corpus() -> Vec<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")];
    let mut paths: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

#[test]
fn a_tree_has_the_nodes_of_the_original() {
    let corpus = corpus();
    assert!(corpus.len() > 100);
    for text in corpus.iter().filter(|text| text.len() < 30_000) {
        assert_equal(text);
    }
    for text in ["", "\n", "# c\n", "x", "def f(:\n  (\n", "\u{feff}x = 1\n", "if a:\n"] {
        assert_equal(text);
        assert_steps_equal(text);
    }
}

#[test]
fn steps_from_node_to_node_are_those_of_the_original() {
    for text in corpus().iter().filter(|text| text.len() < 4_000).step_by(9) {
        assert_steps_equal(text);
    }
}

#[test]
fn damaged_texts_have_the_same_nodes() {
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below.max(1)
    };
    for text in corpus().iter().filter(|text| text.len() < 8_000 && text.is_ascii()).step_by(5) {
        let mut damaged = text.clone();
        for _ in 0..3 {
            let at = random(damaged.len());
            match random(3) {
                0 => damaged.truncate(at),
                1 if at < damaged.len() => drop(damaged.remove(at)),
                _ => damaged.insert_str(at, ["(", "'", ":", "\n    ", "def ", "]"][random(6)]),
            }
        }
        assert_equal(&damaged);
    }
}
