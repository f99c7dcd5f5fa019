//! Import edges and components of real projects, compared with those of `ruff analyze graph`.
//!
//! ruff counts every import at every place and no implicit ones; docs/accuracy.md explains what is left.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::Project;

type Edges = BTreeSet<(String, String)>;

/// The expected figures of one project.
struct Expected {
    folder: &'static str,
    modules: usize,
    edges: usize,
    components: usize,
    /// Edges that ruff has and we do not: to a stub beside a source file, to which we lead.
    stubs: usize,
    /// Edges that we have and ruff does not: literal dynamic imports.
    dynamic: &'static [(&'static str, &'static str)],
}

fn tools() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::env::var_os("ANALYZER_TEST_TOOLS").map_or_else(|| workspace.join(".tools"), PathBuf::from)
}

fn corpus(name: &str) -> PathBuf {
    let folder = tools().join("corpora").join(name);
    assert!(folder.is_dir(), "{} is missing: run scripts/install-test-tools", folder.display());
    folder
}

fn read(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".py") || name.ends_with(".pyi") {
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            } else if name.ends_with(".so") {
                found.push((name, String::new()));
            }
        }
    }
    found.sort();
    found
}

fn ours(folder: &Path) -> Project {
    let files = read(folder);
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Project::new(&files)
}

fn ruff(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let ruff = tools().join("venv/bin/ruff");
    assert!(ruff.is_file(), "{} is missing: run scripts/install-test-tools", ruff.display());
    let output = Command::new(ruff)
        .args(["analyze", "graph", "--isolated", "--quiet", "--direction", "dependencies", "."])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The components of a graph of names, computed independently of the code under test: Kosaraju's algorithm.
fn component_sets(edges: &Edges) -> BTreeSet<Vec<String>> {
    let (mut next, mut previous) = (BTreeMap::<&str, Vec<&str>>::new(), BTreeMap::<&str, Vec<&str>>::new());
    for (from, to) in edges {
        next.entry(from).or_default().push(to);
        previous.entry(to).or_default().push(from);
    }
    let nodes: BTreeSet<&str> = edges.iter().flat_map(|(from, to)| [from.as_str(), to.as_str()]).collect();
    let (mut order, mut seen) = (Vec::new(), BTreeSet::new());
    for node in &nodes {
        let mut stack = vec![(*node, false)];
        while let Some((node, done)) = stack.pop() {
            if done {
                order.push(node);
            } else if seen.insert(node) {
                stack.push((node, true));
                stack.extend(next.get(node).into_iter().flatten().map(|to| (*to, false)));
            }
        }
    }
    let (mut found, mut taken) = (BTreeSet::new(), BTreeSet::new());
    for node in order.into_iter().rev() {
        let (mut members, mut stack) = (Vec::new(), vec![node]);
        while let Some(node) = stack.pop() {
            if taken.insert(node) {
                members.push(node.to_owned());
                stack.extend(previous.get(node).into_iter().flatten());
            }
        }
        members.sort();
        if members.len() > 1 {
            found.insert(members);
        }
    }
    found
}

fn compare(expected: &Expected) {
    let folder = corpus(expected.folder);
    let project = ours(&folder);
    let theirs = ruff(&folder);
    let their_edges: Edges =
        theirs.iter().flat_map(|(from, to)| to.iter().map(|to| (from.clone(), to.clone()))).collect();
    let path = |file| project.index.path(file).to_owned();
    let mut our_edges = Edges::new();
    for file in project.index.order() {
        let named = project.edges[file.0 as usize].edges.iter().filter(|edge| !edge.implicit);
        our_edges.extend(named.map(|edge| (path(*file), path(edge.target))));
    }
    let only_ruff: Edges = their_edges.difference(&our_edges).cloned().collect();
    let only_ours: Edges = our_edges.difference(&their_edges).cloned().collect();
    let beside_source = |(from, to): &&(String, String)| {
        to.strip_suffix('i').is_some_and(|source| our_edges.contains(&(from.clone(), source.to_owned())))
    };
    let unexplained: Vec<_> = only_ruff.iter().filter(|edge| !beside_source(edge)).collect();
    assert_eq!(unexplained, Vec::<&(String, String)>::new(), "edges that only ruff has");
    assert_eq!(only_ruff.len(), expected.stubs, "edges to stubs");
    let dynamic = expected.dynamic.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned()));
    assert_eq!(only_ours, dynamic.collect(), "edges that only we have");
    assert_eq!(theirs.len(), expected.modules);
    assert_eq!(their_edges.len(), expected.edges);

    // The components of all edges, implicit ones left out, against an independent algorithm on ruff's own edges.
    let graph = project.graph(128);
    let filter = analyzer_project::EdgeFilter {
        named: analyzer_project::KindSet::ALL,
        implicit: analyzer_project::KindSet::NONE,
    };
    let found = analyzer_project::components(&graph, filter);
    let of_members = |members: &Vec<u32>| {
        let mut names: Vec<String> = members.iter().map(|node| path(graph.file(*node).unwrap())).collect();
        names.sort();
        names
    };
    let our_components: BTreeSet<Vec<String>> = found.cyclic.iter().map(of_members).collect();
    let known: Edges = their_edges.difference(&only_ruff).cloned().chain(only_ours.iter().cloned()).collect();
    assert_eq!(our_components, component_sets(&known));
    assert_eq!(component_sets(&their_edges).len(), expected.components);
}

#[test]
fn django() {
    compare(&Expected {
        folder: "django",
        modules: 883,
        edges: 3_041,
        components: 14,
        stubs: 0,
        dynamic: &[],
    });
}

#[test]
fn sqlalchemy() {
    compare(&Expected {
        folder: "sqlalchemy",
        modules: 258,
        edges: 2_458,
        components: 6,
        stubs: 0,
        dynamic: &[("sqlalchemy/dialects/__init__.py", "sqlalchemy/dialects/mysql/mariadb.py")],
    });
}

#[test]
fn airflow_core() {
    compare(&Expected {
        folder: "apache_airflow_core",
        modules: 749,
        edges: 2_888,
        components: 2,
        stubs: 27,
        dynamic: &[],
    });
}

/// Released code imports what exists: every finding of a missing module or name would be false.
#[test]
fn released_projects_have_no_unresolved_imports() {
    for name in ["django", "sqlalchemy", "apache_airflow_core"] {
        let project = ours(&corpus(name));
        let mut found = Vec::new();
        for file in project.index.order() {
            let path = project.index.path(*file);
            found.extend(project.unresolved(path).into_iter().map(|import| format!("{path}: {import}")));
        }
        assert_eq!(found, [""; 0], "{name}");
    }
}
