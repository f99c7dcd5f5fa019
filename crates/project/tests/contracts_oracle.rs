//! Broken contracts, compared with those that grimp (import-linter's graph) finds: on random packages, and on Django.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
mod common;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use analyzer_project::{Contract, ContractKind, ContractName, Layer, violations};
use common::Project;
use serde_json::{Value, json};

/// Importer and imported name of a contract; of a protected one the importing module.
type Pairs = BTreeSet<(String, String)>;

fn tools() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::env::var_os("ANALYZER_TEST_TOOLS").map_or_else(|| workspace.join(".tools"), PathBuf::from)
}

/// The violations that grimp finds, for each contract of each case.
fn grimp(cases: &Value) -> Vec<Vec<Pairs>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/contracts.py");
    let python = tools().join("venv/bin/python");
    assert!(python.exists(), "{} is missing: run scripts/install-test-tools", python.display());
    let mut child =
        Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(cases.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The same from us; every hop must be an import that is there.
fn ours(project: &Project, contracts: &[Contract]) -> Vec<Pairs> {
    let graph = project.graph(128);
    let edges_of = |file: analyzer_project::FileId| project.edges.get(file.0 as usize);
    let mut pairs = vec![Pairs::new(); contracts.len()];
    for found in violations(contracts, &project.index, &graph, &edges_of) {
        for hop in &found.hops {
            let edges = &project.edges[hop.from.0 as usize].edges;
            let named = |import: &u32| {
                edges.iter().any(|edge| edge.import == *import && edge.target == hop.to && !edge.implicit)
            };
            assert!(!hop.imports.is_empty() && hop.imports.iter().all(named));
        }
        assert!(found.hops.windows(2).all(|pair| pair[0].to == pair[1].from));
        let from = if found.from.is_empty() {
            project.index.name(found.hops[0].from).to_owned()
        } else {
            found.from.to_string()
        };
        pairs[found.contract].insert((from, found.to.to_string()));
    }
    pairs
}

fn names(names: &[&str]) -> Vec<ContractName> {
    names.iter().map(|name| ContractName { name: (*name).into(), range: Default::default() }).collect()
}

fn layers(layers: &[(&[&str], bool)]) -> Contract {
    let layer = |(modules, independent): &(&[&str], bool)| Layer {
        modules: names(modules),
        independent: *independent,
        optional: false,
    };
    Contract { layers: layers.iter().map(layer).collect(), ..Contract::default() }
}

fn as_json(contract: &Contract) -> Value {
    let list = |names: &[ContractName]| names.iter().map(|one| one.name.to_string()).collect::<Vec<_>>();
    let layers: Vec<_> = match contract.kind {
        ContractKind::Independence => vec![(list(&contract.modules), true)],
        _ => contract.layers.iter().map(|layer| (list(&layer.modules), layer.independent)).collect(),
    };
    json!({
        "type": contract.kind.name(),
        "layers": layers,
        "modules": list(&contract.modules),
        "forbidden": list(&contract.forbidden),
        "allowed": list(&contract.allowed),
    })
}

/// A small generator of numbers, so that every run sees the same packages.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

const PARTS: [&str; 5] = ["a", "b", "c", "d", "e"];

/// A package `rN` of five packages with two modules each, and two modules beside them.
fn package(name: &str, numbers: &mut Numbers) -> Vec<(String, String)> {
    let mut modules = vec![name.to_owned(), format!("{name}.x"), format!("{name}.y")];
    for part in PARTS {
        modules.extend(["", ".m", ".n"].map(|end| format!("{name}.{part}{end}")));
    }
    let sparse = 1 + numbers.below(3);
    let texts: Vec<String> = (0..modules.len())
        .map(|_| {
            let mut text = String::new();
            for _ in 0..numbers.below(2) * numbers.below(sparse + 1) {
                let target = &modules[numbers.below(modules.len())];
                text.push_str(&match (numbers.below(4), target.rsplit_once('.')) {
                    (0, Some((package, module))) => format!("from {package} import {module}\n"),
                    (1, _) => format!("def f():\n    import {target}\n"),
                    (2, _) => format!("from {target} import attribute\n"),
                    _ => format!("import {target}\n"),
                });
            }
            text
        })
        .collect();
    let is_package = |module: &str| modules.iter().any(|other| other.starts_with(&format!("{module}.")));
    modules
        .iter()
        .zip(texts)
        .map(|(module, text)| {
            let end = if is_package(module) { "/__init__.py" } else { ".py" };
            (module.replace('.', "/") + end, text)
        })
        .collect()
}

/// Contracts over a random order of the packages.
fn contracts(name: &str, numbers: &mut Numbers) -> Vec<Contract> {
    let mut order: Vec<String> = PARTS.iter().map(|part| format!("{name}.{part}")).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, numbers.below(at + 1));
    }
    let order: Vec<&str> = order.iter().map(String::as_str).collect();
    let chosen = |from: usize, to: usize| names(&order[from..to]);
    vec![
        layers(&[(&order[..1], true), (&order[1..2], true), (&order[2..3], true)]),
        layers(&[(&order[..2], true), (&order[2..4], false), (&order[4..], true)]),
        Contract { kind: ContractKind::Independence, modules: chosen(0, 3), ..Contract::default() },
        Contract {
            kind: ContractKind::Forbidden,
            modules: chosen(0, 2),
            forbidden: chosen(2, 4),
            ..Contract::default()
        },
        Contract {
            kind: ContractKind::Protected,
            modules: chosen(0, 2),
            allowed: chosen(2, 3),
            ..Contract::default()
        },
    ]
}

#[test]
fn random_contracts_are_broken_as_grimp_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut numbers = Numbers(7);
    let (mut cases, mut mine, mut broken) = (Vec::new(), Vec::new(), 0);
    for number in 0..120 {
        let name = format!("r{number}");
        let files = package(&name, &mut numbers);
        for (path, text) in &files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let contracts = contracts(&name, &mut numbers);
        mine.push(ours(&Project::new(&files), &contracts));
        broken += mine.last().unwrap().iter().filter(|pairs| !pairs.is_empty()).count();
        let contracts: Vec<Value> = contracts.iter().map(as_json).collect();
        cases.push(json!({"folder": folder.path(), "package": name, "contracts": contracts}));
    }
    let theirs = grimp(&Value::from(cases));
    for (number, (mine, theirs)) in mine.iter().zip(&theirs).enumerate() {
        assert_eq!(mine, theirs, "r{number}");
    }
    assert!((150..550).contains(&broken), "{broken} of 600 contracts are broken");
}

#[test]
fn contracts_on_django_are_broken_as_grimp_says() {
    let root = tools().join("corpora/django");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "py") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                files.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let contracts = [
        layers(&[
            (&["django.contrib"], true),
            (&["django.views", "django.forms", "django.template"], true),
            (&["django.db", "django.http"], false),
            (&["django.utils"], true),
        ]),
        Contract {
            kind: ContractKind::Independence,
            modules: names(&["django.contrib.admin", "django.contrib.gis", "django.contrib.flatpages"]),
            ..Contract::default()
        },
        Contract {
            kind: ContractKind::Forbidden,
            modules: names(&["django.utils"]),
            forbidden: names(&["django.db.backends", "django.contrib.admin"]),
            ..Contract::default()
        },
        Contract {
            kind: ContractKind::Protected,
            modules: names(&["django.db.models.sql"]),
            allowed: names(&["django.db", "django.contrib.gis"]),
            ..Contract::default()
        },
    ];
    let mine = ours(&Project::new(&files), &contracts);
    let case = json!([{
        "folder": root,
        "package": "django",
        "contracts": contracts.iter().map(as_json).collect::<Vec<_>>(),
    }]);
    assert_eq!(mine, grimp(&case)[0]);
    assert!(mine.iter().any(|pairs| !pairs.is_empty()));
}
