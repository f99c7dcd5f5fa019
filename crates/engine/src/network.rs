//! The tracked queries of ports and sockets, from what one file says to the findings over all files. Each says what
//! makes it run again. It must not know rules, nor hold an offset in any value but the places of one file.

use std::sync::Arc;

use analyzer_facts::{ConstantValue, Host, Imported, ImportsProjection, ServiceKind, TextRange};
use analyzer_project::network::{
    ConstantUse, NetworkFile, NetworkFinding, NetworkPlace, NetworkProblem, NetworkProjection, PlaceRole,
    Site, projection, sites,
};
use analyzer_project::{PlacedNetwork, PortRegistry, Resolution, network};
use compact_str::CompactString;
use salsa::plumbing::AsId;

use crate::Engine;
use crate::db::{Db, Subject};
use crate::graph::{edges, file_of, imports, module_index};
use crate::helpers::defined;
use crate::inputs::{File, Project, Shard};
use crate::mirrors::{live_shard, live_texts};
use crate::queries::facts;
use crate::seen::seen_facts;

/// The ports and sockets of a file: the firewall. Runs again when what others see of the file changes; equal as
/// long as no port, endpoint or service does.
#[salsa::tracked(returns(ref))]
pub(crate) fn ports(db: &dyn Db, file: File) -> Arc<NetworkProjection> {
    db.ran("ports", Subject::File(file.as_id()));
    Arc::new(seen_facts(db, file).map_or_else(NetworkProjection::default, projection))
}

/// The files of a shard that say something of ports. Runs again when what one of them says changes.
#[salsa::tracked(returns(ref))]
fn shard_ports(db: &dyn Db, project: Project, shard: Shard) -> Vec<(File, Arc<NetworkProjection>)> {
    db.ran("shard_ports", Subject::Shard);
    live_shard(db, project, shard).iter().filter_map(|file| said(db, *file)).collect()
}

fn said(db: &dyn Db, file: File) -> Option<(File, Arc<NetworkProjection>)> {
    let says = ports(db, file);
    (!says.is_empty()).then(|| (file, Arc::clone(says)))
}

/// The faults of ports and sockets over the whole project. Runs again when what a shard or a file of
/// configuration says of them changes.
#[salsa::tracked(returns(ref))]
pub(crate) fn network_findings(db: &dyn Db, project: Project) -> Vec<Arc<NetworkFinding>> {
    db.ran("network_findings", Subject::Project);
    let mut said = everything_said(db, project);
    let open = taken_from_others(db, project, &mut said);
    let files: Vec<NetworkFile> =
        said.iter().map(|(file, says)| NetworkFile { path: file.path(db), says }).collect();
    let registry = project.settings(db).ports.as_deref();
    let mut found = network::network(&files, registry);
    found.extend(open);
    let starts = |says: &NetworkProjection| says.services.iter().any(|one| one.kind == ServiceKind::Startup);
    if files.iter().any(|file| starts(file.says)) {
        let python: Vec<&str> = project.files(db).iter().map(|file| &**file.path(db)).collect();
        found.extend(network::startup(&files, &python));
    }
    found.sort_by(|a, b| (&a.path, a.site).cmp(&(&b.path, b.site)));
    found.into_iter().map(Arc::new).collect()
}

/// Fills in the hosts and ports that files take from others; gives the servers that listen to every network so.
fn taken_from_others(
    db: &dyn Db,
    project: Project,
    said: &mut [(File, Arc<NetworkProjection>)],
) -> Vec<NetworkFinding> {
    let mut found = Vec::new();
    for (file, says) in said {
        if says.endpoints.iter().all(|endpoint| endpoint.from == (None, None)) {
            continue;
        }
        let given = |from: &Option<Box<Imported>>| constant(db, project, *file, from.as_deref()?);
        let mut filled = NetworkProjection::clone(says);
        for endpoint in &mut filled.endpoints {
            if let Some((_, ConstantUse { value: ConstantValue::Port(number), .. })) = given(&endpoint.from.1)
            {
                endpoint.number = Some(*number);
            }
            let Some((other, ConstantUse { site, value: ConstantValue::Host(host), .. })) =
                given(&endpoint.from.0)
            else {
                continue;
            };
            endpoint.host = Host::of(host, endpoint.binds);
            if endpoint.binds && endpoint.host == Host::All {
                let role = PlaceRole::Host;
                let place = NetworkPlace { path: Arc::clone(other.path(db)), site: *site, role };
                found.push(NetworkFinding {
                    path: Arc::clone(file.path(db)),
                    site: endpoint.site,
                    problem: NetworkProblem::EveryInterface,
                    related: vec![place],
                    elsewhere: false,
                });
            }
        }
        *says = Arc::new(filled);
    }
    found
}

/// The constant of another file that a name of a file means.
fn constant<'db>(
    db: &'db dyn Db,
    project: Project,
    file: File,
    from: &Imported,
) -> Option<(File, &'db ConstantUse)> {
    let (imports, edges) = (imports(db, file), edges(db, project, file));
    let (target, name) = defined(imports, edges, &from.name, &from.path).or_else(|| {
        // `from settings import settings`, and `settings.port`.
        let (target, object) = defined(imports, edges, &from.name, "")?;
        Some((target, compact_str::format_compact!("{object}.{}", from.path)))
    })?;
    let other = file_of(db, project, target).filter(|other| *other != file)?;
    let known = ports(db, other).constants.iter().find(|constant| constant.name == name)?;
    Some((other, known))
}

/// The ports and sockets of all files, sorted by path.
fn everything_said(db: &dyn Db, project: Project) -> Vec<(File, Arc<NetworkProjection>)> {
    let shards = project.shards(db).iter().flat_map(|shard| shard_ports(db, project, *shard).iter().cloned());
    let texts = live_texts(db, project).iter().filter_map(|file| said(db, *file));
    let mut said: Vec<(File, Arc<NetworkProjection>)> = shards.chain(texts).collect();
    said.sort_by(|a, b| a.0.path(db).cmp(b.0.path(db)));
    said
}

/// The numbers of the registry of ports with their names. Runs again when what a file of configuration says of ports
/// changes.
#[salsa::tracked(returns(ref))]
fn registered_ports(db: &dyn Db, project: Project) -> Vec<(u16, CompactString)> {
    let texts: Vec<_> = live_texts(db, project).iter().filter_map(|file| said(db, *file)).collect();
    let files: Vec<NetworkFile> =
        texts.iter().map(|(file, says)| NetworkFile { path: file.path(db), says }).collect();
    network::registered(&files, project.settings(db).ports.as_deref())
}

/// The names of a registry of ports unless another one is configured.
const REGISTRIES: [&str; 2] = ["ports.yaml", "ports.yml"];
/// The function that looks a port up in the registry.
const HELPER: &str = "get_port";

/// The files of a shard that define it. Runs again when imports or names of one of them change.
#[salsa::tracked(returns(ref))]
fn shard_helpers(db: &dyn Db, project: Project, shard: Shard) -> Vec<File> {
    let files = live_shard(db, project, shard).iter().copied();
    files.filter(|file| defines(imports(db, *file))).collect()
}

/// The one file of the project that defines it; none where there are several. Runs again when the files of a shard that
/// define it change.
#[salsa::tracked(returns(copy))]
fn only_helper(db: &dyn Db, project: Project) -> Option<File> {
    let mut helpers = project.shards(db).iter().flat_map(|shard| shard_helpers(db, project, *shard)).copied();
    helpers.next().filter(|_| helpers.next().is_none())
}

fn defines(file: &ImportsProjection) -> bool {
    let imported = file.imports.iter().flat_map(|import| &import.names);
    let mut imported = imported.map(|name| name.alias.as_ref().unwrap_or(&name.name));
    file.names.bindings.iter().any(|name| name == HELPER) && !imported.any(|name| name == HELPER)
}

/// Ports that a file can read by name: the registry, and the one module that looks them up, if it is importable.
pub(crate) fn port_registry(db: &dyn Db, project: Project, file: File) -> Option<PortRegistry> {
    if ports(db, file).numbers.is_empty() {
        return None;
    }
    let names = registered_ports(db, project);
    let helper = only_helper(db, project).filter(|helper| !names.is_empty() && *helper != file)?;
    let index = module_index(db, project);
    let name = index.name(helper.number(db));
    let found = index.resolve(name, &index.context(file.number(db), imports(db, file)));
    let Resolution::Found(located) = found else { return None };
    let leads_there = located.confident && located.target.file() == Some(helper.number(db));
    leads_there.then(|| PortRegistry { names: names.clone(), helper: name.to_owned() })
}

/// The findings that are made in a file. Runs again when any finding changes; equal unless one of its own does.
#[salsa::tracked(returns(ref))]
fn network_of(db: &dyn Db, project: Project, file: File) -> Vec<Arc<NetworkFinding>> {
    let path = file.path(db);
    network_findings(db, project).iter().filter(|finding| finding.path == *path).cloned().collect()
}

/// The places of what a file says of ports. Runs again when its facts change; equal as long as none of them moves.
#[salsa::tracked(returns(ref))]
fn port_places(db: &dyn Db, file: File) -> Vec<(Site, TextRange)> {
    facts(db, file).map(sites).unwrap_or_default()
}

fn place(db: &dyn Db, file: File, site: Site) -> Option<TextRange> {
    let places = port_places(db, file);
    let at = places.binary_search_by_key(&site, |(known, _)| *known).ok()?;
    places.get(at).map(|(_, range)| *range)
}

/// The findings of a file with their places.
pub(crate) fn placed_network(db: &dyn Db, project: Project, file: File) -> Vec<PlacedNetwork> {
    let known = |path: &Arc<str>| {
        let in_list = |files: &[File]| {
            let at = files.binary_search_by(|file| file.path(db).cmp(path)).ok()?;
            files.get(at).copied()
        };
        in_list(project.files(db)).or_else(|| in_list(project.texts(db)))
    };
    let findings = network_of(db, project, file).iter().filter_map(|finding| {
        let related = finding.related.iter().filter_map(|related| {
            let range = place(db, known(&related.path)?, related.site)?;
            Some((Arc::clone(&related.path), range, related.role.clone()))
        });
        Some(PlacedNetwork {
            site: finding.site,
            range: place(db, file, finding.site)?,
            problem: finding.problem.clone(),
            related: related.collect(),
            elsewhere: finding.elsewhere,
        })
    });
    findings.collect()
}

impl Engine {
    /// The files that may be the registry of ports, the likeliest first: the configured one, else those of that name, the
    /// nearest to the root first.
    #[must_use]
    pub fn port_registries(&self) -> Vec<Arc<str>> {
        if let Some(configured) = &self.settings().ports {
            return vec![configured.as_str().into()];
        }
        let (db, project) = self.database();
        let named = |path: &&Arc<str>| REGISTRIES.contains(&path.rsplit('/').next().unwrap_or(path));
        let mut found: Vec<Arc<str>> =
            project.texts(db).iter().map(|file| file.path(db)).filter(named).cloned().collect();
        found.extend(REGISTRIES.map(Arc::from));
        found.sort_by_cached_key(|path| (path.matches('/').count(), Arc::clone(path)));
        found.dedup();
        found
    }
}
