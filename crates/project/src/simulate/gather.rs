//! From the facts of files to the program around a component: its members, the packages they lie in, and what those
//! import, as far as it leads back to the component.
//! It must not judge or run the program.

use analyzer_facts::{
    self as facts, Event, ImportKind, ImportsProjection, Position, ProjectedImport, ScopeKind,
};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::program::{Binds, Catches, Form, FromName, ImportStep, Module, ModuleId, Program, Step, Target};
use super::trace::Site;
use crate::edges::ImportLookup;
use crate::modules::{FileId, ModuleIndex, Unit, parent};
use crate::resolve::{self, Located, Resolution};
use crate::roots::RootContext;

/// A program, with the way back to the files.
#[derive(Debug)]
pub struct Gathered {
    /// The program.
    pub program: Program,
    files: Vec<Option<FileId>>,
    modules: FxHashMap<FileId, ModuleId>,
    /// By module and step: the index of the import in its file.
    imports: Vec<Vec<Option<u32>>>,
}

impl Gathered {
    /// The module that a file is.
    #[must_use]
    pub fn module(&self, file: FileId) -> Option<ModuleId> {
        self.modules.get(&file).copied()
    }

    /// The file of a module; none for a folder without `__init__`.
    #[must_use]
    pub fn file(&self, module: ModuleId) -> Option<FileId> {
        self.files.get(module as usize).copied().flatten()
    }

    /// The import that a step is: index among the file's imports; none for other steps.
    #[must_use]
    pub fn import(&self, site: Site) -> Option<u32> {
        self.imports.get(site.module as usize)?.get(site.step as usize).copied().flatten()
    }
}

/// The program around a component.
///
/// `imports_of` gives the imports of files. `leads_back` says of a file whether its imports can lead, while it is
/// imported, to a member; others are taken to succeed, so that their own faults are not held against this component.
#[must_use]
pub fn gather<'a>(
    members: &[FileId],
    index: &ModuleIndex,
    lookup: &dyn ImportLookup,
    imports_of: &dyn Fn(FileId) -> Option<&'a ImportsProjection>,
    leads_back: &dyn Fn(FileId) -> bool,
) -> Gathered {
    let mut gathering = Gathering { index, lookup, keys: FxHashMap::default(), found: Vec::new() };
    for member in members {
        gathering.add(Key::File(*member));
    }
    let mut done = 0;
    // Reading a module can add others after it.
    while let Some(found) = gathering.found.get(done) {
        if let Key::File(file) = found.key {
            let inside = leads_back(file) || members.contains(&file);
            match imports_of(file).filter(|_| inside && !index.path(file).ends_with(".pyi")) {
                Some(imports) => gathering.read(done, file, imports, imports_of),
                None => {
                    let stub = index.path(file).ends_with(".pyi");
                    gathering.outline(done, imports_of(file).filter(|_| !stub));
                }
            }
        }
        done += 1;
    }
    let (mut modules, mut files, mut imports) = (Vec::new(), Vec::new(), Vec::new());
    let mut by_file = FxHashMap::default();
    for (id, found) in (0u32..).zip(gathering.found) {
        let file = if let Key::File(file) = found.key { Some(file) } else { None };
        by_file.extend(file.map(|file| (file, id)));
        files.push(file);
        modules.push(found.module);
        imports.push(found.imports);
    }
    Gathered { program: Program::new(modules), files, modules: by_file, imports }
}

/// The identity of a module.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    File(FileId),
    /// A folder without `__init__`, by its path.
    Folder(CompactString),
    /// A module whose text is not there, by its path without the suffix.
    Compiled(CompactString),
}

struct Found {
    key: Key,
    module: Module,
    imports: Vec<Option<u32>>,
}

struct Gathering<'i> {
    index: &'i ModuleIndex,
    lookup: &'i dyn ImportLookup,
    keys: FxHashMap<Key, ModuleId>,
    found: Vec<Found>,
}

impl Gathering<'_> {
    /// The module with that key, and new ones for the packages around it.
    fn add(&mut self, key: Key) -> ModuleId {
        let mut below: Option<ModuleId> = None;
        let mut first = None;
        let mut next = Some(key);
        while let Some(key) = next {
            let known = self.keys.get(&key).copied();
            let id = known.unwrap_or(self.found.len() as ModuleId);
            first.get_or_insert(id);
            if let Some(below) = below {
                self.found[below as usize].module.parent = Some(id);
            }
            if known.is_some() {
                break;
            }
            let (name, package, around) = self.describe(&key);
            let opaque = matches!(key, Key::Compiled(_));
            let module = Module { name, package, parent: None, exports: None, opaque, steps: Vec::new() };
            self.keys.insert(key.clone(), id);
            self.found.push(Found { key, module, imports: Vec::new() });
            below = Some(id);
            next = around;
        }
        first.unwrap_or_default()
    }

    /// Name, whether it is a package, and the package around it.
    fn describe(&self, key: &Key) -> (CompactString, bool, Option<Key>) {
        let (name, package, folder) = match key {
            Key::File(file) => {
                let path = self.index.path(*file);
                let file_name = path.rsplit('/').next().unwrap_or(path);
                let package = file_name.starts_with("__init__.");
                let folder = if package { parent(parent(path)) } else { parent(path) };
                (CompactString::new(self.index.name(*file)), package, folder)
            }
            Key::Folder(path) => {
                let home = self.index.roots.home(path);
                let inside = path.strip_prefix(home).unwrap_or(path).trim_start_matches('/');
                (inside.replace('/', ".").into(), true, parent(path))
            }
            Key::Compiled(path) => {
                let home = self.index.roots.home(path);
                let inside = path.strip_prefix(home).unwrap_or(path).trim_start_matches('/');
                (inside.replace('/', ".").into(), false, parent(path))
            }
        };
        let around = name.contains('.').then(|| match self.index.entries.unit(folder) {
            Some(Unit::Package(file)) => Key::File(file),
            _ => Key::Folder(folder.into()),
        });
        (name, package, around)
    }

    /// Fills in what a module does.
    fn read<'a>(
        &mut self,
        at: usize,
        file: FileId,
        imports: &ImportsProjection,
        imports_of: &dyn Fn(FileId) -> Option<&'a ImportsProjection>,
    ) {
        let context = self.index.context(file, imports);
        let mut steps = Vec::with_capacity(imports.program.len());
        let mut numbers = Vec::with_capacity(imports.program.len());
        for event in imports.program.iter() {
            let (step, number) = match event {
                Event::Import(number) => match imports.imports.get(*number as usize) {
                    Some(import) => (self.import(file, import, &context, imports_of), Some(*number)),
                    None => continue,
                },
                Event::Bind(name) => (Step::Bind(name.clone()), None),
                Event::Unbind(name) => (Step::Unbind(name.clone()), None),
                Event::Use(path) => (Step::Use(path.clone()), None),
                Event::Try => (Step::Try, None),
                Event::Handler(catches) => (Step::Handler(catches_of(*catches)), None),
                Event::Raise => (Step::Raise, None),
                Event::OrElse => (Step::OrElse, None),
                Event::Finally => (Step::Finally, None),
                Event::Branch => (Step::Branch, None),
                Event::Alternative => (Step::Alternative, None),
                Event::End => (Step::End, None),
            };
            steps.push(step);
            numbers.push(number);
        }
        // The program leaves the main guard out, which is at the end of a script.
        for (number, import) in (0u32..).zip(&imports.imports) {
            let position = import.position;
            let guarded = position.has(Position::MAIN_GUARD);
            if guarded
                && position.without(Position::MAIN_GUARD).runs_on_import()
                && let Step::Import(step) = self.import(file, import, &context, imports_of)
            {
                steps.push(Step::Import(ImportStep { main_only: true, ..step }));
                numbers.push(Some(number));
            }
        }
        let found = &mut self.found[at];
        found.module.exports.clone_from(&imports.exports);
        found.module.steps = steps;
        found.imports = numbers;
    }

    /// Fills in a module whose imports are not followed: a package with the names that anything in it binds, since modules of the
    /// component become its attributes only as each is done; every other one has every name.
    fn outline(&mut self, at: usize, imports: Option<&ImportsProjection>) {
        let module = &mut self.found[at].module;
        let Some(imports) = imports.filter(|imports| module.package && !may_load(&module.name, imports))
        else {
            module.opaque = true;
            return;
        };
        let names = &imports.names;
        let bound = names.bindings.iter().filter(|name| names.unbound.binary_search(name).is_err());
        module.steps.extend(bound.map(|name| Step::Bind(name.clone())));
        if imports.stars().next().is_some() {
            module.steps.push(Step::Import(ImportStep {
                target: Target::External(CompactString::default()),
                form: Form::Star,
                binds: Binds::Module,
                main_only: false,
            }));
        }
        module.exports.clone_from(&imports.exports);
    }

    fn import<'a>(
        &mut self,
        file: FileId,
        import: &ProjectedImport,
        context: &RootContext,
        imports_of: &dyn Fn(FileId) -> Option<&'a ImportsProjection>,
    ) -> Step {
        let resolution = if import.level > 0 {
            let folder = self.index.relative_folder(file, import.level);
            folder.map_or(Resolution::External, |folder| self.index.resolve_below(folder, &import.module))
        } else {
            self.lookup.resolve(&import.module, context)
        };
        let target = match &resolution {
            Resolution::Found(located) => self.target(located, import, imports_of),
            Resolution::Missing { .. } | Resolution::External => None,
        };
        let form = match import.kind {
            ImportKind::Plain => Form::Plain { alias: import.alias.clone() },
            ImportKind::From if import.star => Form::Star,
            ImportKind::From => Form::From(
                import
                    .names
                    .iter()
                    .map(|name| FromName { name: name.name.clone(), alias: name.alias.clone() })
                    .collect(),
            ),
            ImportKind::Dynamic => Form::Dynamic,
        };
        // What a function imports that the module calls is not the module's either.
        let global = import.uses.global || import.names.iter().any(|name| name.uses.global);
        let in_class = import.scope != ScopeKind::Module && !global;
        Step::Import(ImportStep {
            target: target.map_or_else(|| Target::External(import.module.clone()), Target::Module),
            form,
            binds: if in_class { Binds::Class } else { Binds::Module },
            main_only: false,
        })
    }

    /// The module that an import names; the submodules that it can bring become modules too.
    fn target<'a>(
        &mut self,
        located: &Located,
        import: &ProjectedImport,
        imports_of: &dyn Fn(FileId) -> Option<&'a ImportsProjection>,
    ) -> Option<ModuleId> {
        let id = self.add(key_of(&located.target)?);
        let exports = match &located.target {
            resolve::Target::Package(file, _) if import.star => {
                imports_of(*file).and_then(|imports| imports.exports.as_deref()).unwrap_or_default()
            }
            _ => &[],
        };
        let names = import.names.iter().map(|name| &name.name).chain(exports);
        for name in names {
            let submodule = self.index.submodule(&located.target, name);
            if let Some(key) = submodule.as_ref().and_then(key_of) {
                self.add(key);
            }
        }
        Some(id)
    }
}

/// Whether a package may bind names, or import its modules, in ways that its imports do not show: by computed names, or through
/// functions of its own that it calls.
fn may_load(package: &str, imports: &ImportsProjection) -> bool {
    let top = package.split('.').next();
    imports.names.dynamic
        || imports.names.extends_path
        || imports.imports.iter().any(|import| {
            let own = import.level > 0 || import.module.split('.').next() == top;
            let eager = import.uses.eager || import.names.iter().any(|name| name.uses.eager);
            own && (eager || import.star) || ["importlib", "pkgutil"].contains(&import.module.as_str())
        })
}

fn key_of(target: &resolve::Target) -> Option<Key> {
    match target {
        resolve::Target::Package(file, _) | resolve::Target::Module(file) => Some(Key::File(*file)),
        resolve::Target::Namespace(folder) => Some(Key::Folder(folder.clone())),
        resolve::Target::Compiled(path) => Some(Key::Compiled(path.clone())),
    }
}

fn catches_of(catches: facts::Catches) -> Catches {
    match catches {
        facts::Catches::Other => Catches::Neither,
        facts::Catches::ImportError => Catches::ImportError,
        facts::Catches::AttributeError => Catches::AttributeError,
        facts::Catches::Both => Catches::Both,
    }
}
