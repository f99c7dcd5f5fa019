//! Packages that the project asks its installer for, and namespaces that many distributions share: names that mean something
//! installed wherever nothing of the project is certain to have them. It must not know versions.

use compact_str::CompactString;
use rustc_hash::FxHashSet;

/// Namespaces into which many distributions put packages.
const SHARED: [&str; 21] = [
    "airflow",
    "apache",
    "azure",
    "backports",
    "collective",
    "flufl",
    "google",
    "grpc",
    "haystack_integrations",
    "jaraco",
    "jupyter",
    "llama_index",
    "mpl_toolkits",
    "opentelemetry",
    "paste",
    "plone",
    "pulumi",
    "repoze",
    "ruamel",
    "sphinxcontrib",
    "zope",
];

/// Whether many distributions share a namespace.
pub(crate) fn is_shared(name: &str) -> bool {
    SHARED.binary_search(&name).is_ok()
}

/// The distributions that lists ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Installed(FxHashSet<CompactString>);

impl Installed {
    /// Those with these names.
    pub(crate) fn new(names: &[CompactString]) -> Self {
        Self(names.iter().map(|name| normal(name)).collect())
    }

    /// Whether a top-level module of this name comes with one of them.
    pub(crate) fn has(&self, module: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let name = normal(module);
        self.0.contains(&name)
            || ["python_", "py"]
                .iter()
                .any(|before| self.0.contains([before, name.as_str()].concat().as_str()))
            || ["_python", "_py"]
                .iter()
                .any(|after| self.0.contains([name.as_str(), after].concat().as_str()))
    }

    /// Whether one of them may put something below this top-level name.
    pub(crate) fn reaches(&self, module: &str) -> bool {
        let below = normal(module) + "_";
        self.has(module) || self.0.iter().any(|name| name.starts_with(below.as_str()))
    }
}

fn normal(name: &str) -> CompactString {
    name.chars().map(|c| if matches!(c, '-' | '.') { '_' } else { c.to_ascii_lowercase() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_come_with_distributions_of_their_name() {
        let names = ["Redis", "kafka-python", "google-cloud-storage"].map(CompactString::from);
        let installed = Installed::new(&names);
        assert!(installed.has("redis") && installed.has("kafka") && !installed.has("google"));
        assert!(installed.reaches("google") && !installed.reaches("goo") && !installed.reaches("plant"));
        assert!(SHARED.is_sorted() && is_shared("google") && !is_shared("plant"));
    }
}
