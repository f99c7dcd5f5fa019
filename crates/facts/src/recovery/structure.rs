//! Blocks from indentation, whatever was done to it: every logical line gets a depth at which it fits, and what
//! is missing around it (a body, a `try`, a handler) is made up. It must not look inside a line.
//!
//! Linear in the number of lines: it goes back to a line at most once, and reads no more than [`AGAIN`] lines for each
//! line of the text a second time.

use analyzer_source::TextRange;
use analyzer_syntax::tokens::{Keyword, Line, LineKind};

use super::accepted::NO_HANDLER;
use crate::model::file::SyntaxProblem;

/// The module's block and 99 levels of indentation, the most that CPython accepts. Deeper blocks are flattened.
const MAX_DEPTH: usize = 100;
/// How many lines may be read again for each line of the text.
const AGAIN: usize = 8;
/// How many lines a pasted block that interrupts a statement may have.
const MAX_INTERRUPTION: usize = 600;
/// How many lines a statement that lost its indentation may have.
const MAX_STRAY: usize = 30;

const UNINDENT: &str = "unindent does not match any outer indentation level";
const INDENT: &str = "unexpected indent";
const TOO_DEEP: &str = "too many levels of indentation";

/// Treatment of a line's first token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It stays.
    Normal,
    /// `elif` without `if` becomes `if`.
    OrphanElif,
    /// `else` without anything becomes `if 1`.
    OrphanElse,
    /// `@` above something else than a definition goes.
    Undecorated,
}

/// A line of the repaired text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item {
    /// A logical line, by its index.
    Line { index: usize, depth: u32, role: Role },
    /// Made-up text, standing at a place of the file.
    Text { text: &'static str, depth: u32, anchor: usize },
}

/// The lines of a text, arranged so that they nest.
#[derive(Default)]
pub(crate) struct Layout {
    pub(super) items: Vec<Item>,
    pub(super) problems: Vec<Problem>,
}

/// A line that does not fit where it is. A text may have one for each of its lines, so the words are made for the
/// first one only.
#[derive(Debug, Clone, Copy)]
pub(super) struct Problem {
    pub(super) range: TextRange,
    fault: Fault,
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    Said(&'static str),
    /// A header without a body.
    NoBody(Keyword),
    /// A clause without the statement that it goes on with.
    Without(Keyword, &'static str),
}

impl Problem {
    /// With its message.
    pub(super) fn told(self) -> SyntaxProblem {
        let message = match self.fault {
            Fault::Said(message) => message.to_owned(),
            Fault::NoBody(header) => format!("expected an indented block after `{}`", header.as_str()),
            Fault::Without(clause, needed) => format!("`{}` without `{needed}`", clause.as_str()),
        };
        SyntaxProblem { range: self.range, message }
    }
}

/// A compound statement that later clauses may go on with.
#[derive(Debug, Clone, Copy)]
struct Chain {
    keyword: Keyword,
    /// 0 in the body, 1 in handlers, 2 in `else`, 3 in `finally`.
    stage: u8,
    range: TextRange,
}

impl Chain {
    /// The stage after a clause; none where that clause cannot follow.
    fn after(self, clause: Keyword) -> Option<u8> {
        match (clause, self.keyword, self.stage) {
            (Keyword::Except, Keyword::Try, 0 | 1) => Some(1),
            (Keyword::Else, Keyword::Try, 1)
            | (Keyword::Else, Keyword::If | Keyword::For | Keyword::While, 0) => Some(2),
            (Keyword::Elif, Keyword::If, 0) => Some(0),
            (Keyword::Finally, Keyword::Try, 0..=2) => Some(3),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Block {
    column: u32,
    /// The column before a line between two levels changed it.
    former: u32,
    depth: u32,
    owner: Keyword,
    pending: Option<Chain>,
}

/// The state before a line closed blocks, to go back to if that line turns out to be out of place.
struct Snapshot {
    line: usize,
    column: u32,
    items: usize,
    problems: usize,
    stack: Vec<Block>,
}

struct Builder<'a> {
    lines: &'a [Line],
    layout: Layout,
    stack: Vec<Block>,
    /// The header above, whose body has not begun.
    awaiting: Option<usize>,
    /// The last code line.
    previous: Option<usize>,
    dedent: Option<Snapshot>,
    /// As `dedent`, where the line before was left in the middle of a statement.
    interruption: Option<Snapshot>,
    /// How far lines were moved to the right.
    shift: Vec<u32>,
    /// The lines that were gone back to.
    returned: Vec<bool>,
    /// How many lines may still be read again.
    again: usize,
}

/// Arranges the lines.
pub(crate) fn arrange(lines: &[Line]) -> Layout {
    let module = Block { column: 0, former: 0, depth: 0, owner: Keyword::None, pending: None };
    let mut builder = Builder {
        lines,
        layout: Layout::default(),
        stack: vec![module],
        awaiting: None,
        previous: None,
        dedent: None,
        interruption: None,
        shift: vec![0; lines.len()],
        returned: vec![false; lines.len()],
        again: AGAIN * lines.len(),
    };
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        match line.kind {
            LineKind::Marker => {
                builder.problem(line, "merge conflict marker");
                index += 1;
            }
            LineKind::Comment => {
                builder.comment(index, line);
                index += 1;
            }
            LineKind::Code => index = builder.code(index, line),
        }
    }
    builder.missing_body();
    while builder.stack.len() > 1 {
        builder.pop();
    }
    builder.finish_chain();
    builder.layout
}

impl Builder<'_> {
    fn problem(&mut self, line: &Line, message: &'static str) {
        self.fault(line, Fault::Said(message));
    }

    fn fault(&mut self, line: &Line, fault: Fault) {
        let range = TextRange::new(line.start as u32, line.end as u32);
        self.layout.problems.push(Problem { range, fault });
    }

    fn top(&self) -> Block {
        self.stack.last().copied().unwrap_or(Block {
            column: 0,
            former: 0,
            depth: 0,
            owner: Keyword::None,
            pending: None,
        })
    }

    fn set_chain(&mut self, chain: Option<Chain>) {
        if let Some(top) = self.stack.last_mut() {
            top.pending = chain;
        }
    }

    /// Where made-up text goes: after the last line of code.
    fn anchor(&self) -> usize {
        self.previous.and_then(|index| self.lines.get(index)).map_or(0, |line| line.end)
    }

    fn text(&mut self, text: &'static str, depth: u32) {
        let anchor = self.anchor();
        self.layout.items.push(Item::Text { text, depth, anchor });
    }

    /// Ends the compound statement that the innermost block was in.
    fn finish_chain(&mut self) {
        let top = self.top();
        self.set_chain(None);
        if let Some(chain) = top.pending
            && chain.keyword == Keyword::Try
            && chain.stage == 0
        {
            self.text("finally: pass", top.depth);
            self.layout.problems.push(Problem { range: chain.range, fault: Fault::Said(NO_HANDLER) });
        }
    }

    fn pop(&mut self) {
        self.finish_chain();
        self.stack.pop();
    }

    /// The header above has no body.
    fn missing_body(&mut self) {
        let Some(header) = self.awaiting.take().and_then(|index| self.lines.get(index)) else { return };
        let depth = self.top().depth + 1;
        self.text("pass", depth);
        self.fault(header, Fault::NoBody(header.keyword));
    }

    fn comment(&mut self, index: usize, line: &Line) {
        let top = self.top();
        let inside =
            self.awaiting.and_then(|header| self.lines.get(header)).is_some_and(|h| line.column > h.column);
        let depth = if inside {
            top.depth + 1
        } else {
            let around = self.stack.iter().rev().find(|block| block.column <= line.column);
            around.map_or(0, |block| block.depth)
        };
        self.layout.items.push(Item::Line { index, depth, role: Role::Normal });
    }

    /// Places a line of code; returns the index of the line to go on with.
    fn code(&mut self, index: usize, line: &Line) -> usize {
        let column = line.column + self.shift[index];
        let mut opened = false;
        if let Some(header) = self.awaiting.and_then(|at| self.lines.get(at).map(|line| (at, line))) {
            let header_column = header.1.column + self.shift[header.0];
            let top = self.top();
            let deeper = column > header_column && column > top.column;
            // A header that is itself out of line may have its body at its own column.
            let beside = column > top.column && !line.keyword.continues() && column == header_column;
            if deeper || beside {
                if beside {
                    self.problem(header.1, INDENT);
                }
                self.awaiting = None;
                opened = true;
                if self.stack.len() < MAX_DEPTH {
                    let owner = header.1.keyword;
                    self.stack.push(Block {
                        column,
                        former: column,
                        depth: top.depth + 1,
                        owner,
                        pending: None,
                    });
                } else {
                    self.text("pass", top.depth + 1);
                    self.problem(line, TOO_DEEP);
                }
            } else {
                self.missing_body();
            }
        }
        if !opened && let Some(back) = self.fit(index, line, column) {
            return back;
        }
        self.place(index, line);
        index + 1
    }

    /// Closes and opens blocks so that the innermost one takes a line; or returns where to start over.
    fn fit(&mut self, index: usize, line: &Line, column: u32) -> Option<usize> {
        if column < self.top().column {
            let snapshot = || Snapshot {
                line: index,
                column,
                items: self.layout.items.len(),
                problems: self.layout.problems.len(),
                stack: self.stack.clone(),
            };
            let interrupted =
                self.previous.and_then(|at| self.lines.get(at)).is_some_and(|before| !before.open.is_empty());
            if interrupted && line.column == column {
                self.interruption = Some(snapshot());
            }
            self.dedent = Some(snapshot());
            while column < self.top().column {
                let outer =
                    self.stack.iter().rev().nth(1).map_or((0, 0), |outer| (outer.column, outer.former));
                if outer.1 == column && outer.0 < column {
                    self.pop();
                    if let Some(top) = self.stack.last_mut() {
                        top.column = column;
                    }
                    return None;
                }
                if outer.0 < column
                    && let Some(top) = self.stack.last_mut()
                {
                    // Between two levels: either the lines above or this one lost its place, but not the block.
                    top.former = top.column;
                    top.column = column;
                    self.problem(line, UNINDENT);
                    return None;
                }
                self.pop();
            }
        }
        if column <= self.top().column {
            return None;
        }
        if let Some(back) = self.go_back(index, column) {
            return Some(back);
        }
        self.problem(line, INDENT);
        let accepts = |block: &Block| block.pending.is_some_and(|chain| chain.after(line.keyword).is_some());
        if !accepts(&self.top()) {
            // The lines that follow may all be there: a block without a header, as deep as its surroundings.
            self.finish_chain();
            if self.stack.len() < MAX_DEPTH {
                let top = self.top();
                let owner = if line.keyword == Keyword::Case { top.owner } else { Keyword::None };
                self.stack.push(Block { column, former: column, owner, pending: None, ..top });
            }
        }
        None
    }

    /// A line is indented without a header above it. Where an earlier line left the block that this one belongs
    /// to (a helper pasted into a statement, a line without its indentation), that earlier line is moved into
    /// the block; returns its index.
    fn go_back(&mut self, index: usize, column: u32) -> Option<usize> {
        let pasted = self.interruption.take().filter(|before| {
            index - before.line <= MAX_INTERRUPTION
                && before.stack.last().is_some_and(|block| column >= block.column)
        });
        let snapshot = match pasted {
            Some(snapshot) => snapshot,
            None => {
                let snapshot = self.dedent.take()?;
                let known = snapshot.stack.iter().any(|block| block.column == column);
                let between = self.lines.get(snapshot.line + 1..index)?;
                let one =
                    between.iter().all(|line| line.kind != LineKind::Code || line.column > snapshot.column);
                let after = self.lines.get(index + 1..)?.iter().take(MAX_STRAY);
                let mut after = after.filter(|line| line.kind == LineKind::Code);
                let goes_on = after.next().is_none_or(|line| line.column >= column);
                if !known || !one || !goes_on || index - snapshot.line > MAX_STRAY {
                    return None;
                }
                snapshot
            }
        };
        // The same line may look misplaced for ever, once from below and once from above.
        if std::mem::replace(&mut self.returned[snapshot.line], true) {
            return None;
        }
        self.again = self.again.checked_sub(index - snapshot.line)?;
        let level = snapshot.stack.iter().rev().find(|block| block.column <= column)?.column;
        let shift = level.checked_sub(snapshot.column)?;
        self.shift[snapshot.line..index].fill(shift);
        self.layout.items.truncate(snapshot.items);
        self.layout.problems.truncate(snapshot.problems);
        self.stack = snapshot.stack;
        self.awaiting = None;
        self.dedent = None;
        self.previous = (0..snapshot.line).rev().find(|&at| self.lines[at].kind == LineKind::Code);
        let moved = &self.lines[snapshot.line];
        self.problem(moved, UNINDENT);
        Some(snapshot.line)
    }

    /// Places a line in the innermost block.
    fn place(&mut self, index: usize, line: &Line) {
        let mut role = Role::Normal;
        self.fit_match(index, line);
        let range = TextRange::new(line.start as u32, line.end as u32);
        if line.keyword.continues() {
            role = self.clause(line, range);
        } else {
            self.finish_chain();
            if matches!(line.keyword, Keyword::Try | Keyword::If | Keyword::For | Keyword::While) {
                self.set_chain(Some(Chain { keyword: line.keyword, stage: 0, range }));
            }
        }
        if line.keyword == Keyword::Decorator && !self.is_decorator(index) {
            role = Role::Undecorated;
            self.problem(line, "expected a definition after a decorator");
        }
        self.layout.items.push(Item::Line { index, depth: self.top().depth, role });
        self.previous = Some(index);
        let lacks_colon =
            line.colon.is_none() && (line.keyword.opens_block() || line.keyword == Keyword::Case);
        if line.is_header() || lacks_colon {
            self.awaiting = Some(index);
        }
    }

    /// Below `match`, only `case` is allowed: anything else gets one of its own.
    fn fit_match(&mut self, index: usize, line: &Line) {
        let top = self.top();
        if line.keyword == Keyword::Case {
            let outer = self.stack.iter().rev().nth(1);
            if outer.is_some_and(|outer| outer.owner == Keyword::Match && outer.column == top.column) {
                self.pop();
            }
        } else if top.owner == Keyword::Match && self.stack.len() < MAX_DEPTH {
            self.text("case 0:", top.depth);
            let column = line.column + self.shift[index];
            self.stack.push(Block {
                column,
                former: column,
                depth: top.depth + 1,
                owner: Keyword::None,
                pending: None,
            });
        }
    }

    /// Joins a clause such as `except` to the statement that it goes on with; makes one up if there is none.
    fn clause(&mut self, line: &Line, range: TextRange) -> Role {
        let mut found = None;
        for (at, block) in self.stack.iter().enumerate().rev() {
            if let Some(chain) = block.pending
                && let Some(stage) = chain.after(line.keyword)
            {
                found = Some((at, Chain { stage, ..chain }));
                break;
            }
            if matches!(block.owner, Keyword::Def | Keyword::Class) {
                break;
            }
        }
        if let Some((at, chain)) = found {
            if at + 1 < self.stack.len() {
                self.problem(line, INDENT);
            }
            while self.stack.len() > at + 1 {
                self.pop();
            }
            self.set_chain(Some(chain));
            return Role::Normal;
        }
        self.finish_chain();
        let needs = match line.keyword {
            Keyword::Elif => "if",
            Keyword::Else => "if",
            _ => "try",
        };
        self.fault(line, Fault::Without(line.keyword, needs));
        let depth = self.top().depth;
        match line.keyword {
            Keyword::Elif => {
                self.set_chain(Some(Chain { keyword: Keyword::If, stage: 0, range }));
                Role::OrphanElif
            }
            Keyword::Else => Role::OrphanElse,
            clause => {
                self.text("try: pass", depth);
                let stage = if clause == Keyword::Except { 1 } else { 3 };
                self.set_chain(Some(Chain { keyword: Keyword::Try, stage, range }));
                Role::Normal
            }
        }
    }

    /// Whether the decorator at `index` is above a definition.
    fn is_decorator(&self, index: usize) -> bool {
        let column = self.lines[index].column;
        let after = self.lines[index + 1..].iter().take(200);
        after
            .filter(|line| line.kind == LineKind::Code)
            .find(|line| line.keyword != Keyword::Decorator)
            .is_some_and(|line| {
                matches!(line.keyword, Keyword::Def | Keyword::Class) && line.column == column
            })
    }
}
