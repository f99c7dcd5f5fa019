//! How control leaves a statement, computed bottom-up. It must not know names or calls.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, Kind};

use crate::walk::Context;

/// The ways in which control can leave a statement: a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Exits(u8);

impl Exits {
    /// On to the next statement.
    pub(super) const FALL: Self = Self(1);
    /// An explicit raise, or the end of the process.
    pub(super) const RAISE: Self = Self(2);
    /// `return`.
    pub(super) const RETURN: Self = Self(4);
    /// `break`.
    pub(super) const BREAK: Self = Self(8);
    /// `continue`.
    pub(super) const CONTINUE: Self = Self(16);

    /// Whether `other` is among them.
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// Parts of a compound statement, as far as they are known.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parts {
    /// The statements of a block so far; the body of a clause, loop, `with` or `try`.
    body: Option<Exits>,
    /// Union over alternatives: branches, handlers, cases.
    others: Option<Exits>,
    orelse: Option<Exits>,
    finally: Option<Exits>,
    /// A loop without end, a `case _`, or a statement whose call never returns.
    pub(super) certain: bool,
    /// A `with` whose manager raises again when it is left.
    pub(super) reraises: bool,
    /// A `with` whose manager may stop exceptions.
    pub(super) suppresses: bool,
}

impl Parts {
    /// Takes in a finished child of a node of `kind`.
    pub(super) fn fold(&mut self, kind: Kind, child: Kind, exits: Exits) {
        match (kind, child) {
            (kind::BLOCK, kind::CASE_CLAUSE)
            | (kind::IF_STATEMENT, kind::BLOCK | kind::ELIF_CLAUSE)
            | (kind::TRY_STATEMENT, kind::EXCEPT_CLAUSE) => {
                self.others = Some(self.others.unwrap_or_default().with(exits));
            }
            (kind::BLOCK, _) if is_statement(child) => {
                let before = self.body.unwrap_or(Exits::FALL);
                if before.has(Exits::FALL) {
                    self.body = Some(before.without(Exits::FALL).with(exits));
                }
            }
            (_, kind::ELSE_CLAUSE) => self.orelse = Some(exits),
            (_, kind::FINALLY_CLAUSE) => self.finally = Some(exits),
            (_, kind::BLOCK) => self.body = Some(exits),
            _ => {}
        }
    }

    /// The exits of a finished node of `kind`.
    pub(super) fn exits(&self, kind: Kind) -> Exits {
        let body = self.body.unwrap_or(Exits::FALL);
        match kind {
            kind::RAISE_STATEMENT => Exits::RAISE,
            // `return abort(404)`
            kind::RETURN_STATEMENT if self.certain => Exits::RAISE,
            kind::RETURN_STATEMENT => Exits::RETURN,
            kind::BREAK_STATEMENT => Exits::BREAK,
            kind::CONTINUE_STATEMENT => Exits::CONTINUE,
            kind::EXPRESSION_STATEMENT | kind::ASSERT_STATEMENT if self.certain => Exits::RAISE,
            kind::BLOCK => match self.others {
                Some(cases) if self.certain => cases,
                Some(cases) => cases.with(Exits::FALL),
                None => body,
            },
            kind::ELIF_CLAUSE
            | kind::ELSE_CLAUSE
            | kind::EXCEPT_CLAUSE
            | kind::FINALLY_CLAUSE
            | kind::CASE_CLAUSE
            | kind::MATCH_STATEMENT => body,
            kind::IF_STATEMENT => self.others.unwrap_or(Exits::FALL).with(self.orelse.unwrap_or(Exits::FALL)),
            kind::FOR_STATEMENT | kind::WHILE_STATEMENT => {
                let out = body.without(Exits::FALL).without(Exits::CONTINUE).without(Exits::BREAK);
                let broken = if body.has(Exits::BREAK) { Exits::FALL } else { Exits::default() };
                if self.certain {
                    // A loop that never ends never raises either.
                    let endless = if out.0 == 0 { Exits::RETURN } else { out };
                    if broken.0 == 0 { endless } else { out.with(broken) }
                } else {
                    out.with(broken).with(self.orelse.unwrap_or(Exits::FALL))
                }
            }
            kind::WITH_STATEMENT if self.reraises => Exits::RAISE,
            kind::WITH_STATEMENT if self.suppresses => body.with(Exits::FALL),
            kind::WITH_STATEMENT => body,
            kind::TRY_STATEMENT => {
                let mut exits = body;
                if let (true, Some(orelse)) = (body.has(Exits::FALL), self.orelse) {
                    exits = exits.without(Exits::FALL).with(orelse);
                }
                exits = exits.with(self.others.unwrap_or_default());
                match self.finally {
                    Some(finally) if !finally.has(Exits::FALL) => finally,
                    Some(finally) => exits.with(finally.without(Exits::FALL)),
                    None => exits,
                }
            }
            _ => Exits::FALL,
        }
    }
}

/// Whether a child of a block is a statement; comments are not.
fn is_statement(kind: Kind) -> bool {
    kind != kind::COMMENT && kind != kind::LINE_CONTINUATION && kind != kind::SEMICOLON
}

/// Whether the `finally` of a `try` ends with the end of the process.
pub(super) fn ends_process(node: &Node, cx: &Context) -> bool {
    let mut cursor = node.walk();
    let finally = node.named_children(&mut cursor).find(|child| child.kind_id() == kind::FINALLY_CLAUSE);
    let block = finally.and_then(|finally| finally.named_child(finally.named_child_count().checked_sub(1)?));
    let last = block.and_then(|block| block.named_child(block.named_child_count().checked_sub(1)?));
    last.is_some_and(|last| {
        let text = cx.slice(&last);
        ["os._exit(", "sys.exit(", "os.abort(", "raise SystemExit"]
            .iter()
            .any(|start| text.starts_with(start))
    })
}
