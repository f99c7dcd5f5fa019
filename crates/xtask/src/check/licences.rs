//! The licences of everything that is linked or run at build time. The allowed ones are in deny.toml, so that
//! cargo-deny and this check cannot disagree. It must not know any licence by name.

use anyhow::Context;
use serde::Deserialize;

use super::metadata::{Metadata, Package};
use super::repository::Repository;
use super::{Finding, spdx};

const LIST: &str = "deny.toml";

#[derive(Deserialize)]
struct Deny {
    licenses: Licences,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

/// Further licences that one package may have.
#[derive(Deserialize)]
struct Exception {
    name: String,
    allow: Vec<String>,
}

/// Findings on the licences of all dependencies.
pub(super) fn check(metadata: &Metadata, repository: &Repository) -> anyhow::Result<Vec<Finding>> {
    let list = repository.text(LIST).context("there is no deny.toml")?;
    let deny: Deny = toml::from_str(list).context("deny.toml has no list of allowed licences")?;
    let mut findings = Vec::new();
    for package in metadata.packages.iter().filter(|package| package.source.is_some()) {
        let exceptions = deny.licenses.exceptions.iter().filter(|one| one.name == package.name);
        let known: Vec<&String> =
            deny.licenses.allow.iter().chain(exceptions.flat_map(|one| &one.allow)).collect();
        let allowed = |licence: &str| known.iter().any(|one| *one == licence);
        if let Some(message) = fault(package, &allowed) {
            findings.push(Finding::new("Cargo.lock", 1, message));
        }
    }
    Ok(findings)
}

fn fault(package: &Package, allowed: &dyn Fn(&str) -> bool) -> Option<String> {
    let Package { name, version, .. } = package;
    let Some(expression) = &package.license else {
        return Some(format!("`{name}` {version} states no licence"));
    };
    let offender = spdx::offender(expression, allowed)?;
    Some(format!("`{name}` {version} is licensed `{expression}`, but {LIST} does not allow {offender}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(licence: Option<&str>) -> Vec<String> {
        faults_under("allow = [\"MIT\"]", licence)
    }

    fn faults_under(list: &str, licence: Option<&str>) -> Vec<String> {
        let package = Package {
            name: "it".to_owned(),
            version: "1.2.3".to_owned(),
            license: licence.map(str::to_owned),
            source: Some("registry".to_owned()),
            dependencies: Vec::new(),
        };
        let repository = Repository::of(&[(LIST, &format!("[licenses]\n{list}\n"))]);
        let findings = check(&Metadata { packages: vec![package] }, &repository).unwrap();
        findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn only_what_the_list_allows() {
        assert_eq!(faults(Some("MIT OR GPL-3.0")), [] as [&str; 0]);
        assert_eq!(
            faults(Some("GPL-3.0")),
            ["`it` 1.2.3 is licensed `GPL-3.0`, but deny.toml does not allow GPL-3.0"]
        );
        let excepted = |name: &str| {
            let list =
                format!("allow = [\"MIT\"]\nexceptions = [{{ name = \"{name}\", allow = [\"MPL-2.0\"] }}]");
            faults_under(&list, Some("MPL-2.0")).len()
        };
        assert_eq!((excepted("it"), excepted("other")), (0, 1));
        assert_eq!(faults(None), ["`it` 1.2.3 states no licence"]);
    }
}
