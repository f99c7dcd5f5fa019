//! The diagrams of docs/architecture.md name what is there.

use std::collections::BTreeSet;
use std::fs;

use crate::blocks::{in_language, root};

fn diagram(number: usize) -> String {
    in_language("docs/architecture.md", "text").remove(number)
}

#[test]
fn the_diagram_of_the_layers_names_the_crates() {
    let diagram = diagram(0);
    let words = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| !c.is_ascii_lowercase()).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    let (drawn, _) = diagram.split_once('(').unwrap();
    let crates = fs::read_dir(root().join("crates")).unwrap();
    let mut crates: BTreeSet<String> =
        crates.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(crates.remove("xtask"), "which is never shipped");
    assert_eq!(words(drawn), crates);
}

#[test]
fn the_diagram_of_the_queries_names_functions() {
    let mut sources = String::new();
    let mut folders = vec![root().join("crates/engine/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { sources += &fs::read_to_string(path).unwrap() }
        }
    }
    let diagram = diagram(1);
    let mut named = 0;
    // The first line is the input.
    for line in diagram.lines().skip(1) {
        let drawn = line.trim_start().split("  ").next().unwrap();
        let without_arguments =
            drawn.split('(').map(|part| part.rsplit(')').next().unwrap()).collect::<String>();
        for name in without_arguments.split([',', '→']).map(str::trim) {
            assert!(sources.contains(&format!("fn {name}(")), "{name}");
            named += 1;
        }
    }
    assert!(named >= 10, "{named}");
}
