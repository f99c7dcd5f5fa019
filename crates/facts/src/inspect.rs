//! Where a function's complexity comes from, for who wants to see it. It must not know how that is shown.

use analyzer_source::TextRange;
use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, Kind};

use crate::Limits;
use crate::complexity::ComplexityCollector;
use crate::extract::with_tree;
use crate::walk::{Context, Frame, Visit, walk};

/// A place that makes a function more complex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComplexityStep {
    /// Where the node begins that counts, in bytes.
    pub offset: u32,
    /// Its contribution to the cyclomatic complexity, as ruff counts; negative for the last case of a `match` that always
    /// matches.
    pub adds: i32,
}

/// Steps of a function's cyclomatic complexity besides the 1 that it begins with, in the order of the text, the
/// functions defined inside it included. `function` is its whole definition; none if the text cannot be parsed
/// within `limits` or is broken.
#[must_use]
pub fn complexity_steps(text: &str, function: TextRange, limits: Limits) -> Option<Vec<ComplexityStep>> {
    with_tree(text, limits, |tree| {
        if tree.root_node().has_error() {
            return None;
        }
        let mut steps = Steps { function, collector: ComplexityCollector::default(), found: Vec::new() };
        walk(tree, &mut Context::new(text, analyzer_syntax::Tier::A), &mut steps);
        steps.found.sort_by_key(|step| step.offset);
        Some(steps.found)
    })?
}

/// Notes where the collector's count grows.
struct Steps {
    function: TextRange,
    collector: ComplexityCollector,
    found: Vec<ComplexityStep>,
}

impl Steps {
    fn note(&mut self, offset: usize, before: (usize, u32)) {
        let after = self.collector.depth_and_count();
        let offset = offset as u32;
        if after.0 == before.0 && after.1 != before.1 && self.function.contains(offset) {
            self.found.push(ComplexityStep { offset, adds: after.1 as i32 - before.1 as i32 });
        }
    }
}

impl Visit<'_> for Steps {
    fn enter(&mut self, node: &Node, kind: Kind, cx: &mut Context) {
        let before = self.collector.depth_and_count();
        // A function inside this one is one more path.
        if kind == kind::FUNCTION_DEFINITION
            && node.start_byte() as u32 > self.function.start
            && self.function.contains(node.start_byte() as u32)
        {
            self.found.push(ComplexityStep { offset: node.start_byte() as u32, adds: 1 });
        }
        self.collector.enter(node, kind, cx);
        self.note(node.start_byte(), before);
    }

    fn leave(&mut self, frame: &Frame, cx: &mut Context) {
        let before = self.collector.depth_and_count();
        self.collector.leave(frame, cx);
        self.note(frame.start, before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract;

    #[test]
    fn the_steps_of_every_function_add_up_to_its_complexity() {
        let text = "\
def f(a):
    if a and b:
        for x in a:
            pass
        else:
            pass
    elif c:
        try:
            g()
        except A:
            pass
        except B:
            pass
        else:
            pass
    def inner(y):
        while y:
            pass
        return [z for z in y if z]
    match a:
        case 1:
            pass
        case _:
            pass
    return lambda: 1 if a else 2


class C:
    async def m(self):
        async for x in y:
            pass
";
        let facts = extract(text, Limits::default()).unwrap();
        let mut seen = 0;
        for scope in &facts.scopes {
            let Some(metrics) = &scope.metrics else { continue };
            let steps = complexity_steps(text, scope.range, Limits::default()).unwrap();
            let sum: i32 = steps.iter().map(|step| step.adds).sum();
            assert_eq!(sum + 1, metrics.ruff as i32, "{}: {steps:?}", scope.name);
            seen += 1;
        }
        assert_eq!(seen, 3);
        assert_eq!(complexity_steps("def f(:\n", TextRange::new(0, 9), Limits::default()), None);
    }
}
