//! Packages that a project imports most, for the figures at the end of a run. It must not know how they are shown.

use std::cmp::Reverse;

use analyzer_diagnostics::{ImportedPackage, Origin};
use analyzer_project::is_stdlib;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::db::Db;
use crate::graph::{edges, module_index};
use crate::inputs::Project;
use crate::mirrors::live_files;
use crate::queries::facts;

/// The packages that import statements name, most often named first: those of the project as they are nested, of others the
/// outermost. A statement counts once for a package, and once for each of its modules.
pub(crate) fn imported(db: &dyn Db, project: Project) -> Vec<ImportedPackage> {
    let index = module_index(db, project);
    let mut packages: FxHashMap<String, u32> = FxHashMap::default();
    let mut firsts: FxHashSet<String> = FxHashSet::default();
    let mut modules: FxHashMap<(String, String), u32> = FxHashMap::default();
    for file in live_files(db, project).iter() {
        let Some(facts) = facts(db, *file) else { continue };
        let mut own: FxHashSet<(u32, &str, &str)> = FxHashSet::default();
        for edge in edges(db, project, *file).edges.iter().filter(|edge| !edge.implicit) {
            let name = index.name(edge.target);
            let inside = !index.path(edge.target).ends_with("/__init__.py");
            let package =
                if inside { name.rsplit_once('.').map_or(name, |(package, _)| package) } else { name };
            own.insert((edge.import, package, name));
            if !firsts.contains(package) {
                firsts.insert(package.to_owned());
            }
        }
        let of_project: FxHashSet<u32> = own.iter().map(|(import, ..)| *import).collect();
        for (number, import) in (0..).zip(&facts.imports) {
            let top = import.module.split('.').next().unwrap_or("");
            if import.level == 0 && !top.is_empty() && !of_project.contains(&number) {
                own.insert((number, top, top));
            }
        }
        let statements: FxHashSet<(u32, &str)> =
            own.iter().map(|(import, package, _)| (*import, *package)).collect();
        #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order")]
        for (_, package) in statements {
            *packages.entry(package.to_owned()).or_default() += 1;
        }
        #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order")]
        for (_, package, module) in own {
            *modules.entry((package.to_owned(), module.to_owned())).or_default() += 1;
        }
    }
    let mut sorted: Vec<(String, String, u32)> =
        modules.into_iter().map(|((package, module), count)| (package, module, count)).collect();
    sorted.sort_by(|a, b| (Reverse(a.2), &a.1).cmp(&(Reverse(b.2), &b.1)));
    let mut found: Vec<ImportedPackage> = packages
        .into_iter()
        .map(|(package, statements)| {
            let inside = sorted.iter().filter(|(of, module, _)| *of == package && *module != package);
            let modules = inside.map(|(_, module, count)| (module.clone(), *count)).collect();
            let origin = if firsts.contains(&package) {
                Origin::Project
            } else if is_stdlib(&package) {
                Origin::StandardLibrary
            } else {
                Origin::Installed
            };
            ImportedPackage { package, origin, statements, modules }
        })
        .collect();
    found.sort_by(|a, b| (Reverse(a.statements), &a.package).cmp(&(Reverse(b.statements), &b.package)));
    found
}
