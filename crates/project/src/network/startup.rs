//! Lists of what is started, beside the programs that there are. It must not know ports.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use analyzer_facts::ServiceKind;
use compact_str::CompactString;

use super::conflicts::title;
use super::names::{are_one, is_program, normal, stem};
use super::{
    NetworkFile, NetworkFinding, NetworkPlace, NetworkProblem, PlaceRole, ServiceUse, Site, is_aside,
};
use crate::places::is_test;

/// From so many programs on a folder is one of services.
const FEWEST: usize = 2;

/// Where lists of what is started and the programs of the project disagree. `files` are those that say something of
/// services, `python` are the paths of all.
#[must_use]
pub fn startup(files: &[NetworkFile], python: &[&str]) -> Vec<NetworkFinding> {
    let all = Programs::new(files, python);
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !is_aside(file.path) && !is_test(file.path)) {
        let services: Vec<&ServiceUse> = listed(file).collect();
        let known = services.iter().filter(|service| all.exists(&service.program)).count();
        for service in &services {
            // A list none of whose programs are here is about another repository.
            if known * 2 >= services.len() && known > 0 && all.is_missing(&service.program) {
                let problem = NetworkProblem::NoProgram(title(service), service.program.clone());
                found.push(finding(file, service.site, problem, None));
            }
            for (site, needed) in &service.needs {
                if services.len() >= FEWEST && !all.names.contains(&normal(needed)) {
                    let problem = NetworkProblem::NotListed(title(service), needed.clone());
                    found.push(finding(file, *site, problem, None));
                }
            }
        }
        found.extend(twice(file, &services));
    }
    found.extend(all.not_started(files));
    found
}

/// The services that a file starts as programs.
fn listed<'a>(file: &NetworkFile<'a>) -> impl Iterator<Item = &'a ServiceUse> {
    file.says.services.iter().filter(|service| service.kind == ServiceKind::Startup)
}

fn finding(
    file: &NetworkFile,
    site: Site,
    problem: NetworkProblem,
    related: Option<NetworkPlace>,
) -> NetworkFinding {
    let related = related.into_iter().collect();
    NetworkFinding { path: file.path.clone(), site, problem, related, elsewhere: false }
}

/// Programs that are in a list twice: under one name, or with the same ports. With other ports they are several ones.
fn twice(file: &NetworkFile, services: &[&ServiceUse]) -> Vec<NetworkFinding> {
    let mut found = Vec::new();
    for (index, service) in services.iter().enumerate() {
        let ports = |service: &ServiceUse| service.ports.iter().map(|port| port.number).collect::<Vec<_>>();
        let own = ports(service);
        let first = services.iter().take(index).find(|first| {
            let same = first.name == service.name || !own.is_empty() && ports(first) == own;
            first.program == service.program && same
        });
        let Some(first) = first else { continue };
        let place =
            NetworkPlace { path: file.path.clone(), site: first.site, role: PlaceRole::Starts(title(first)) };
        let problem = NetworkProblem::ProgramTwice(title(service), service.program.clone(), title(first));
        found.push(finding(file, service.site, problem, Some(place)));
    }
    found
}

/// The programs of a project, and what is started of them.
struct Programs<'a> {
    by_stem: BTreeMap<String, Vec<&'a str>>,
    /// Folders and modules at the top of any folder.
    first: BTreeSet<&'a str>,
    /// Names of everything that any list has.
    names: BTreeSet<String>,
    /// Paths of files that some list starts.
    started: BTreeSet<&'a str>,
}

impl<'a> Programs<'a> {
    fn new(files: &[NetworkFile<'a>], python: &[&'a str]) -> Self {
        let mut by_stem: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        let mut first = BTreeSet::new();
        for path in python {
            by_stem.entry(normal(stem(path))).or_default().push(path);
            first.extend(path.split('/'));
        }
        let mut programs = Self { by_stem, first, names: BTreeSet::new(), started: BTreeSet::new() };
        for service in files.iter().flat_map(|file| &file.says.services) {
            programs.names.extend([normal(&service.name), normal(stem(&service.program))]);
            let found: Vec<&str> = programs.files(&service.program).collect();
            programs.started.extend(found);
        }
        programs
    }

    /// The files that a program may be.
    fn files<'p>(&'p self, program: &'p str) -> impl Iterator<Item = &'a str> + 'p {
        let known = self.by_stem.get(&normal(stem(program))).into_iter().flatten();
        known.copied().filter(move |path| is_program(program, path))
    }

    fn exists(&self, program: &str) -> bool {
        self.files(program).next().is_some()
    }

    /// Whether a program would be one of this project and is not there.
    fn is_missing(&self, program: &str) -> bool {
        // A module of something that is installed, or a path that is put together, is nobody's here.
        let own = program.ends_with(".py")
            || program.split('.').next().is_some_and(|first| self.first.contains(first));
        let plain = !program.contains(['$', '{', '%', '*']) && !program.starts_with('/');
        own && plain && !self.exists(program)
    }

    /// Programs beside those that lists start, like them, which no list starts.
    fn not_started(&self, files: &[NetworkFile<'a>]) -> Vec<NetworkFinding> {
        let says: BTreeMap<&str, &NetworkFile> = files.iter().map(|file| (&**file.path, file)).collect();
        // The programs of each folder that one list starts.
        let mut folders: BTreeMap<&str, (&NetworkFile, &ServiceUse, BTreeSet<&str>)> = BTreeMap::new();
        for list in files.iter().filter(|file| !is_aside(file.path) && !is_test(file.path)) {
            for service in listed(list) {
                for path in self.files(&service.program) {
                    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                    folders.entry(folder).or_insert_with(|| (list, service, BTreeSet::new())).2.insert(path);
                }
            }
        }
        let mut found = Vec::new();
        for (folder, (list, service, programs)) in &folders {
            if programs.len() < FEWEST {
                continue;
            }
            let alike = Alike::of(programs, &says);
            let beside = says.range(*folder..).take_while(|(path, _)| path.starts_with(folder));
            for (path, file) in beside {
                let own = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let name = path.rsplit('/').next().unwrap_or(path);
                let helps = name.starts_with("__") || is_test(path) || is_aside(path);
                if own != *folder || helps || self.started.contains(path) {
                    continue;
                }
                // A variant of what is started, or another way to start it.
                if programs.iter().any(|started| are_one(started, path)) {
                    continue;
                }
                let Some(base) = alike.has(file) else { continue };
                let problem = NetworkProblem::NotStarted(Arc::clone(list.path), base);
                let place = NetworkPlace {
                    path: list.path.clone(),
                    site: service.site,
                    role: PlaceRole::Starts(title(service)),
                };
                found.push(finding(file, Site::Beginning, problem, Some(place)));
            }
        }
        found
    }
}

/// Features that most of the programs that a list starts have in common.
struct Alike<'a> {
    runs: bool,
    base: Option<&'a str>,
}

impl<'a> Alike<'a> {
    fn of(programs: &BTreeSet<&str>, says: &BTreeMap<&str, &NetworkFile<'a>>) -> Self {
        let known: Vec<&NetworkFile> = programs.iter().filter_map(|path| says.get(path)).copied().collect();
        let most = |count: usize| count >= FEWEST && count * 2 > programs.len();
        let runs = most(known.iter().filter(|file| file.says.runs).count());
        let mut bases: BTreeMap<&str, usize> = BTreeMap::new();
        for base in known.iter().flat_map(|file| &file.says.bases) {
            *bases.entry(base).or_default() += 1;
        }
        // Classes that anything may derive from prove nothing.
        let general = [
            "object",
            "Exception",
            "ABC",
            "Enum",
            "Thread",
            "Process",
            "BaseModel",
            "Protocol",
            "OrderedDict",
            "dict",
            "list",
            "str",
            "NamedTuple",
        ];
        let shared = bases.into_iter().filter(|(base, count)| most(*count) && !general.contains(base));
        Self { runs, base: shared.max_by_key(|(_, count)| *count).map(|(base, _)| base) }
    }

    /// Whether a file has it, and the base if that is what it has.
    fn has(&self, file: &NetworkFile) -> Option<CompactString> {
        if let Some(base) = self.base {
            return file.says.bases.iter().find(|own| own.as_str() == base).cloned();
        }
        (self.runs && file.says.runs).then(CompactString::default)
    }
}
