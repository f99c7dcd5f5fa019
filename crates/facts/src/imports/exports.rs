//! `__all__`: the names that a module offers, as far as its text shows. It must not know who takes it.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::literals;
use super::names::{Role, plain_binding};
use crate::model::import::{Import, ImportKind};
use crate::walk::Context;

/// Functions that are given a list and leave it as it is.
const READERS: [&str; 20] = [
    "all",
    "any",
    "dict",
    "enumerate",
    "filter",
    "frozenset",
    "isinstance",
    "iter",
    "join",
    "len",
    "list",
    "map",
    "max",
    "min",
    "print",
    "repr",
    "set",
    "sorted",
    "tuple",
    "zip",
];

/// Known content of `__all__`.
#[derive(Default)]
pub(super) struct Exports {
    /// Its strings; none where it is never assigned.
    names: Option<Vec<CompactString>>,
    /// Whether it has parts that are no literals, or may have others than can be read.
    open: bool,
}

impl Exports {
    /// Adds the names that are assigned or added to it.
    pub(super) fn export(&mut self, value: Node, cx: &Context) {
        let (found, literal) = literals::strings(value, cx);
        self.names.get_or_insert_default().extend(found);
        self.open |= !literal;
    }

    /// A call of one of its methods.
    pub(super) fn call(&mut self, node: &Node, cx: &Context) {
        let method = node.child_by_field_id(field::FUNCTION).map_or("", |function| cx.slice(&function));
        let arguments = literals::arguments(node, cx).positional;
        let added = match method {
            "__all__.extend" | "__all__.append" | "__all__.__iadd__" => arguments.first(),
            "__all__.insert" => arguments.get(1),
            "__all__.sort" | "__all__.reverse" | "__all__.copy" | "__all__.index" | "__all__.count" => return,
            _ => None,
        };
        match added {
            // In a function it may be called at any time, for any name.
            Some(added) if cx.scope == 0 => self.export(*added, cx),
            _ => self.open = true,
        }
    }

    /// The name `__all__` is at `start`: whoever is given it may change it.
    pub(super) fn name(&mut self, start: usize, role: Role, cx: &Context) {
        if matches!(role, Role::Deleted | Role::Global) {
            self.open = true;
            return;
        }
        let [.., above, parent] = cx.ancestors.as_slice() else { return };
        self.open |= match parent.kind {
            kind::ARGUMENT_LIST => {
                let callee = cx.text.get(above.start..parent.start).unwrap_or("");
                let callee = callee.rsplit('.').next().unwrap_or("").trim();
                !READERS.contains(&callee)
            }
            // Under another name.
            kind::ASSIGNMENT | kind::NAMED_EXPRESSION => parent.start != start,
            kind::AUGMENTED_ASSIGNMENT => parent.start == start && cx.scope != 0,
            kind::KEYWORD_ARGUMENT => true,
            kind::SUBSCRIPT => above.kind == kind::DELETE_STATEMENT || cx.scope != 0 && above.start == start,
            _ => false,
        };
    }

    /// Marks what is listed, and what is re-exported as `x as x`; where it is open, all of the module's.
    pub(super) fn mark(&self, imports: &mut [Import]) {
        let names = self.names.as_deref().unwrap_or_default();
        let listed: FxHashSet<&str> = names.iter().map(CompactString::as_str).collect();
        for import in imports {
            let open = self.open && import.scope == 0;
            match import.kind {
                ImportKind::Dynamic => {}
                ImportKind::Plain => {
                    let itself = import.alias.as_ref() == Some(&import.module);
                    import.uses.exported = open || itself || listed.contains(plain_binding(import));
                }
                ImportKind::From => {
                    for name in &mut import.names {
                        let itself = name.alias.as_ref() == Some(&name.name);
                        let binding = name.alias.as_ref().unwrap_or(&name.name);
                        name.uses.exported = open || itself || listed.contains(binding.as_str());
                    }
                }
            }
        }
    }

    /// The names, where all of them are known.
    pub(super) fn finish(self) -> Option<Vec<CompactString>> {
        if self.open { None } else { self.names }
    }
}
