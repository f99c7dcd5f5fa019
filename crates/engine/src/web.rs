//! Routers of all files together: which are included where, and which of them a guard protects.
//! It must not know which routes need one, nor how findings are worded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use analyzer_facts::{CookieUse, FileFacts, Imported, RouteOwner, WebFacts};
use analyzer_project::{FileId, RouteGuard, RouteStanding, WebView};
use compact_str::CompactString;
use salsa::plumbing::AsId;

use crate::db::{Db, Subject};
use crate::graph::{edges, file_of, imports};
use crate::helpers::defined;
use crate::inputs::{File, Project, Shard};
use crate::mirrors::live_shard;
use crate::queries::facts;
use crate::seen::seen_facts;

/// How often a name is followed to the module that it was imported from, and a router to what includes it.
const HOPS: usize = 6;

/// A name of a module.
type Place = (FileId, CompactString);

/// The routers and guards of a file, as other files see them: no routes, no places. Runs again when what others see of
/// the file changes; equal as long as these are.
#[salsa::tracked(returns(ref))]
pub(crate) fn web_names(db: &dyn Db, file: File) -> Arc<WebFacts> {
    db.ran("web_names", Subject::File(file.as_id()));
    Arc::new(seen_facts(db, file).map_or_else(WebFacts::default, names_in))
}

/// The routers and guards in these facts, as others see them.
pub(crate) fn names_in(facts: &FileFacts) -> WebFacts {
    WebFacts { routes: Vec::new(), ignored_guards: Vec::new(), ..facts.web.clone() }
}

/// The place that a reference in a file leads to, through modules that only pass a name on.
fn resolve(db: &dyn Db, project: Project, file: File, reference: &Imported) -> Option<Place> {
    let (mut file, mut name, mut path) = (file, reference.name.clone(), reference.path.clone());
    for _ in 0..HOPS {
        let whole =
            if path.is_empty() { name.clone() } else { compact_str::format_compact!("{name}.{path}") };
        let own = web_names(db, file);
        if own.owners.iter().any(|owner| owner.name == whole)
            || own.guards.contains(&whole)
            || own.factories.contains(&whole)
        {
            return Some((file.number(db), whole));
        }
        let (target, next) = defined(imports(db, file), edges(db, project, file), &name, &path)?;
        file = file_of(db, project, target)?;
        (name, path) = match next.split_once('.') {
            Some((root, rest)) => (root.into(), rest.into()),
            None => (next, CompactString::default()),
        };
    }
    None
}

/// A router that is made part of something.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Link {
    router: Place,
    /// None for an application that is not known.
    into: Option<Place>,
    prefix: CompactString,
    guarded: bool,
}

/// The routers of a shard's files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct ShardRouters {
    owners: Vec<(Place, RouteOwner)>,
    links: Vec<Link>,
    cookies: Vec<(CompactString, CookieUse)>,
    /// Owners of other files before which a guard is put.
    added: Vec<Place>,
    /// First folders of files that put a guard before whatever application they are given.
    loose: Vec<CompactString>,
    /// Whether anything asks for credentials.
    guards: bool,
}

/// The routers of a shard, and where they are included. Runs again when routers, imports or edges of one of its files
/// change.
#[salsa::tracked(returns(ref))]
fn shard_routers(db: &dyn Db, project: Project, shard: Shard) -> Arc<ShardRouters> {
    db.ran("shard_routers", Subject::Shard);
    let mut found = ShardRouters::default();
    for file in live_shard(db, project, shard) {
        let web = web_names(db, *file);
        let number = file.number(db);
        let asks = |asked: &[Imported]| asked.iter().any(|one| is_guard(db, project, *file, one));
        for owner in &web.owners {
            let guarded = owner.guarded || asks(&owner.asks);
            found.owners.push(((number, owner.name.clone()), RouteOwner { guarded, ..owner.clone() }));
            found.guards |= guarded;
        }
        for added in web.added.iter().filter(|added| added.guarded || asks(&added.asks)) {
            found.guards = true;
            match &added.to {
                Some(to) => found.added.extend(resolve(db, project, *file, to)),
                None => found.loose.push(top(file.path(db)).into()),
            }
        }
        found.guards |= web.asks;
        for inclusion in &web.inclusions {
            let Some(router) = resolve(db, project, *file, &inclusion.router) else { continue };
            let into = match inclusion.into.split_once('.') {
                Some((root, rest)) if root != "self" => Imported { name: root.into(), path: rest.into() },
                _ => Imported { name: inclusion.into.clone(), path: CompactString::default() },
            };
            found.links.push(Link {
                router,
                into: resolve(db, project, *file, &into),
                prefix: inclusion.prefix.clone(),
                guarded: inclusion.guarded || asks(&inclusion.asks),
            });
        }
        if web.cookies != CookieUse::default() {
            found.cookies.push((top(file.path(db)).into(), web.cookies));
        }
    }
    Arc::new(found)
}

/// Whether a reference in a file leads to something that asks for credentials.
fn is_guard(db: &dyn Db, project: Project, file: File, reference: &Imported) -> bool {
    let Some((id, name)) = resolve(db, project, file, reference) else { return false };
    file_of(db, project, id).is_some_and(|other| web_names(db, other).guards.contains(&name))
}

/// The first folder of a path; empty at the root.
fn top(path: &str) -> &str {
    path.split_once('/').map_or("", |(folder, _)| folder)
}

/// All routers, with what is known of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Routers {
    standings: BTreeMap<Place, RouteStanding>,
    /// By the first folder of their files.
    cookies: BTreeMap<CompactString, CookieUse>,
    protection: bool,
    /// Whether anything asks for credentials.
    guards: bool,
}

/// The routers that a guard protects. Runs again when routers of a shard change.
#[salsa::tracked(returns(ref))]
fn routers(db: &dyn Db, project: Project) -> Arc<Routers> {
    db.ran("routers", Subject::Project);
    let shards: Vec<_> = project.shards(db).iter().map(|shard| shard_routers(db, project, *shard)).collect();
    let added: BTreeSet<&Place> = shards.iter().flat_map(|shard| &shard.added).collect();
    let loose: BTreeSet<&CompactString> = shards.iter().flat_map(|shard| &shard.loose).collect();
    let is_given = |place: &Place, owner: &RouteOwner| {
        let folder = || file_of(db, project, place.0).map(|file| CompactString::from(top(file.path(db))));
        owner.is_app && !loose.is_empty() && folder().is_some_and(|folder| loose.contains(&folder))
    };
    let guarded: BTreeMap<&Place, RouteOwner> = shards
        .iter()
        .flat_map(|shard| &shard.owners)
        .map(|(place, owner)| {
            let guarded = owner.guarded || added.contains(place) || is_given(place, owner);
            (place, RouteOwner { guarded, ..owner.clone() })
        })
        .collect();
    let owners: BTreeMap<&Place, &RouteOwner> =
        guarded.iter().map(|(place, owner)| (*place, owner)).collect();
    let mut links: BTreeMap<&Place, Vec<&Link>> = BTreeMap::new();
    for link in shards.iter().flat_map(|shard| &shard.links) {
        links.entry(&link.router).or_default().push(link);
    }
    let mut found = Routers::default();
    for (place, owner) in &owners {
        found.standings.insert((*place).clone(), standing(place, owner, &owners, &links));
    }
    for (folder, cookies) in shards.iter().flat_map(|shard| &shard.cookies) {
        found.protection |= cookies.protection;
        let known = found.cookies.entry(folder.clone()).or_default();
        *known = CookieUse {
            flask: known.flask || cookies.flask,
            starlette: known.starlette || cookies.starlette,
            users: known.users || cookies.users,
            unbound: known.unbound || cookies.unbound,
            bound: known.bound || cookies.bound,
            protection: known.protection || cookies.protection,
        };
    }
    found.guards = shards.iter().any(|shard| shard.guards);
    Arc::new(found)
}

/// Follows a router to the applications that it becomes part of: there must be a guard on each way.
fn standing(
    place: &Place,
    owner: &RouteOwner,
    owners: &BTreeMap<&Place, &RouteOwner>,
    links: &BTreeMap<&Place, Vec<&Link>>,
) -> RouteStanding {
    let mut prefix = owner.prefix.to_string();
    let mut open = vec![(place, owner.guarded, owner.is_app, 0)];
    let (mut guarded, mut reached, mut first) = (true, false, true);
    while let Some((at, guard, is_app, hops)) = open.pop() {
        if guard {
            reached = true;
            continue;
        }
        let above = links.get(at).filter(|_| hops < HOPS);
        let Some(above) = above else {
            guarded = false;
            reached |= is_app;
            continue;
        };
        for link in above {
            let into = link.into.as_ref();
            let parent = into.and_then(|into| owners.get(into));
            if first {
                let outer = parent.map_or("", |parent| parent.prefix.as_str());
                prefix = format!("{outer}{}{prefix}", link.prefix);
            }
            match (into, parent) {
                _ if link.guarded => reached = true,
                (Some(into), Some(parent)) => open.push((into, parent.guarded, parent.is_app, hops + 1)),
                // What becomes of the routes there is not seen.
                _ => guarded = false,
            }
            first = false;
        }
    }
    let guard = match (guarded, reached) {
        (true, _) => RouteGuard::Guarded,
        (false, true) => RouteGuard::Open,
        (false, false) => RouteGuard::Unknown,
    };
    RouteStanding { guard, prefix: prefix.into() }
}

/// The project's knowledge of a file's routes. Not tracked: it is part of the file's check.
pub(crate) fn web_view(db: &dyn Db, project: Project, file: File) -> WebView {
    let Some(web) = facts(db, file).map(|facts| &facts.web) else { return WebView::default() };
    if web.routes.is_empty() {
        return WebView::default();
    }
    let all = routers(db, project);
    let makes = |reference: &Imported| {
        let place = resolve(db, project, file, reference);
        place
            .and_then(|(id, name)| Some((file_of(db, project, id)?, name)))
            .is_some_and(|(other, name)| web_names(db, other).factories.contains(&name))
    };
    let routes = web.routes.iter().map(|route| {
        let place = resolve(db, project, file, &route.owner);
        let known = place.and_then(|place| all.standings.get(&place).cloned());
        let mut standing = known.unwrap_or_default();
        if route.guarded || route.asks.iter().any(|one| is_guard(db, project, file, one)) {
            standing.guard = RouteGuard::Guarded;
        }
        standing
    });
    let ignored =
        web.ignored_guards.iter().zip(0..).filter(|(guard, _)| !guard.imported.as_ref().is_some_and(makes));
    WebView {
        routes: routes.collect(),
        ignored_guards: ignored.map(|(_, index)| index).collect(),
        cookies: all.cookies.get(top(file.path(db))).copied().unwrap_or_default(),
        protection: all.protection,
        guards: all.guards,
    }
}
