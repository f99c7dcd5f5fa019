//! The imports that break contracts: direct ones, and the shortest way through other modules.
//! It must not know places or messages, nor how the graph is made.

use std::collections::{BTreeMap, VecDeque};

use compact_str::{CompactString, format_compact};

use super::model::{Contract, ContractKind, ContractName};
use super::names::{covers, matches};
use crate::breaks::suggest::Layering;
use crate::config::ConfigProblem;
use crate::cycles::{Hop, hop};
use crate::edges::{EdgeKind, FileEdges, KindSet};
use crate::graph::{EdgeFilter, Graph};
use crate::modules::{FileId, ModuleIndex};

/// An import that breaks a contract.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Violation {
    /// Index of the contract.
    pub contract: usize,
    /// The name in the contract that the importer belongs to; empty where it belongs to none.
    pub from: CompactString,
    /// The name in the contract that the imported module belongs to.
    pub to: CompactString,
    /// The imports from the one to the other; one for a direct import.
    pub hops: Vec<Hop>,
    /// How many other modules of `from` start ways that end with the same import.
    pub more: u32,
}

/// A set of modules that a contract names.
struct Group {
    name: CompactString,
    /// Groups of different scopes, those of different containers, have nothing to do with each other.
    scope: usize,
    /// Place among the layers, from the highest.
    rank: usize,
    /// Whether groups of the same rank must not import each other.
    independent: bool,
    /// Whether the modules are the ones that must not import.
    source: bool,
}

const NOWHERE: u32 = u32::MAX;

/// All imports that break contracts, by contract, then by importer.
#[must_use]
pub fn violations<'e>(
    contracts: &[Contract],
    index: &ModuleIndex,
    graph: &Graph,
    edges_of: &dyn Fn(FileId) -> Option<&'e FileEdges>,
) -> Vec<Violation> {
    let nodes = graph.len();
    let files: Vec<FileId> = (0..nodes as u32).filter_map(|node| graph.file(node)).collect();
    let names: Vec<&str> = files.iter().map(|file| index.name(*file)).collect();
    let mut found = Vec::new();
    for (number, contract) in contracts.iter().enumerate() {
        let groups = groups(contract);
        let kinds = kinds(contract);
        let checked = Checked {
            contract,
            names: &names,
            out: successors(graph, contract, kinds, &names),
            groups: &groups,
        };
        for route in checked.routes() {
            let hops = route.nodes.windows(2).filter_map(|pair| match pair {
                [from, to] => {
                    let file = |node: u32| files.get(node as usize).copied();
                    hop(edges_of, file(*from)?, file(*to)?, kinds)
                }
                _ => None,
            });
            let hops: Vec<Hop> = hops.collect();
            if hops.len() + 1 == route.nodes.len() {
                let name = |group: Option<usize>| {
                    group.and_then(|at| groups.get(at)).map(|group| group.name.clone()).unwrap_or_default()
                };
                let (from, to) = (name(route.from), name(Some(route.to)));
                found.push(Violation { contract: number, from, to, hops, more: route.more });
            }
        }
    }
    found
}

/// Which imports count.
fn kinds(contract: &Contract) -> KindSet {
    let mut kinds = KindSet::ON_IMPORT.with(EdgeKind::MainGuard);
    if contract.deferred {
        kinds = kinds.with(EdgeKind::Deferred);
    }
    if contract.typing {
        kinds = kinds.with(EdgeKind::Typing);
    }
    kinds
}

/// The groups of a contract.
fn groups(contract: &Contract) -> Vec<Group> {
    let group =
        |name: &str, rank, source| Group { name: name.into(), scope: 0, rank, independent: true, source };
    match contract.kind {
        ContractKind::Layers => {
            let inside: Vec<Option<&str>> = if contract.containers.is_empty() {
                vec![None]
            } else {
                contract.containers.iter().map(|container| Some(container.name.as_str())).collect()
            };
            let mut groups = Vec::new();
            for (scope, container) in inside.into_iter().enumerate() {
                for (rank, layer) in contract.layers.iter().enumerate() {
                    groups.extend(layer.modules.iter().map(|module| Group {
                        name: contained(container, &module.name),
                        scope,
                        rank,
                        independent: layer.independent,
                        source: false,
                    }));
                }
            }
            groups
        }
        ContractKind::Independence => contract.modules.iter().map(|one| group(&one.name, 0, true)).collect(),
        ContractKind::Forbidden | ContractKind::Protected => {
            let sources = contract.modules.iter().map(|one| group(&one.name, 0, true));
            let others = if contract.kind == ContractKind::Forbidden {
                &contract.forbidden
            } else {
                &contract.allowed
            };
            sources.chain(others.iter().map(|one| group(&one.name, 0, false))).collect()
        }
    }
}

fn contained(container: Option<&str>, module: &str) -> CompactString {
    container.map_or_else(|| module.into(), |container| format_compact!("{container}.{module}"))
}

/// The imports that count, without those that the contract ignores.
fn successors(graph: &Graph, contract: &Contract, kinds: KindSet, names: &[&str]) -> Vec<Vec<u32>> {
    let filter = EdgeFilter { named: kinds, implicit: KindSet::NONE };
    let name = |node: u32| names.get(node as usize).copied().unwrap_or_default();
    let kept = |from: u32, to: u32| {
        !contract.ignore.iter().any(|one| matches(&one.from, name(from)) && matches(&one.to, name(to)))
    };
    (0..graph.len() as u32)
        .map(|node| graph.successors(node, filter).filter(|to| *to != node && kept(node, *to)).collect())
        .collect()
}

/// A way by which one group imports another.
struct Route {
    /// The group of the first node.
    from: Option<usize>,
    /// The group of the last node.
    to: usize,
    /// From the importer to the imported module.
    nodes: Vec<u32>,
    /// See [`Violation::more`].
    more: u32,
}

/// A contract with its graph.
struct Checked<'a> {
    contract: &'a Contract,
    names: &'a [&'a str],
    out: Vec<Vec<u32>>,
    groups: &'a [Group],
}

impl Checked<'_> {
    fn routes(&self) -> Vec<Route> {
        match self.contract.kind {
            ContractKind::Protected => self.protected(),
            ContractKind::Forbidden => self.forbidden(),
            ContractKind::Layers | ContractKind::Independence => self.layered(),
        }
    }

    /// By node the group that the most exact name puts it in.
    fn membership(&self, counts: impl Fn(&Group) -> bool) -> Vec<Option<usize>> {
        let of = |name: &&str| {
            let covering = self
                .groups
                .iter()
                .enumerate()
                .filter(|(_, group)| counts(group) && covers(&group.name, name));
            covering.max_by_key(|(at, group)| (group.name.len(), usize::MAX - at)).map(|(at, _)| at)
        };
        self.names.iter().map(of).collect()
    }

    /// Whether a module of one group must not import another group.
    fn illegal(&self, from: &Group, to: &Group) -> bool {
        match from.rank.cmp(&to.rank) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => from.independent,
            std::cmp::Ordering::Greater => true,
        }
    }

    /// Layers and independence: ways lead through modules that no name of the scope covers.
    fn layered(&self) -> Vec<Route> {
        let mut found = Vec::new();
        let scopes = self.groups.iter().map(|group| group.scope + 1).max().unwrap_or(0);
        for scope in 0..scopes {
            let member = self.membership(|group| group.scope == scope);
            for (to, group) in self.groups.iter().enumerate().filter(|(_, group)| group.scope == scope) {
                let blocked = |node: u32| self.group(&member, node).is_some();
                let next = self.ways_to(|node| self.group(&member, node) == Some(to), blocked);
                for (from, source) in self.groups.iter().enumerate() {
                    if from != to && source.scope == scope && self.illegal(source, group) {
                        found.extend(self.between(from, to, &member, &member, &next));
                    }
                }
            }
        }
        found.sort_by(|a, b| a.nodes.cmp(&b.nodes));
        found
    }

    /// Any way from a source to a forbidden module.
    fn forbidden(&self) -> Vec<Route> {
        let mut found = Vec::new();
        let sources = self.membership(|group| group.source);
        let targets = self.membership(|group| !group.source);
        for (to, _) in self.groups.iter().enumerate().filter(|(_, group)| !group.source) {
            for (from, _) in self.groups.iter().enumerate().filter(|(_, group)| group.source) {
                let blocked = |node: u32| self.group(&sources, node) == Some(from);
                let next = self.ways_to(|node| self.group(&targets, node) == Some(to), blocked);
                found.extend(self.between(from, to, &sources, &targets, &next));
            }
        }
        found.sort_by(|a, b| a.nodes.cmp(&b.nodes));
        found
    }

    /// Direct imports of protected modules by others than the allowed ones, and than the protected ones themselves.
    fn protected(&self) -> Vec<Route> {
        let protected = self.membership(|group| group.source);
        let allowed = self.membership(|group| !group.source);
        let mut found = Vec::new();
        for (node, targets) in (0..).zip(&self.out) {
            for &target in targets {
                let Some(to) = self.group(&protected, target) else { continue };
                let own = self.group(&protected, node) == Some(to);
                if !own && self.group(&allowed, node).is_none() {
                    found.push(Route { from: None, to, nodes: vec![node, target], more: 0 });
                }
            }
        }
        found
    }

    fn group(&self, member: &[Option<usize>], node: u32) -> Option<usize> {
        member.get(node as usize).copied().flatten()
    }

    /// By node the next one on a shortest way to a target through nodes that are not blocked.
    fn ways_to(&self, is_target: impl Fn(u32) -> bool, blocked: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut into: Vec<Vec<u32>> = vec![Vec::new(); self.out.len()];
        for (node, targets) in (0u32..).zip(&self.out) {
            for target in targets {
                if let Some(into) = into.get_mut(*target as usize) {
                    into.push(node);
                }
            }
        }
        let mut next = vec![NOWHERE; self.out.len()];
        let mut queue: VecDeque<u32> = (0..self.out.len() as u32).filter(|node| is_target(*node)).collect();
        while let Some(node) = queue.pop_front() {
            for &before in into.get(node as usize).into_iter().flatten() {
                let Some(slot) = next.get_mut(before as usize) else { continue };
                if *slot == NOWHERE && !is_target(before) && !blocked(before) {
                    *slot = node;
                    queue.push_back(before);
                }
            }
        }
        next
    }

    /// The ways from one group to another: every direct import, and for each last import of a longer way the shortest.
    fn between(
        &self,
        from: usize,
        to: usize,
        sources: &[Option<usize>],
        targets: &[Option<usize>],
        next: &[u32],
    ) -> Vec<Route> {
        let mut found = Vec::new();
        let mut chains: BTreeMap<(u32, u32), Route> = BTreeMap::new();
        for node in (0..self.out.len() as u32).filter(|node| self.group(sources, *node) == Some(from)) {
            for &step in self.out.get(node as usize).into_iter().flatten() {
                if self.group(targets, step) == Some(to) && self.group(targets, node) != Some(to) {
                    found.push(Route { from: Some(from), to, nodes: vec![node, step], more: 0 });
                    continue;
                }
                let on_way = next.get(step as usize).is_some_and(|next| *next != NOWHERE);
                if !self.contract.chains || !on_way || self.group(sources, step) == Some(from) {
                    continue;
                }
                let mut nodes = vec![node, step];
                while let Some(&after) = nodes.last().and_then(|last| next.get(*last as usize)) {
                    if after == NOWHERE {
                        break;
                    }
                    nodes.push(after);
                }
                let [.., before, last] = nodes.as_slice() else { continue };
                let key = (*before, *last);
                let route = Route { from: Some(from), to, nodes, more: 0 };
                match chains.get_mut(&key) {
                    None => {
                        chains.insert(key, route);
                    }
                    Some(known) => {
                        let more = known.more + 1;
                        if route.nodes.len() < known.nodes.len() {
                            *known = route;
                        }
                        known.more = more;
                    }
                }
            }
        }
        found.extend(chains.into_values());
        found
    }
}

/// Whether a name in a contract covers any of these modules.
#[must_use]
pub fn covers_any(name: &str, modules: &[String]) -> bool {
    modules.iter().any(|module| covers(name, module))
}

/// The names in contracts for which there is no module.
#[must_use]
pub fn contract_problems(contracts: &[Contract], index: &ModuleIndex) -> Vec<ConfigProblem> {
    let known: Vec<&str> = index.order().iter().map(|file| index.name(*file)).collect();
    let mut problems = Vec::new();
    let mut ask = |at: &ContractName, name: &str| {
        if !known.iter().any(|module| covers(name, module)) {
            let message = format!("there is no module `{name}` in this project");
            problems.push(ConfigProblem::unknown(at.range, message, name, &known));
        }
    };
    for contract in contracts {
        let lists = [&contract.containers, &contract.modules, &contract.forbidden, &contract.allowed];
        lists.into_iter().flatten().for_each(|one| ask(one, &one.name));
        for module in contract.layers.iter().filter(|layer| !layer.optional).flat_map(|layer| &layer.modules)
        {
            if contract.containers.is_empty() {
                ask(module, &module.name);
            }
            for container in &contract.containers {
                ask(module, &contained(Some(&container.name), &module.name));
            }
        }
    }
    problems.sort_by(|a, b| (a.range, &a.message).cmp(&(b.range, &b.message)));
    problems
}

/// The judgement of the declared layers on an import; violating one contract outweighs following another.
#[must_use]
pub(crate) fn layering(contracts: &[Contract], from: &str, to: &str) -> Layering {
    let mut said = Layering::Undeclared;
    for contract in contracts.iter().filter(|contract| contract.kind == ContractKind::Layers) {
        let groups = groups(contract);
        let place = |module: &str| {
            let covering = groups.iter().filter(|group| covers(&group.name, module));
            covering.max_by_key(|group| group.name.len()).map(|group| (group.scope, group.rank))
        };
        match (place(from), place(to)) {
            (Some((a, high)), Some((b, low))) if a == b && high < low => said = Layering::Follows,
            (Some((a, low)), Some((b, high))) if a == b && low > high => return Layering::Violates,
            _ => {}
        }
    }
    said
}
