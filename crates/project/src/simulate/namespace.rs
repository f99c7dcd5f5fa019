//! Module objects and `sys.modules`, with CPython's rules for finding a name in them.
//! It must not know the order in which things run.

use std::collections::{BTreeMap, BTreeSet};

use super::compile::{Compiled, FormOp, Symbol};
use super::program::ModuleId;

/// Index of a module object; a module that failed and is imported again is a second object.
pub(super) type ObjId = usize;

/// The object that a name is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    Module(ObjId),
    /// Nothing is known of it, so it has every attribute.
    Other,
}

/// A module object.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) module: ModuleId,
    pub(super) attributes: BTreeMap<Symbol, Value>,
    /// Names that imports in bodies of classes bind.
    pub(super) in_classes: BTreeMap<Symbol, Value>,
    /// Whether its steps are still running.
    pub(super) initializing: bool,
    /// Whether it may have any name: it took `*` from something unknown.
    pub(super) open: bool,
    /// Names whose import raised.
    pub(super) failed: BTreeSet<Symbol>,
}

/// A name that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) name: Symbol,
    pub(super) object: ObjId,
}

/// All module objects, and which of them `sys.modules` holds.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) compiled: &'a Compiled,
    pub(super) objects: Vec<Object>,
    pub(super) loaded: Vec<Option<ObjId>>,
    /// See [`super::trace::Plan::strict`].
    pub(super) strict: bool,
}

impl<'a> World<'a> {
    pub(super) fn new(compiled: &'a Compiled, strict: bool) -> Self {
        Self { compiled, objects: Vec::new(), loaded: vec![None; compiled.modules.len()], strict }
    }

    /// A new, empty object of a module.
    pub(super) fn create(&mut self, module: ModuleId) -> ObjId {
        self.objects.push(Object {
            module,
            attributes: BTreeMap::new(),
            in_classes: BTreeMap::new(),
            initializing: true,
            open: false,
            failed: BTreeSet::new(),
        });
        self.objects.len() - 1
    }

    /// The object that `sys.modules` holds for a module.
    pub(super) fn lookup(&self, module: ModuleId) -> Option<ObjId> {
        self.loaded.get(module as usize).copied().flatten()
    }

    pub(super) fn is_package(&self, object: ObjId) -> bool {
        self.compiled.code(self.objects[object].module).is_some_and(|code| code.package)
    }

    /// The submodule of that name, loaded or not.
    pub(super) fn child(&self, object: ObjId, name: Symbol) -> Option<ModuleId> {
        self.compiled.children.get(&(self.objects[object].module, name)).copied()
    }

    /// `hasattr` and `getattr` without the assumptions about what cannot be seen.
    pub(super) fn attribute(&self, object: ObjId, name: Symbol) -> Option<Value> {
        let found = self.objects[object].attributes.get(&name).copied();
        found.or_else(|| Compiled::is_implicit(name).then_some(Value::Other))
    }

    /// Whether the module makes up any attribute, where the program is known to be complete.
    fn makes_up(&self, object: ObjId) -> bool {
        self.strict && self.objects[object].attributes.contains_key(&self.compiled.getattr)
    }

    /// `hasattr(object, name)`, as [`World::attribute`], with what the module makes up.
    pub(super) fn has(&self, object: ObjId, name: Symbol) -> bool {
        self.attribute(object, name).is_some() || self.makes_up(object)
    }

    /// `getattr(object, name)`.
    pub(super) fn get(&self, object: ObjId, name: Symbol) -> Result<Value, Missing> {
        self.attribute(object, name)
            .or_else(|| self.may_have(object, name).then_some(Value::Other))
            .ok_or(Missing { name, object })
    }

    /// The name of a `from` import: an attribute, else the submodule in `sys.modules`.
    pub(super) fn import_from(&self, object: ObjId, name: Symbol) -> Result<Value, Missing> {
        if let Some(value) = self.attribute(object, name) {
            return Ok(value);
        }
        if self.makes_up(object) {
            return Ok(Value::Other);
        }
        match self.child(object, name).and_then(|child| self.lookup(child)) {
            Some(submodule) => Ok(Value::Module(submodule)),
            None => self.get(object, name),
        }
    }

    /// Whether a name that nothing has bound may be there all the same.
    fn may_have(&self, object: ObjId, name: Symbol) -> bool {
        let found = &self.objects[object];
        let Some(code) = self.compiled.code(found.module) else { return true };
        if found.open || code.opaque || found.attributes.contains_key(&self.compiled.getattr) {
            return true;
        }
        if self.strict || code.known.contains(&name) {
            return false;
        }
        let Some(child) = self.child(object, name) else { return true };
        !found.initializing && self.lookup(child).is_none()
    }

    /// Reads a dotted path; an error without an object is an unbound first name.
    pub(super) fn read(&self, object: ObjId, path: &[Symbol]) -> Result<(), (Symbol, Option<Missing>)> {
        let Some((&first, rest)) = path.split_first() else { return Ok(()) };
        let found = &self.objects[object];
        let in_class = found.in_classes.get(&first).copied();
        let Some(mut value) = in_class.or_else(|| self.attribute(object, first)) else {
            let excused = found.open || !(self.strict || found.failed.contains(&first));
            return if excused { Ok(()) } else { Err((first, None)) };
        };
        for &name in rest {
            let Value::Module(inside) = value else { break };
            value = self.get(inside, name).map_err(|missing| (name, Some(missing)))?;
        }
        Ok(())
    }

    /// Binds a name in the module, or in one of its classes.
    pub(super) fn bind(&mut self, object: ObjId, name: Symbol, value: Value, in_class: bool) {
        let found = &mut self.objects[object];
        if in_class {
            found.in_classes.insert(name, value);
        } else {
            found.attributes.insert(name, value);
        }
    }

    /// The names that `__all__` lists, if it is bound and can be read.
    pub(super) fn all_of(&self, object: ObjId) -> Option<&'a [Symbol]> {
        let found = &self.objects[object];
        if !found.attributes.contains_key(&self.compiled.all) {
            return None;
        }
        self.compiled.code(found.module)?.exports.as_deref()
    }

    /// `from source import *`.
    pub(super) fn import_star(&mut self, object: ObjId, source: ObjId) -> Result<(), Missing> {
        if let Some(names) = self.all_of(source) {
            for &name in names {
                let value = self.get(source, name)?;
                self.bind(object, name, value, false);
            }
            return Ok(());
        }
        let public: Vec<(Symbol, Value)> = self.objects[source]
            .attributes
            .iter()
            .filter(|(name, _)| !self.compiled.name(**name).starts_with('_'))
            .map(|(name, value)| (*name, *value))
            .collect();
        let from = &self.objects[source];
        // Where `__all__` is bound but cannot be read, it may list anything.
        let unknown = from.open
            || from.attributes.contains_key(&self.compiled.all)
            || self.compiled.code(from.module).is_none_or(|code| code.opaque);
        self.objects[object].open |= unknown;
        self.objects[object].attributes.extend(public);
        Ok(())
    }

    /// Binds, to something unknown, what an alternative that did not run could have bound.
    pub(super) fn assume(&mut self, object: ObjId, names: impl Iterator<Item = Symbol>) {
        for name in names {
            self.objects[object].attributes.entry(name).or_insert(Value::Other);
        }
    }

    /// Binds what an import of something outside the program binds.
    pub(super) fn import_external(&mut self, object: ObjId, form: &FormOp, names: &[Symbol], in_class: bool) {
        for &name in names {
            self.bind(object, name, Value::Other, in_class);
        }
        self.objects[object].open |= matches!(form, FormOp::Star);
    }
}
