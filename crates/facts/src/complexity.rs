//! Complexity metrics of functions, collected on the walk: ruff's, mccabe's, radon's and the cognitive one.
//! The formulas are the table of `docs/accuracy/complexity.md`. It must not know other collectors, limits or rules.

mod patterns;

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, Kind};

use crate::Metrics;
use crate::interest::Interest;
use crate::walk::{Context, Frame};

/// Increments over a function's base.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    ruff: u32,
    mccabe: u32,
    radon: u32,
    cognitive: u32,
    /// How many of the cognitive increments grow with nesting.
    nested: u32,
}

/// State of a function whose body is being walked; of the module at the bottom of the stack.
#[derive(Debug, Default)]
struct Function {
    /// Counts of its own code.
    own: Counts,
    /// Counts of the functions defined inside it, as their parent adds them.
    inner: Counts,
    /// Cognitive nesting at the current node.
    nesting: u32,
}

impl Function {
    /// One cognitive increment that grows with nesting.
    fn nested_increment(&mut self) {
        self.own.cognitive += 1 + self.nesting;
        self.own.nested += 1;
    }

    fn metrics(&self) -> Metrics {
        Metrics {
            ruff: 1 + self.own.ruff + self.inner.ruff,
            mccabe: 1 + self.own.mccabe + self.inner.mccabe,
            radon: 1 + self.own.radon,
            cognitive: self.own.cognitive + self.inner.cognitive,
            own_ruff: 1 + self.own.ruff,
            own_mccabe: 1 + self.own.mccabe,
            own_cognitive: self.own.cognitive,
            lines: 1,
        }
    }
}

/// The cases of a `match` so far.
#[derive(Debug, Clone, Copy, Default)]
struct Cases {
    /// Whether the last one always matches.
    irrefutable: bool,
    /// Whether the pattern of one is a bare name or `_`, guarded or not.
    capture: bool,
}

/// Collects on one walk over a file.
#[derive(Default)]
pub(crate) struct ComplexityCollector {
    /// The module, then the functions around the current node, outermost first.
    functions: Vec<Function>,
    /// mccabe's counts, own and inner, from before the statements around the node whose content it skips.
    mccabe: Vec<(u32, u32)>,
    /// radon's counts from before the nodes around the current one whose content it skips.
    radon: Vec<u32>,
    /// The `match` statements around the current node.
    matches: Vec<Cases>,
    /// The `try` statements around the current node: whether their handlers are `except*`.
    tries: Vec<bool>,
    /// The operator last seen in the outermost `and`/`or` expressions around the current node; 0 for none yet.
    operators: Vec<Kind>,
}

impl ComplexityCollector {
    /// Registers the words it looks for in expressions; it sees all statements.
    pub(crate) fn interest(interest: &mut Interest) {
        interest.words(&["and", "or", "if", "for", "lambda"]);
    }

    /// How many functions lie around the current node, and what the innermost counts so far, as ruff does.
    pub(crate) fn depth_and_count(&self) -> (usize, u32) {
        // The module is there from the first statement that counts.
        (self.functions.len().max(1), self.functions.last().map_or(0, |function| function.own.ruff))
    }

    /// Sees a node before its children.
    #[inline]
    pub(crate) fn enter(&mut self, node: &Node, kind: Kind, cx: &mut Context) {
        match kind {
            kind::KW_AND
            | kind::KW_OR
            | kind::IF_STATEMENT
            | kind::ELIF_CLAUSE
            | kind::ELSE_CLAUSE
            | kind::FOR_STATEMENT
            | kind::WHILE_STATEMENT
            | kind::TRY_STATEMENT
            | kind::EXCEPT_CLAUSE
            | kind::FINALLY_CLAUSE
            | kind::MATCH_STATEMENT
            | kind::CASE_CLAUSE
            | kind::BLOCK
            | kind::BOOLEAN_OPERATOR
            | kind::CONDITIONAL_EXPRESSION
            | kind::FOR_IN_CLAUSE
            | kind::IF_CLAUSE
            | kind::LAMBDA
            | kind::LAMBDA_PARAMETERS
            | kind::ASSERT_STATEMENT
            | kind::DECORATOR
            | kind::CLASS_DEFINITION
            | kind::FUNCTION_DEFINITION => self.open(node, kind, cx.parent_kind()),
            _ => {}
        }
    }

    /// Sees a node after its children.
    #[inline]
    pub(crate) fn leave(&mut self, frame: &Frame, cx: &mut Context) {
        match frame.kind {
            kind::TRY_STATEMENT
            | kind::FINALLY_CLAUSE
            | kind::MATCH_STATEMENT
            | kind::BLOCK
            | kind::BOOLEAN_OPERATOR
            | kind::CONDITIONAL_EXPRESSION
            | kind::LAMBDA
            | kind::LAMBDA_PARAMETERS
            | kind::ASSERT_STATEMENT
            | kind::DECORATOR
            | kind::CLASS_DEFINITION
            | kind::FUNCTION_DEFINITION => self.close(frame, cx),
            _ => {}
        }
    }

    fn open(&mut self, node: &Node, kind: Kind, parent: Kind) {
        if self.functions.is_empty() {
            self.functions.push(Function::default());
        }
        let Some(function) = self.functions.last_mut() else { return };
        match kind {
            kind::IF_STATEMENT | kind::FOR_STATEMENT | kind::WHILE_STATEMENT => {
                function.own.ruff += 1;
                function.own.mccabe += 1;
                function.own.radon += 1;
                function.nested_increment();
            }
            kind::ELIF_CLAUSE => {
                function.own.ruff += 1;
                function.own.mccabe += 1;
                function.own.radon += 1;
                function.own.cognitive += 1;
            }
            kind::ELSE_CLAUSE => {
                function.own.cognitive += 1;
                match parent {
                    kind::FOR_STATEMENT | kind::WHILE_STATEMENT => function.own.radon += 1,
                    kind::TRY_STATEMENT => {
                        function.own.ruff += 1;
                        let star = self.tries.last().copied().unwrap_or_default();
                        function.own.radon += u32::from(!star);
                    }
                    _ => {}
                }
            }
            kind::TRY_STATEMENT => {
                self.mccabe.push((function.own.mccabe, function.inner.mccabe));
                self.tries.push(false);
                function.own.mccabe += 1;
            }
            kind::EXCEPT_CLAUSE => {
                let star = node.child(1).is_some_and(|second| second.kind_id() == kind::STAR);
                if let Some(of_try) = self.tries.last_mut() {
                    *of_try |= star;
                }
                function.own.ruff += 1;
                function.own.mccabe += 1;
                function.own.radon += u32::from(!star);
                function.nested_increment();
            }
            kind::FINALLY_CLAUSE => self.mccabe.push((function.own.mccabe, function.inner.mccabe)),
            kind::MATCH_STATEMENT => {
                self.mccabe.push((function.own.mccabe, function.inner.mccabe));
                self.matches.push(Cases::default());
                function.nested_increment();
            }
            kind::CASE_CLAUSE => {
                function.own.ruff += 1;
                function.own.radon += 1;
                if let Some(cases) = self.matches.last_mut() {
                    cases.irrefutable = patterns::is_irrefutable(node);
                    cases.capture |= patterns::is_capture(node);
                }
            }
            kind::BLOCK if parent == kind::FUNCTION_DEFINITION => self.functions.push(Function::default()),
            kind::BLOCK if nests(parent) => function.nesting += 1,
            kind::BOOLEAN_OPERATOR => {
                function.own.radon += 1;
                if parent != kind::BOOLEAN_OPERATOR {
                    self.operators.push(0);
                }
            }
            kind::KW_AND | kind::KW_OR => {
                if let Some(operator) = self.operators.last_mut()
                    && *operator != kind
                {
                    *operator = kind;
                    function.own.cognitive += 1;
                }
            }
            kind::CONDITIONAL_EXPRESSION => {
                function.own.radon += 1;
                function.nested_increment();
                function.nesting += 1;
            }
            kind::FOR_IN_CLAUSE => function.own.radon += 1,
            // The guard of a case has the shape of a comprehension's condition.
            kind::IF_CLAUSE => function.own.radon += u32::from(parent != kind::CASE_CLAUSE),
            kind::LAMBDA => function.nesting += 1,
            // Defaults are computed at the place of the lambda, not inside it.
            kind::LAMBDA_PARAMETERS => function.nesting = function.nesting.saturating_sub(1),
            kind::ASSERT_STATEMENT | kind::DECORATOR | kind::CLASS_DEFINITION | kind::FUNCTION_DEFINITION => {
                self.radon.push(function.own.radon)
            }
            _ => {}
        }
    }

    fn close(&mut self, frame: &Frame, cx: &mut Context) {
        let (kind, parent) = (frame.kind, cx.parent_kind());
        if kind == kind::BLOCK && parent == kind::FUNCTION_DEFINITION {
            self.close_function(cx);
            return;
        }
        let Some(function) = self.functions.last_mut() else { return };
        match kind {
            kind::TRY_STATEMENT => {
                let before = self.mccabe.pop().unwrap_or_default();
                if self.tries.pop().unwrap_or_default() {
                    (function.own.mccabe, function.inner.mccabe) = before;
                }
            }
            kind::FINALLY_CLAUSE => {
                (function.own.mccabe, function.inner.mccabe) = self.mccabe.pop().unwrap_or_default();
            }
            kind::MATCH_STATEMENT => {
                (function.own.mccabe, function.inner.mccabe) = self.mccabe.pop().unwrap_or_default();
                let cases = self.matches.pop().unwrap_or_default();
                // Saturating, since a damaged tree can hang a case into a function inside this `match`.
                function.own.ruff = function.own.ruff.saturating_sub(u32::from(cases.irrefutable));
                function.own.radon = function.own.radon.saturating_sub(u32::from(cases.capture));
            }
            kind::BLOCK if nests(parent) => function.nesting -= 1,
            kind::BOOLEAN_OPERATOR if parent != kind::BOOLEAN_OPERATOR => {
                self.operators.pop();
            }
            kind::CONDITIONAL_EXPRESSION | kind::LAMBDA => function.nesting -= 1,
            kind::LAMBDA_PARAMETERS => function.nesting += 1,
            kind::ASSERT_STATEMENT => function.own.radon = self.radon.pop().unwrap_or_default() + 1,
            kind::DECORATOR | kind::CLASS_DEFINITION | kind::FUNCTION_DEFINITION => {
                function.own.radon = self.radon.pop().unwrap_or_default();
            }
            _ => {}
        }
    }

    /// Stores a function's metrics, and adds it to the function around it.
    fn close_function(&mut self, cx: &mut Context) {
        let Some(function) = self.functions.pop() else { return };
        let metrics = function.metrics();
        if let Some(scope) = cx.scopes.get_mut(cx.scope as usize) {
            scope.metrics = Some(metrics);
        }
        if let Some(outer) = self.functions.last_mut() {
            let nested = function.own.nested + function.inner.nested;
            outer.inner.ruff += metrics.ruff;
            outer.inner.mccabe += metrics.mccabe;
            outer.inner.nested += nested;
            outer.inner.cognitive += metrics.cognitive + nested * (outer.nesting + 1);
        }
    }
}

/// Whether a block below a node of this kind lies one level deeper for the cognitive metric.
fn nests(parent: Kind) -> bool {
    matches!(
        parent,
        kind::IF_STATEMENT
            | kind::ELIF_CLAUSE
            | kind::ELSE_CLAUSE
            | kind::FOR_STATEMENT
            | kind::WHILE_STATEMENT
            | kind::EXCEPT_CLAUSE
            | kind::CASE_CLAUSE
    )
}

#[cfg(test)]
mod tests;
