//! Programs in the form that the machine runs: names as numbers, blocks with their parts looked up.
//! It must not run anything.

use std::collections::BTreeSet;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::program::{Binds, Catches, Form, ImportStep, Module, ModuleId, Step, Target};

/// An interned name.
pub(super) type Symbol = u32;
/// Index of a step in its module.
pub(super) type Pc = u32;

/// Attributes that every module has before its first line runs.
const IMPLICIT: [&str; 12] = [
    "__name__",
    "__doc__",
    "__package__",
    "__loader__",
    "__spec__",
    "__file__",
    "__cached__",
    "__builtins__",
    "__path__",
    "__dict__",
    "__class__",
    "__annotations__",
];

/// An import whose names are interned.
#[derive(Debug)]
pub(super) struct ImportOp {
    /// The module; none for an external one.
    pub(super) target: Option<ModuleId>,
    /// `import a.b as c`: the module's own name below each parent, from the second part on.
    pub(super) path: Vec<Symbol>,
    /// The outermost package of the target.
    pub(super) top: ModuleId,
    pub(super) form: FormOp,
    pub(super) in_class: bool,
    pub(super) main_only: bool,
}

/// The form of an import, with the names it binds.
#[derive(Debug)]
pub(super) enum FormOp {
    /// Binds the outermost package.
    Plain(Symbol),
    /// Binds the module itself.
    Aliased(Symbol),
    /// Name and bound name.
    From(Vec<(Symbol, Symbol)>),
    Star,
    Dynamic,
}

impl ImportOp {
    /// The names that it binds, as far as they are written.
    pub(super) fn bound(&self) -> impl Iterator<Item = Symbol> {
        let (one, many): (Option<Symbol>, &[(Symbol, Symbol)]) = match &self.form {
            FormOp::Plain(name) | FormOp::Aliased(name) => (Some(*name), &[]),
            FormOp::From(names) => (None, names),
            FormOp::Star | FormOp::Dynamic => (None, &[]),
        };
        one.into_iter().chain(many.iter().map(|(_, bound)| *bound))
    }
}

/// A step in the machine's form. Markers inside a block are found through the block.
#[derive(Debug)]
pub(super) enum Op {
    Import(ImportOp),
    Bind(Symbol),
    Unbind(Symbol),
    Use(Vec<Symbol>),
    Raise,
    Try(usize),
    Branch(usize),
    /// `Handler`, `OrElse`, `Finally`, `Alternative` or `End`: the part before it is over.
    Marker,
    /// A marker outside every block.
    Nothing,
}

/// Where the parts of a `Try` or `Branch` are. Positions are of markers; parts begin after them.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) handlers: Vec<(Pc, Catches)>,
    pub(super) or_else: Option<Pc>,
    pub(super) finally: Option<Pc>,
    /// The `Branch` itself and its further alternatives.
    pub(super) alternatives: Vec<Pc>,
    /// The `End`, or the length of the steps.
    pub(super) end: Pc,
    /// Whether skipping a part can change more than which plain names are bound.
    pub(super) decisive: bool,
}

/// A module in the machine's form.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) ops: Vec<Op>,
    pub(super) blocks: Vec<Block>,
    pub(super) parent: Option<ModuleId>,
    /// The last part of its name.
    pub(super) leaf: Symbol,
    pub(super) package: bool,
    pub(super) opaque: bool,
    pub(super) exports: Option<Vec<Symbol>>,
    /// Every name that the module's own steps can bind.
    pub(super) known: BTreeSet<Symbol>,
}

/// All modules in the machine's form.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) modules: Vec<Code>,
    pub(super) children: FxHashMap<(ModuleId, Symbol), ModuleId>,
    names: Vec<CompactString>,
    /// The symbol of `__all__`.
    pub(super) all: Symbol,
    /// The symbol of `__getattr__`.
    pub(super) getattr: Symbol,
}

impl Compiled {
    pub(super) fn new(modules: &[Module]) -> Self {
        let mut names = Interner::default();
        for name in IMPLICIT {
            names.intern(name);
        }
        let (all, getattr) = (names.intern("__all__"), names.intern("__getattr__"));
        let codes: Vec<Code> = (0..)
            .zip(modules)
            .map(|(id, module)| compile_module((id, module), modules, &mut names))
            .collect();
        let children = codes
            .iter()
            .enumerate()
            .filter_map(|(id, code)| Some(((code.parent?, code.leaf), id as ModuleId)))
            .collect();
        let mut compiled = Self { modules: codes, children, names: names.names, all, getattr };
        compiled.spread_star_names();
        compiled
    }

    pub(super) fn name(&self, symbol: Symbol) -> &str {
        self.names.get(symbol as usize).map_or("", CompactString::as_str)
    }

    /// Whether every module has the attribute from its first moment.
    pub(super) fn is_implicit(symbol: Symbol) -> bool {
        (symbol as usize) < IMPLICIT.len()
    }

    pub(super) fn code(&self, module: ModuleId) -> Option<&Code> {
        self.modules.get(module as usize)
    }

    /// Lets a module know the names of those whose `*` it imports.
    fn spread_star_names(&mut self) {
        let mut stars = Vec::new();
        for (id, code) in self.modules.iter().enumerate() {
            for op in &code.ops {
                if let Op::Import(ImportOp { target: Some(target), form: FormOp::Star, .. }) = op {
                    stars.push((id, *target as usize));
                }
            }
        }
        let mut changed = true;
        while changed {
            changed = false;
            for &(to, from) in &stars {
                let new: Vec<Symbol> =
                    self.modules[from].known.difference(&self.modules[to].known).copied().collect();
                changed |= !new.is_empty();
                self.modules[to].known.extend(new);
            }
        }
    }
}

#[derive(Default)]
struct Interner {
    names: Vec<CompactString>,
    index: FxHashMap<CompactString, Symbol>,
}

impl Interner {
    fn intern(&mut self, name: &str) -> Symbol {
        if let Some(&known) = self.index.get(name) {
            return known;
        }
        let symbol = self.names.len() as Symbol;
        self.names.push(CompactString::new(name));
        self.index.insert(CompactString::new(name), symbol);
        symbol
    }
}

fn leaf(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn compile_module((id, module): (ModuleId, &Module), modules: &[Module], names: &mut Interner) -> Code {
    let in_range = |id: &ModuleId| (*id as usize) < modules.len();
    let mut code = Code {
        ops: Vec::with_capacity(module.steps.len()),
        blocks: Vec::new(),
        parent: module.parent.filter(in_range),
        leaf: names.intern(leaf(&module.name)),
        package: module.package,
        opaque: module.opaque,
        exports: module.exports.as_ref().map(|all| all.iter().map(|name| names.intern(name)).collect()),
        known: BTreeSet::new(),
    };
    if module.opaque {
        return code;
    }
    let mut open: Vec<usize> = Vec::new();
    for (pc, step) in module.steps.iter().enumerate() {
        let pc = pc as Pc;
        let op = match step {
            Step::Import(import) => Op::Import(compile_import(import, modules, names)),
            Step::Bind(name) => Op::Bind(names.intern(name)),
            Step::Unbind(name) => Op::Unbind(names.intern(name)),
            Step::Use(path) => Op::Use(path.split('.').map(|part| names.intern(part)).collect()),
            Step::Raise => Op::Raise,
            Step::Try | Step::Branch => {
                let id = code.blocks.len();
                code.blocks.push(Block { end: module.steps.len() as Pc, ..Block::default() });
                open.push(id);
                if *step == Step::Branch {
                    code.blocks[id].alternatives.push(pc);
                    Op::Branch(id)
                } else {
                    Op::Try(id)
                }
            }
            Step::Handler(_) | Step::OrElse | Step::Finally | Step::Alternative | Step::End => {
                close_part(&mut code, &mut open, pc, step)
            }
        };
        note_effects(&mut code, id, &open, &op);
        code.ops.push(op);
    }
    code
}

/// Records a marker in the innermost block.
fn close_part(code: &mut Code, open: &mut Vec<usize>, pc: Pc, step: &Step) -> Op {
    let Some(&id) = open.last() else { return Op::Nothing };
    let block = &mut code.blocks[id];
    let is_branch = !block.alternatives.is_empty();
    match step {
        Step::Handler(catches) if !is_branch => block.handlers.push((pc, *catches)),
        Step::OrElse if !is_branch => block.or_else = Some(pc),
        Step::Finally if !is_branch => block.finally = Some(pc),
        Step::Alternative if is_branch => block.alternatives.push(pc),
        Step::End => {
            block.end = pc;
            open.pop();
        }
        _ => return Op::Nothing,
    }
    Op::Marker
}

/// Notes what the op can bind, and whether it makes the blocks around it decisive.
fn note_effects(code: &mut Code, own: ModuleId, open: &[usize], op: &Op) {
    let decisive = match op {
        Op::Bind(name) => {
            code.known.insert(*name);
            false
        }
        Op::Import(import) => {
            // What a package takes from itself and nothing else binds there is a module that a build makes.
            let from_itself = code.package && import.target == Some(own);
            if !import.in_class && !from_itself {
                code.known.extend(import.bound());
            }
            import.target.is_some()
        }
        Op::Use(_) | Op::Unbind(_) | Op::Raise => true,
        _ => false,
    };
    if decisive {
        for &id in open {
            code.blocks[id].decisive = true;
        }
    }
}

fn compile_import(import: &ImportStep, modules: &[Module], names: &mut Interner) -> ImportOp {
    let (target, dotted) = match &import.target {
        Target::Module(id) => match modules.get(*id as usize) {
            Some(module) => (Some(*id), module.name.as_str()),
            None => (None, ""),
        },
        Target::External(name) => (None, name.as_str()),
    };
    let mut path = Vec::new();
    let mut top = target.unwrap_or_default();
    // A chain of parents longer than the program can only be a loop.
    for _ in 0..modules.len() {
        let Some(found) = modules.get(top as usize) else { break };
        let Some(parent) = found.parent.filter(|id| (*id as usize) < modules.len()) else { break };
        path.push(names.intern(leaf(&found.name)));
        top = parent;
    }
    path.reverse();
    let form = match &import.form {
        Form::Plain { alias: Some(alias) } => FormOp::Aliased(names.intern(alias)),
        Form::Plain { alias: None } => {
            let first = match modules.get(top as usize) {
                Some(found) if target.is_some() => leaf(&found.name),
                _ => dotted.split('.').next().unwrap_or(dotted),
            };
            FormOp::Plain(names.intern(first))
        }
        Form::From(list) => FormOp::From(
            list.iter()
                .map(|one| (names.intern(&one.name), names.intern(one.alias.as_ref().unwrap_or(&one.name))))
                .collect(),
        ),
        Form::Star => FormOp::Star,
        Form::Dynamic => FormOp::Dynamic,
    };
    ImportOp { target, path, top, form, in_class: import.binds == Binds::Class, main_only: import.main_only }
}
