//! Which crate may know which: lower never knows higher. The table is that of docs/architecture.md.
//! It must not know what the crates do.

use super::Finding;
use super::metadata::{Metadata, Package};

/// Each crate and its layer. A crate may depend on crates of lower layers only, so two of one layer know nothing of
/// each other.
const LAYERS: [(&str, u8); 11] = [
    ("analyzer-source", 0),
    ("analyzer-syntax", 1),
    ("analyzer-facts", 2),
    ("analyzer-diagnostics", 2),
    ("analyzer-project", 3),
    ("analyzer-rules", 4),
    ("analyzer-engine", 5),
    ("analyzer-report", 6),
    ("analyzer-server", 6),
    ("analyzer-cli", 7),
    ("xtask", 8),
];

/// Findings on the normal dependencies of the workspace's crates.
pub(super) fn check(metadata: &Metadata) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in metadata.packages.iter().filter(|package| package.source.is_none()) {
        let manifest = manifest(package);
        let Some(layer) = layer(&package.name) else {
            let message =
                format!("`{}` has no layer: give it one in the table of xtask's layers.rs", package.name);
            findings.push(Finding::new(&manifest, 1, message));
            continue;
        };
        for dependency in &package.dependencies {
            if dependency.kind.is_some() || dependency.path.is_none() {
                continue;
            }
            // A dependency without a layer is reported as a package.
            if self::layer(&dependency.name).is_some_and(|lower| lower >= layer) {
                let message = format!(
                    "`{}` must not depend on `{}`: it is of the same or a higher layer",
                    package.name, dependency.name
                );
                findings.push(Finding::new(&manifest, 1, message));
            }
        }
    }
    findings
}

fn manifest(package: &Package) -> String {
    let folder = package.name.strip_prefix("analyzer-").unwrap_or(&package.name);
    format!("crates/{folder}/Cargo.toml")
}

fn layer(name: &str) -> Option<u8> {
    LAYERS.iter().find(|(known, _)| *known == name).map(|(_, layer)| *layer)
}

#[cfg(test)]
mod tests {
    use super::super::metadata::Dependency;
    use super::*;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependencies = dependencies.iter().map(|(name, kind)| Dependency {
            name: (*name).to_owned(),
            kind: kind.map(str::to_owned),
            path: Some(format!("crates/{name}")),
        });
        Package {
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            license: None,
            source: None,
            dependencies: dependencies.collect(),
        }
    }

    fn messages(package: Package) -> Vec<String> {
        check(&Metadata { packages: vec![package] }).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lower_layers_may_be_known() {
        let known = [("analyzer-source", None), ("analyzer-syntax", None)];
        assert_eq!(messages(package("analyzer-facts", &known)), [] as [&str; 0]);
    }

    #[test]
    fn higher_and_equal_layers_may_not() {
        assert_eq!(
            messages(package(
                "analyzer-facts",
                &[("analyzer-project", None), ("analyzer-diagnostics", None)]
            )),
            [
                "crates/facts/Cargo.toml:1: `analyzer-facts` must not depend on `analyzer-project`: \
                 it is of the same or a higher layer",
                "crates/facts/Cargo.toml:1: `analyzer-facts` must not depend on `analyzer-diagnostics`: \
                 it is of the same or a higher layer",
            ]
        );
    }

    #[test]
    fn tests_may_know_anything() {
        assert_eq!(messages(package("analyzer-facts", &[("analyzer-engine", Some("dev"))])), [] as [&str; 0]);
    }

    #[test]
    fn a_crate_without_a_layer_is_reported() {
        assert_eq!(messages(package("analyzer-new", &[])).len(), 1);
    }
}
