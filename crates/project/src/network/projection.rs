//! The ports and sockets of one file, without places; and the places of them.
//! It must not know other files.

use analyzer_facts::{
    ConstantValue, EndpointRole, EndpointVia, FileFacts, Host, Imported, PortSiteKind, ServiceKind, TextRange,
};
use compact_str::CompactString;

/// Something in a file, by its number among its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// The beginning of the file.
    Beginning,
    /// An endpoint.
    Endpoint(u32),
    /// A port number under a name.
    Port(u32),
    /// A port that is asked for by name.
    Lookup(u32),
    /// The name of a service of configuration.
    Service(u32),
    /// A service that another one of configuration needs.
    Needed(u32, u32),
    /// A host or a port that other files may take.
    Constant(u32),
    /// A port of a service of configuration.
    ServicePort(u32, u32),
    /// A variable of a service's environment.
    Variable(u32, u32),
    /// The name of an entry of the registry.
    Registered(u32),
    /// The number of an entry of the registry.
    Number(u32),
}

/// A place where a program binds, or a ZeroMQ socket connects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointUse {
    /// Its number.
    pub site: Site,
    /// Whether it binds.
    pub binds: bool,
    /// Of ZeroMQ.
    pub zmq: bool,
    /// The port, where it is known.
    pub number: Option<u16>,
    /// The host.
    pub host: Host,
    /// The scheme; empty for none.
    pub scheme: CompactString,
    /// The type of the socket; empty where it is not known.
    pub kind: CompactString,
    /// The text after `ipc://` or `inproc://`.
    pub address: CompactString,
    /// In a loop that binds the same again.
    pub repeats: bool,
    /// Only in some branch of its function.
    pub conditional: bool,
    /// The first endpoint of the file after its function gave this one back.
    pub until: Option<Site>,
    /// Of UDP.
    pub udp: bool,
    /// The name of another module that gives the host, and the one that gives the port.
    pub from: (Option<Box<Imported>>, Option<Box<Imported>>),
    /// The function.
    pub scope: u32,
}

impl EndpointUse {
    /// The endpoint as it is shown and compared; none where it is not known.
    pub(super) fn key(&self) -> Option<CompactString> {
        match self.scheme.as_str() {
            "ipc" | "inproc" => {
                // `ipc://*` is a fresh name each time.
                (!matches!(self.address.as_str(), "" | "*"))
                    .then(|| format!("{}://{}", self.scheme, self.address).into())
            }
            _ => self.number.map(|number| format!("port {number}").into()),
        }
    }
}

/// A port that is asked for by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupUse {
    /// Its number.
    pub site: Site,
    /// The name.
    pub name: CompactString,
    /// Asked of a registry.
    pub registry: bool,
}

/// A port that is the default of an environment variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultUse {
    /// Its number.
    pub site: Site,
    /// The variable.
    pub name: CompactString,
    /// The default.
    pub port: u16,
}

/// A host or a port that other files may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConstantUse {
    /// Its number.
    pub site: Site,
    /// Its name in the module.
    pub name: CompactString,
    /// Its value.
    pub value: ConstantValue,
}

/// A port of a service of configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortUse {
    /// Its number.
    pub site: Site,
    /// The port, or the first one of a range.
    pub number: u16,
    /// The last one of the range.
    pub last: u16,
    /// The address on which it is taken.
    pub host: Host,
    /// Whether it is taken on the machine.
    pub published: bool,
    /// Of UDP.
    pub udp: bool,
}

/// A service of configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUse {
    /// Its number.
    pub site: Site,
    /// Its name; empty for none.
    pub name: CompactString,
    /// The kind of configuration that declares it.
    pub kind: ServiceKind,
    /// The program that it runs; empty where that is not given.
    pub program: CompactString,
    /// Its ports.
    pub ports: Vec<PortUse>,
    /// Ports in its environment: site, name, number.
    pub variables: Vec<(Site, CompactString, u16)>,
    /// The profiles that start it; empty where it is always started.
    pub profiles: Vec<CompactString>,
    /// The file and the service there that it extends.
    pub extends: Option<(CompactString, CompactString)>,
    /// The services that it needs.
    pub needs: Vec<(Site, CompactString)>,
}

/// An entry of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryUse {
    /// The name's number.
    pub site: Site,
    /// The value's number.
    pub number_site: Site,
    /// The name.
    pub name: CompactString,
    /// From 1 to 65,535.
    pub number: u16,
    /// The machine, and the protocol; empty where they are not given.
    pub on: (CompactString, CompactString),
    /// Whose port it is; empty where it is not given.
    pub owner: CompactString,
}

/// The ports, sockets and services of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetworkProjection {
    /// Binds, and connects of ZeroMQ.
    pub endpoints: Vec<EndpointUse>,
    /// Names that are asked for.
    pub lookups: Vec<LookupUse>,
    /// Defaults of the environment.
    pub defaults: Vec<DefaultUse>,
    /// Every number of a port, sorted.
    pub numbers: Vec<u16>,
    /// Every name that a port number is given to, sorted.
    pub names: Vec<CompactString>,
    /// Services of configuration.
    pub services: Vec<ServiceUse>,
    /// Entries of a registry of ports.
    pub registry: Vec<RegistryUse>,
    /// Hosts and ports that other files may take.
    pub constants: Vec<ConstantUse>,
    /// Other compose files of the same application.
    pub includes: Vec<CompactString>,
    /// Whether it runs by itself: `if __name__ == "__main__"`.
    pub runs: bool,
    /// The base classes of its classes, sorted.
    pub bases: Vec<CompactString>,
}

impl NetworkProjection {
    /// Whether the file says nothing of ports and sockets.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Projects the ports and sockets of a file from its facts.
#[must_use]
pub fn projection(facts: &FileFacts) -> NetworkProjection {
    let mut says = NetworkProjection::default();
    (says.runs, says.bases) = (facts.main_guard, facts.bases.clone());
    for (index, endpoint) in (0..).zip(&facts.endpoints) {
        says.numbers.extend(endpoint.port.map(|port| port.number));
        let zmq = endpoint.zmq.as_deref();
        let binds = endpoint.role == EndpointRole::Bind;
        let aside = endpoint.via == EndpointVia::Url || endpoint.prose || endpoint.probe;
        if !(binds || zmq.is_some()) || aside {
            continue;
        }
        let released = zmq.map(|zmq| zmq.released_at).filter(|range| !range.is_empty());
        let next =
            |released: TextRange| facts.endpoints.partition_point(|other| other.range.start < released.start);
        let until = released.and_then(|released| u32::try_from(next(released)).ok());
        says.endpoints.push(EndpointUse {
            site: Site::Endpoint(index),
            binds,
            zmq: zmq.is_some(),
            number: endpoint.port.map(|port| port.number),
            host: endpoint.host.clone(),
            scheme: endpoint.scheme.clone(),
            kind: zmq.map(|zmq| zmq.kind.clone()).unwrap_or_default(),
            address: zmq.map(|zmq| zmq.address.clone()).unwrap_or_default(),
            repeats: zmq.is_some_and(|zmq| zmq.repeats),
            conditional: zmq.is_some_and(|zmq| zmq.conditional),
            until: until.map(Site::Endpoint),
            udp: endpoint.udp,
            from: (endpoint.host_from.clone(), endpoint.port_from.clone()),
            scope: endpoint.scope,
        });
    }
    for (index, site) in (0..).zip(&facts.ports) {
        says.numbers.push(site.number);
        if !site.name.is_empty() {
            says.names.push(site.name.clone());
        }
        if site.kind == PortSiteKind::Default {
            says.defaults.push(DefaultUse {
                site: Site::Port(index),
                name: site.name.clone(),
                port: site.number,
            });
        }
    }
    for (index, lookup) in (0..).zip(&facts.lookups) {
        says.lookups.push(LookupUse {
            site: Site::Lookup(index),
            name: lookup.name.clone(),
            registry: lookup.registry,
        });
    }
    let config = facts.config.iter();
    for (index, service) in (0..).zip(config.clone().flat_map(|config| &config.services)) {
        let ports = (0..).zip(&service.ports);
        let variables = (0..).zip(&service.variables);
        let needs = (0..).zip(&service.needs);
        says.services.push(ServiceUse {
            site: Site::Service(index),
            name: service.name.clone(),
            kind: service.kind,
            program: service.program.clone(),
            ports: ports
                .map(|(at, port)| PortUse {
                    site: Site::ServicePort(index, at),
                    number: port.number,
                    last: port.last,
                    host: port.host.clone(),
                    published: port.published,
                    udp: port.udp,
                })
                .collect(),
            variables: variables
                .map(|(at, variable)| (Site::Variable(index, at), variable.name.clone(), variable.number))
                .collect(),
            profiles: service.profiles.clone(),
            extends: service.extends.clone(),
            needs: needs.map(|(at, needed)| (Site::Needed(index, at), needed.name.clone())).collect(),
        });
    }
    for (index, constant) in (0..).zip(&facts.constants) {
        says.constants.push(ConstantUse {
            site: Site::Constant(index),
            name: constant.name.clone(),
            value: constant.value.clone(),
        });
    }
    says.includes.extend(config.clone().flat_map(|config| config.includes.iter().cloned()));
    for (index, entry) in (0..).zip(config.flat_map(|config| &config.registry)) {
        says.registry.push(RegistryUse {
            site: Site::Registered(index),
            number_site: Site::Number(index),
            name: entry.name.clone(),
            number: entry.number,
            on: (entry.host.clone(), entry.protocol.clone()),
            owner: entry.owner.clone(),
        });
    }
    says.numbers.sort_unstable();
    says.numbers.dedup();
    says.names.sort_unstable();
    says.names.dedup();
    says
}

/// The places of what a file says, sorted by site.
#[must_use]
pub fn sites(facts: &FileFacts) -> Vec<(Site, TextRange)> {
    let mut sites = vec![(Site::Beginning, TextRange::default())];
    sites.extend((0..).zip(&facts.endpoints).map(|(index, one)| (Site::Endpoint(index), one.range)));
    sites.extend((0..).zip(&facts.ports).map(|(index, one)| (Site::Port(index), one.range)));
    sites.extend((0..).zip(&facts.lookups).map(|(index, one)| (Site::Lookup(index), one.range)));
    sites.extend((0..).zip(&facts.constants).map(|(index, one)| (Site::Constant(index), one.range)));
    let config = facts.config.iter();
    for (index, service) in (0..).zip(config.clone().flat_map(|config| &config.services)) {
        sites.push((Site::Service(index), service.range));
        sites.extend((0..).zip(&service.needs).map(|(at, one)| (Site::Needed(index, at), one.range)));
        sites.extend((0..).zip(&service.ports).map(|(at, one)| (Site::ServicePort(index, at), one.range)));
        sites.extend((0..).zip(&service.variables).map(|(at, one)| (Site::Variable(index, at), one.range)));
    }
    for (index, entry) in (0..).zip(config.flat_map(|config| &config.registry)) {
        sites.extend([(Site::Registered(index), entry.range), (Site::Number(index), entry.number_range)]);
    }
    sites.sort_unstable();
    sites
}
