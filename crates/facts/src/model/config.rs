//! Facts of a file of configuration beside its secrets.

use analyzer_source::TextRange;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::{Host, Requirement, RequirementLink, SyntaxProblem};

/// Which kind of configuration names a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ServiceKind {
    /// A compose file.
    Compose,
    /// A list of programs that are started.
    Startup,
    /// A manifest of Kubernetes.
    Kubernetes,
    /// A Dockerfile: one service without a name.
    Docker,
    /// A Procfile, or programs of supervisor.
    Processes,
}

/// A port of a service.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ServicePort {
    /// The scalar.
    pub range: TextRange,
    /// From 1 to 65,535.
    pub number: u16,
    /// The address on which it is taken.
    pub host: Host,
    /// Whether it is taken on the machine; else only inside a container.
    pub published: bool,
    /// The last port of a range that begins with `number`; the same for a single one.
    pub last: u16,
    /// Whether it is of UDP.
    pub udp: bool,
    /// The key that names it, such as `health_check_port`; empty for an item of a list.
    pub key: CompactString,
}

/// A variable of the environment whose name is that of a port.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PortVariable {
    /// The value.
    pub range: TextRange,
    /// The variable.
    pub name: CompactString,
    /// From 1 to 65,535.
    pub number: u16,
}

/// A service that configuration starts, builds or publishes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Service {
    /// Where it is named; of a Dockerfile empty.
    pub range: TextRange,
    /// Its name; empty where it has none.
    pub name: CompactString,
    /// Which kind of configuration names it.
    pub kind: ServiceKind,
    /// Its program: a path such as `a/b.py`, or a module such as `a.b`; empty where that is not known.
    pub program: CompactString,
    /// Its ports, in the order of the text.
    pub ports: Vec<ServicePort>,
    /// Ports in its environment, in the order of the text.
    pub variables: Vec<PortVariable>,
    /// The profiles that start it; empty where it is always started.
    pub profiles: Vec<CompactString>,
    /// The file and the service there that it extends.
    pub extends: Option<(CompactString, CompactString)>,
    /// The services that it needs, by name, in the order of the text.
    pub needs: Vec<Needed>,
}

/// A service that another one needs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Needed {
    /// Where it is named.
    pub range: TextRange,
    /// Its name.
    pub name: CompactString,
}

/// An entry of a registry of ports.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RegisteredPort {
    /// The place of the name.
    pub range: TextRange,
    /// The name.
    pub name: CompactString,
    /// The place of the number.
    pub number_range: TextRange,
    /// From 1 to 65,535.
    pub number: u16,
    /// The machine; empty where it is not known.
    pub host: CompactString,
    /// `tcp` or `udp`; empty where it is not known.
    pub protocol: CompactString,
    /// Whose port it is; empty where it is not known.
    pub owner: CompactString,
}

/// Facts that are read from configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConfigFacts {
    /// Texts that cannot be read, or are repeated, in the order of the text.
    pub problems: Vec<SyntaxProblem>,
    /// Services, in the order of the text.
    pub services: Vec<Service>,
    /// Other compose files whose services belong to the same application, in the order of the text.
    pub includes: Vec<CompactString>,
    /// The entries of a registry of ports, in the order of the text.
    pub registry: Vec<RegisteredPort>,
    /// The packages that it asks for, in the order of the text.
    pub requirements: Vec<Requirement>,
    /// Other lists of packages that it names, in the order of the text.
    pub requirement_links: Vec<RequirementLink>,
    /// The versions of Python that the project supports, as PEP 440 writes them; empty where it does not say.
    pub python: CompactString,
}

impl ConfigFacts {
    /// Whether there is nothing that anyone would ask for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
