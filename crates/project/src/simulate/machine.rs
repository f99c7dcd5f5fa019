//! The import machinery of CPython with an explicit stack: loading, executing steps, unwinding exceptions.
//! It must not judge what a failure means, and never recurses: import chains can be long.
//!
//! The order of events follows `importlib._bootstrap._find_and_load_unlocked` and `_handle_fromlist`, and the
//! `IMPORT_NAME`, `IMPORT_FROM` and `import *` instructions, as they are since CPython 3.7.

use std::collections::BTreeMap;

use super::compile::{Block, Code, Compiled, FormOp, ImportOp, Op, Pc, Symbol};
use super::namespace::{Missing, ObjId, Value, World};
use super::program::{Catches, ModuleId};
use super::trace::{Branches, Entry, ErrorKind, Failure, Names, Outcome, Plan, Site, Swallowed};

/// A part of a block that is running.
#[derive(Debug)]
struct Active {
    block: usize,
    part: Part,
}

#[derive(Debug)]
enum Part {
    Body,
    /// A handler, with what it caught: no longer protected by the handlers.
    Handler(Box<Failure>),
    /// The `else`, which is not either.
    OrElse,
    /// Raises again at its end.
    Finally(Option<Box<Failure>>),
    /// The alternative of a branch.
    Alternative(usize),
}

/// How far an import statement is.
#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    phase: u8,
    /// The module that a `from` import names.
    base: ObjId,
    /// Number of its names that were looked at for being submodules.
    looked: usize,
}

#[derive(Debug)]
struct Execution {
    object: ObjId,
    module: ModuleId,
    pc: Pc,
    active: Vec<Active>,
    progress: Progress,
}

#[derive(Debug)]
enum Frame {
    /// `importlib._bootstrap._gcd_import`.
    Load {
        module: ModuleId,
        /// The object whose steps run.
        running: Option<ObjId>,
        parent_done: bool,
    },
    Execute(Execution),
}

/// The next request of a frame.
enum Control {
    Continue,
    Load(ModuleId),
    Execute(ObjId, ModuleId),
    Return(ObjId),
    Raise(Box<Failure>),
}

/// One run.
pub(super) struct Machine<'a> {
    compiled: &'a Compiled,
    plan: &'a Plan,
    world: World<'a>,
    stack: Vec<Frame>,
    pub(super) swallowed: Vec<Swallowed>,
    pub(super) steps: u64,
}

impl<'a> Machine<'a> {
    pub(super) fn new(compiled: &'a Compiled, plan: &'a Plan) -> Self {
        let world = World::new(compiled, plan.strict);
        Self { compiled, plan, world, stack: Vec::new(), swallowed: Vec::new(), steps: 0 }
    }

    /// Runs from an entry to the end.
    pub(super) fn run(&mut self, entry: Entry) -> Outcome {
        match entry {
            Entry::Import(module) => self.push_load(module),
            Entry::Script(module) => {
                let object = self.world.create(module);
                self.push_execution(object, module);
            }
        }
        let mut returned = None;
        while let Some(top) = self.stack.pop() {
            self.steps += 1;
            if self.steps > self.plan.steps {
                return Outcome::Unfinished;
            }
            // A frame is put back before anything is pushed on it or raised from it.
            let control = match top {
                Frame::Load { module, running, parent_done } => {
                    self.load(module, running, parent_done, returned.take())
                }
                Frame::Execute(execution) => self.execute(execution, returned.take()),
            };
            match control {
                Control::Continue => {}
                Control::Load(module) => self.push_load(module),
                Control::Execute(object, module) => self.push_execution(object, module),
                Control::Return(object) => returned = Some(object),
                Control::Raise(failure) => {
                    if let Some(uncaught) = self.unwind(failure) {
                        return Outcome::Fails(*uncaught);
                    }
                }
            }
        }
        Outcome::Passes
    }

    /// The loaded modules with their names.
    pub(super) fn loaded(&self) -> BTreeMap<ModuleId, Names> {
        let names = |object: ObjId| {
            let attributes = self.world.objects[object].attributes.iter();
            attributes
                .map(|(name, value)| {
                    let module = match value {
                        Value::Module(inside) => Some(self.world.objects[*inside].module),
                        Value::Other => None,
                    };
                    (self.compiled.name(*name).into(), module)
                })
                .collect()
        };
        let loaded = self.world.loaded.iter().enumerate();
        loaded.filter_map(|(module, object)| Some((module as ModuleId, names((*object)?)))).collect()
    }

    /// By module, whether it is loaded.
    pub(super) fn is_loaded(&self) -> Vec<bool> {
        self.world.loaded.iter().map(Option::is_some).collect()
    }

    fn push_load(&mut self, module: ModuleId) {
        self.stack.push(Frame::Load { module, running: None, parent_done: false });
    }

    fn push_execution(&mut self, object: ObjId, module: ModuleId) {
        let progress = Progress::default();
        self.stack.push(Frame::Execute(Execution { object, module, pc: 0, active: Vec::new(), progress }));
    }

    fn load(
        &mut self,
        module: ModuleId,
        running: Option<ObjId>,
        parent_done: bool,
        returned: Option<ObjId>,
    ) -> Control {
        let Some(code) = self.compiled.code(module) else { return Control::Continue };
        if let Some(object) = running {
            self.world.objects[object].initializing = false;
            if let Some(parent) = code.parent.and_then(|parent| self.world.lookup(parent)) {
                self.world.bind(parent, code.leaf, Value::Module(object), false);
            }
            return Control::Return(returned.unwrap_or(object));
        }
        if let Some(object) = self.world.lookup(module) {
            return Control::Return(object);
        }
        if let Some(parent) = code.parent
            && !parent_done
            && self.world.lookup(parent).is_none()
        {
            self.stack.push(Frame::Load { module, running: None, parent_done: true });
            return Control::Load(parent);
        }
        let object = self.world.create(module);
        self.world.loaded[module as usize] = Some(object);
        self.stack.push(Frame::Load { module, running: Some(object), parent_done });
        Control::Execute(object, module)
    }

    /// Runs steps up to the next thing that needs another frame.
    fn execute(&mut self, mut at: Execution, mut returned: Option<ObjId>) -> Control {
        let Some(code) = self.compiled.code(at.module) else { return Control::Return(at.object) };
        loop {
            self.steps += 1;
            let Some(op) = code.ops.get(at.pc as usize) else {
                if at.active.is_empty() {
                    return Control::Return(at.object);
                }
                // Steps that were not closed end with the module.
                if let Some(failure) = self.leave_part(&mut at, code) {
                    return self.raise(at, failure);
                }
                continue;
            };
            match op {
                Op::Bind(name) => self.world.bind(at.object, *name, Value::Other, false),
                Op::Unbind(name) => {
                    let gone = self.world.objects[at.object].attributes.remove(name);
                    if gone.is_none() && self.plan.strict && !self.world.objects[at.object].open {
                        return self.raise_name(at, *name, None);
                    }
                }
                Op::Use(path) => {
                    if let Err((name, missing)) = self.world.read(at.object, path) {
                        return self.raise_name(at, name, missing);
                    }
                }
                Op::Try(block) => at.active.push(Active { block: *block, part: Part::Body }),
                Op::Branch(block) => {
                    self.enter_branch(&mut at, &code.blocks[*block], *block);
                    continue;
                }
                Op::Marker => {
                    if let Some(failure) = self.leave_part(&mut at, code) {
                        return self.raise(at, failure);
                    }
                    continue;
                }
                Op::Raise => {
                    let caught = at.active.iter().rev().find_map(|active| match &active.part {
                        Part::Handler(failure) => Some(failure.clone()),
                        _ => None,
                    });
                    if let Some(failure) = caught {
                        return self.raise(at, failure);
                    }
                }
                Op::Nothing => {}
                Op::Import(import) => match self.import(&mut at, import, returned.take()) {
                    Ok(None) => {}
                    Ok(Some(needed)) => {
                        self.stack.push(Frame::Execute(at));
                        return Control::Load(needed);
                    }
                    Err((kind, missing)) => {
                        let failure = self.failure(&at, kind, missing.name, Some(missing.object));
                        return self.raise(at, failure);
                    }
                },
            }
            at.pc += 1;
        }
    }

    /// Advances an import statement. `Some` is a module to load before it is called again.
    fn import(
        &mut self,
        at: &mut Execution,
        import: &ImportOp,
        returned: Option<ObjId>,
    ) -> Result<Option<ModuleId>, (ErrorKind, Missing)> {
        if import.main_only && self.world.lookup(at.module) == Some(at.object) {
            return Ok(None);
        }
        let Some(target) = import.target else {
            let names: Vec<Symbol> = import.bound().collect();
            self.world.import_external(at.object, &import.form, &names, import.in_class);
            return Ok(None);
        };
        let Some(arrived) = returned else {
            at.progress = Progress { phase: 1, ..Progress::default() };
            return Ok(Some(target));
        };
        let first = at.progress.phase == 1;
        match &import.form {
            FormOp::Dynamic => {}
            FormOp::Plain(_) | FormOp::Aliased(_) if first => {
                at.progress.phase = 2;
                return Ok(Some(import.top));
            }
            FormOp::Plain(name) => {
                self.world.bind(at.object, *name, Value::Module(arrived), import.in_class);
            }
            FormOp::Aliased(alias) => {
                let mut value = Value::Module(arrived);
                for &part in &import.path {
                    let Value::Module(inside) = value else { break };
                    value = self
                        .world
                        .import_from(inside, part)
                        .map_err(|missing| (ErrorKind::ImportError, missing))?;
                }
                self.world.bind(at.object, *alias, value, import.in_class);
            }
            FormOp::From(_) | FormOp::Star => {
                if first {
                    at.progress = Progress { phase: 2, base: arrived, looked: 0 };
                }
                // Submodules are imported through `__import__`, which returns, and so imports, the outermost package.
                if at.progress.phase == 3 {
                    at.progress.phase = 2;
                    return Ok(Some(import.top));
                }
                if let Some(submodule) = self.next_submodule(at, &import.form) {
                    at.progress.phase = 3;
                    return Ok(Some(submodule));
                }
                self.bind_from(at, import)?;
            }
        }
        at.progress = Progress::default();
        Ok(None)
    }

    /// The next name of a `from` import that is no attribute yet but a submodule.
    fn next_submodule(&self, at: &mut Execution, form: &FormOp) -> Option<ModuleId> {
        let base = at.progress.base;
        if !self.world.is_package(base) {
            return None;
        }
        loop {
            let name = match form {
                FormOp::From(names) => names.get(at.progress.looked).map(|(name, _)| *name),
                _ => self.world.all_of(base).and_then(|all| all.get(at.progress.looked)).copied(),
            }?;
            at.progress.looked += 1;
            if !self.world.has(base, name)
                && let Some(child) = self.world.child(base, name)
            {
                return Some(child);
            }
        }
    }

    /// Binds the names of a `from` import, whose submodules are loaded.
    fn bind_from(&mut self, at: &Execution, import: &ImportOp) -> Result<(), (ErrorKind, Missing)> {
        let base = at.progress.base;
        let FormOp::From(names) = &import.form else {
            return self
                .world
                .import_star(at.object, base)
                .map_err(|missing| (ErrorKind::AttributeError, missing));
        };
        for &(name, bound) in names {
            let value =
                self.world.import_from(base, name).map_err(|missing| (ErrorKind::ImportError, missing))?;
            self.world.bind(at.object, bound, value, import.in_class);
        }
        Ok(())
    }

    /// Goes to the alternative that the plan chooses.
    fn enter_branch(&self, at: &mut Execution, block: &Block, id: usize) {
        let last = block.alternatives.len().saturating_sub(1);
        let chosen = match &self.plan.branches {
            Branches::First => 0,
            Branches::Last => last,
            Branches::Listed(list) => {
                let site = Site { module: at.module, step: at.pc };
                list.get(&site).map_or(0, |index| (*index as usize).min(last))
            }
        };
        at.active.push(Active { block: id, part: Part::Alternative(chosen) });
        at.pc = block.alternatives.get(chosen).copied().unwrap_or(at.pc) + 1;
    }

    /// A part ran to its end: goes on after it. `Some` is what a `finally` held back.
    fn leave_part(&mut self, at: &mut Execution, code: &Code) -> Option<Box<Failure>> {
        let active = at.active.pop()?;
        let block = &code.blocks[active.block];
        at.pc = block.end + 1;
        match active.part {
            Part::Body if block.or_else.is_some() => {
                at.pc = block.or_else.unwrap_or_default() + 1;
                at.active.push(Active { block: active.block, part: Part::OrElse });
            }
            Part::Body | Part::Handler(_) | Part::OrElse => {
                if let Some(finally) = block.finally {
                    at.pc = finally + 1;
                    at.active.push(Active { block: active.block, part: Part::Finally(None) });
                }
            }
            Part::Finally(pending) => return pending,
            Part::Alternative(chosen) => {
                if !self.plan.strict {
                    self.assume_alternatives(at.object, code, block, chosen);
                }
            }
        }
        None
    }

    /// Counts as bound what the alternatives that did not run would bind.
    fn assume_alternatives(&mut self, object: ObjId, code: &Code, block: &Block, chosen: usize) {
        for (index, &start) in block.alternatives.iter().enumerate() {
            if index == chosen {
                continue;
            }
            let end = block.alternatives.get(index + 1).copied().unwrap_or(block.end);
            for op in code.ops.get(start as usize + 1..end as usize).unwrap_or_default() {
                match op {
                    Op::Bind(name) => self.world.assume(object, std::iter::once(*name)),
                    Op::Import(import) if !import.in_class => {
                        self.world.objects[object].open |= matches!(import.form, FormOp::Star);
                        self.world.assume(object, import.bound());
                    }
                    _ => {}
                }
            }
        }
    }

    /// The error of a name that is not there: of a module's attribute, or of a bare name.
    fn raise_name(&mut self, at: Execution, name: Symbol, missing: Option<Missing>) -> Control {
        let kind = if missing.is_some() { ErrorKind::AttributeError } else { ErrorKind::NameError };
        let failure = self.failure(&at, kind, name, missing.map(|found| found.object));
        self.raise(at, failure)
    }

    fn raise(&mut self, at: Execution, failure: Box<Failure>) -> Control {
        self.stack.push(Frame::Execute(at));
        Control::Raise(failure)
    }

    fn failure(&self, at: &Execution, kind: ErrorKind, name: Symbol, lacking: Option<ObjId>) -> Box<Failure> {
        let site = Site { module: at.module, step: at.pc };
        let mut chain: Vec<Site> = self
            .stack
            .iter()
            .filter_map(|frame| match frame {
                Frame::Execute(below) => Some(Site { module: below.module, step: below.pc }),
                Frame::Load { .. } => None,
            })
            .collect();
        chain.push(site);
        let object = lacking.map(|id| &self.world.objects[id]);
        Box::new(Failure {
            kind,
            site,
            name: self.compiled.name(name).into(),
            from: object.map(|found| found.module),
            partial: object.is_some_and(|found| found.initializing),
            chain,
        })
    }

    /// Takes frames down until something catches the exception; gives it back if nothing does.
    fn unwind(&mut self, failure: Box<Failure>) -> Option<Box<Failure>> {
        let mut failure = failure;
        while let Some(frame) = self.stack.pop() {
            match frame {
                Frame::Load { module, running: Some(_), .. } => {
                    self.world.loaded[module as usize] = None;
                }
                Frame::Load { .. } => {}
                Frame::Execute(at) => match self.catch(at, failure) {
                    Some(uncaught) => failure = uncaught,
                    None => return None,
                },
            }
        }
        Some(failure)
    }

    /// Lets the blocks around the current step see an exception.
    fn catch(&mut self, mut at: Execution, failure: Box<Failure>) -> Option<Box<Failure>> {
        let Some(code) = self.compiled.code(at.module) else { return Some(failure) };
        if at.progress.phase > 0
            && let Some(Op::Import(import)) = code.ops.get(at.pc as usize)
        {
            self.world.objects[at.object].failed.extend(import.bound());
        }
        at.progress = Progress::default();
        while let Some(active) = at.active.pop() {
            let block = &code.blocks[active.block];
            if matches!(active.part, Part::Finally(_) | Part::Alternative(_)) {
                continue;
            }
            let handler = match active.part {
                Part::Body => block.handlers.iter().find(|(_, catches)| matches(*catches, failure.kind)),
                _ => None,
            };
            if let Some(&(handler, _)) = handler {
                let by = Site { module: at.module, step: handler };
                self.swallowed.push(Swallowed { failure: (*failure).clone(), by });
                at.pc = handler + 1;
                at.active.push(Active { block: active.block, part: Part::Handler(failure) });
                self.stack.push(Frame::Execute(at));
                return None;
            }
            if let Some(finally) = block.finally {
                at.pc = finally + 1;
                at.active.push(Active { block: active.block, part: Part::Finally(Some(failure)) });
                self.stack.push(Frame::Execute(at));
                return None;
            }
        }
        Some(failure)
    }
}

fn matches(catches: Catches, kind: ErrorKind) -> bool {
    match catches {
        Catches::Both => true,
        Catches::ImportError => kind == ErrorKind::ImportError,
        Catches::AttributeError => kind == ErrorKind::AttributeError,
        Catches::Neither => false,
    }
}
