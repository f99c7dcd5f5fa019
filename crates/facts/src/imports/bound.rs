//! Which names a module has once it is imported, of those that it binds somewhere. It must not know their places.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::names::plain_binding;
use crate::Position;
use crate::model::import::{Event, Import, ImportKind};
use crate::strings::is_identifier;
use crate::walk::Context;

/// The names among `bindings` that nothing binds while the module is imported, or that are gone at its end: what is deleted, `except
/// … as x`, and what only scripts bind. `open` are names that functions bind, and those that are only declared, so that somebody
/// else may bind them; what type checkers import is declared as well.
pub(super) fn unbound(
    bindings: &[CompactString],
    program: &[Event],
    imports: &[Import],
    open: &FxHashSet<CompactString>,
) -> Vec<CompactString> {
    let mut bound: FxHashSet<&str> = FxHashSet::default();
    let mut deleted: FxHashSet<&str> = FxHashSet::default();
    for event in program {
        match event {
            Event::Bind(name) => {
                bound.insert(name);
            }
            Event::Import(index) => bound.extend(names_of(imports, *index)),
            Event::Unbind(name) => {
                deleted.insert(name);
            }
            _ => {}
        }
    }
    let typing = (0u32..).zip(imports).filter(|(_, import)| import.position.has(Position::TYPING));
    let declared: FxHashSet<&str> = typing.flat_map(|(index, _)| names_of(imports, index)).collect();
    let is_unbound = |name: &&CompactString| {
        let name = name.as_str();
        let gone = !bound.contains(name) || deleted.contains(name) && !may_stay(name, program, imports);
        gone && !open.contains(name) && !declared.contains(name)
    };
    bindings.iter().filter(is_unbound).cloned().collect()
}

/// The names that an import of a module's own scope binds.
fn names_of(imports: &[Import], index: u32) -> impl Iterator<Item = &str> {
    let import = imports.get(index as usize).filter(|import| import.scope == 0);
    let plain = import.filter(|import| import.kind == ImportKind::Plain).map(plain_binding);
    let named =
        import.into_iter().filter(|import| import.kind == ImportKind::From).flat_map(|import| &import.names);
    plain.into_iter().chain(named.map(|name| name.alias.as_ref().unwrap_or(&name.name).as_str()))
}

/// State of a block that is open.
enum Open {
    /// A branch: whether the name may be bound where it begins, and after the alternatives so far.
    Branch { start: bool, after: bool },
    /// A `try`.
    Try(Try),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Body,
    Handler,
    Else,
    Finally,
}

struct Try {
    part: Part,
    /// Whether the name may be bound anywhere in the body.
    anywhere: bool,
    /// At the end of the body, as long as no `else` follows.
    end: bool,
    /// Behind the parts so far.
    after: bool,
}

impl Try {
    /// The current part is over, with the name bound or not.
    fn close(&mut self, bound: bool) {
        match self.part {
            Part::Body => self.end = bound,
            Part::Handler | Part::Else => self.after |= bound,
            Part::Finally => self.after = bound,
        }
    }
}

/// Whether a name that is deleted somewhere may be bound at the end of the module.
fn may_stay(name: &str, program: &[Event], imports: &[Import]) -> bool {
    let mut bound = false;
    let mut open: Vec<Open> = Vec::new();
    for event in program {
        match event {
            Event::Bind(other) if other == name => bound = true,
            Event::Import(index) if names_of(imports, *index).any(|other| other == name) => bound = true,
            Event::Unbind(other) if other == name => bound = false,
            Event::Branch => open.push(Open::Branch { start: bound, after: false }),
            Event::Try => {
                open.push(Open::Try(Try { part: Part::Body, anywhere: bound, end: false, after: false }))
            }
            Event::Alternative => {
                if let Some(Open::Branch { start, after }) = open.last_mut() {
                    *after |= bound;
                    bound = *start;
                }
            }
            Event::Handler(_) | Event::OrElse | Event::Finally => {
                if let Some(Open::Try(around)) = open.last_mut() {
                    around.close(bound);
                    (around.part, bound) = match event {
                        Event::Handler(_) => (Part::Handler, around.anywhere),
                        Event::OrElse => (Part::Else, std::mem::take(&mut around.end)),
                        _ => (Part::Finally, around.after | std::mem::take(&mut around.end)),
                    };
                }
            }
            Event::End => match open.pop() {
                Some(Open::Branch { after, .. }) => bound |= after,
                Some(Open::Try(mut around)) => {
                    around.close(bound);
                    bound = around.after | around.end;
                }
                None => {}
            },
            _ => {}
        }
        if bound {
            for around in &mut open {
                if let Open::Try(around) = around
                    && around.part == Part::Body
                {
                    around.anywhere = true;
                }
            }
        }
    }
    bound
}

/// The members of a decorated class that `enum.global_enum` puts into its module.
pub(super) fn global_members(node: &Node, cx: &Context) -> Vec<CompactString> {
    let mut cursor = node.walk();
    let global = node.children(&mut cursor).any(|child| {
        child.kind_id() == kind::DECORATOR && {
            let name = cx.slice(&child).trim_start_matches('@').trim();
            name == "global_enum" || name.ends_with(".global_enum")
        }
    });
    let definition = node.child_by_field_id(field::DEFINITION).filter(|_| global);
    let body = definition.and_then(|definition| definition.child_by_field_id(field::BODY));
    let Some(body) = body else { return Vec::new() };
    let first = cx.text.get(..body.start_byte()).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let column = body.start_byte() - first;
    let lines = cx.text.get(first..body.end_byte()).unwrap_or("").lines();
    let own = lines.filter(|line| line.len() - line.trim_start().len() == column);
    let targets = own.filter_map(|line| {
        let (target, value) = line.split_once('=')?;
        (!value.starts_with('=')).then_some(target)
    });
    let names = targets.flat_map(|target| target.split([',', '(', ')']).map(str::trim));
    names.filter(|name| is_identifier(name) && !name.starts_with('_')).map(CompactString::from).collect()
}
