//! Random Python functions for differential tests: every statement and expression that a complexity metric treats
//! specially, nested in each other. It must not know the metrics.

use std::fmt::Write as _;

/// A generator of Python modules; equal seeds give equal texts.
pub(crate) struct Generator {
    state: u64,
    text: String,
    names: u32,
}

impl Generator {
    /// A generator that starts from `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, text: String::new(), names: 0 }
    }

    /// A module of `count` functions, some of them methods, each with functions nested in it.
    pub(crate) fn module(mut self, count: usize) -> String {
        for _ in 0..count {
            if self.below(4) == 0 {
                self.line(0, "class Box:");
                self.function(1, 2);
            } else {
                self.function(0, 3);
            }
        }
        self.text
    }

    /// xorshift64*, by Vigna (2016).
    fn below(&mut self, bound: u64) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    fn line(&mut self, indent: usize, line: &str) {
        let _ = writeln!(self.text, "{:1$}{line}", "", indent * 4);
    }

    fn function(&mut self, indent: usize, depth: u32) {
        self.names += 1;
        let name = self.names;
        if self.below(6) == 0 {
            let decorator = self.expression(1);
            self.line(indent, &format!("@wrap({decorator})"));
        }
        let keyword = if self.below(5) == 0 { "async def" } else { "def" };
        let is_async = keyword == "async def";
        let default = self.expression(1);
        let annotation = self.expression(1);
        let header = match self.below(4) {
            0 => format!("{keyword} f{name}(a, b={default}) -> ({annotation}):"),
            1 => format!("{keyword} f{name}(a: ({annotation}), *args, **kwargs):"),
            2 => format!("{keyword} f{name}(  # a comment: if and or"),
            _ => format!("{keyword} f{name}():"),
        };
        self.line(indent, &header);
        if header.ends_with("or") {
            self.line(indent + 1, "a,");
            self.line(indent, "):");
        }
        if self.below(4) == 0 {
            self.line(indent + 1, "\"\"\"if this and that: else, for, while.\"\"\"");
        }
        self.block(indent + 1, depth, is_async);
    }

    fn block(&mut self, indent: usize, depth: u32, is_async: bool) {
        for _ in 0..=self.below(3) {
            self.statement(indent, depth, is_async);
        }
    }

    fn statement(&mut self, indent: usize, depth: u32, is_async: bool) {
        if depth == 0 {
            return self.simple(indent);
        }
        let inner = depth - 1;
        let e = self.expression(1);
        match self.below(16) {
            0..=2 => {
                self.line(indent, &format!("if {e}:"));
                self.block(indent + 1, inner, is_async);
                for _ in 0..self.below(3) {
                    let e = self.expression(1);
                    self.line(indent, &format!("elif {e}:"));
                    self.block(indent + 1, inner, is_async);
                }
                self.or_else(indent, inner, is_async, "else:");
            }
            3 | 4 => {
                let header = match self.below(3) {
                    0 => format!("while {e}:"),
                    1 if is_async => format!("async for x, y in {e}:"),
                    _ => format!("for x in {e}:"),
                };
                self.line(indent, &header);
                self.block(indent + 1, inner, is_async);
                if self.below(4) == 0 {
                    let exit = if self.below(2) == 0 { "break" } else { "continue" };
                    self.line(indent + 1, exit);
                }
                self.or_else(indent, inner, is_async, "else:");
            }
            5 | 6 => self.try_statement(indent, inner, is_async),
            7 => {
                let header = if is_async { "async with" } else { "with" };
                self.line(indent, &format!("{header} {e} as x, y:"));
                self.block(indent + 1, inner, is_async);
            }
            8 | 9 => self.match_statement(indent, inner, is_async),
            10 => self.function(indent, inner),
            11 => {
                self.line(indent, &format!("class Inner({e}, key={e}):"));
                if self.below(2) == 0 {
                    self.block(indent + 1, inner, false);
                }
                self.function(indent + 1, inner);
            }
            _ => self.simple(indent),
        }
    }

    fn or_else(&mut self, indent: usize, depth: u32, is_async: bool, header: &str) {
        if self.below(3) == 0 {
            self.line(indent, header);
            self.block(indent + 1, depth, is_async);
        }
    }

    fn try_statement(&mut self, indent: usize, depth: u32, is_async: bool) {
        self.line(indent, "try:");
        self.block(indent + 1, depth, is_async);
        let handlers = self.below(4);
        let keyword = if self.below(4) == 0 { "except*" } else { "except" };
        for _ in 0..handlers {
            let e = self.expression(1);
            let header = if self.below(2) == 0 {
                format!("{keyword} ({e}):")
            } else {
                format!("{keyword} ({e}) as error:")
            };
            self.line(indent, &header);
            self.block(indent + 1, depth, is_async);
        }
        if handlers > 0 {
            self.or_else(indent, depth, is_async, "else:");
        }
        if handlers == 0 || self.below(3) == 0 {
            self.line(indent, "finally:");
            self.block(indent + 1, depth, is_async);
        }
    }

    fn match_statement(&mut self, indent: usize, depth: u32, is_async: bool) {
        let subject = self.expression(1);
        self.line(indent, &format!("match {subject}:"));
        for _ in 0..self.below(3) {
            let pattern =
                ["1", "-1", "None", "a.b", "[x, *_]", "{'k': v, **rest}", "Point(x=0)", "x,", "(x, y)"]
                    [self.below(9) as usize];
            self.case(indent, depth, is_async, pattern);
        }
        if self.below(4) == 0 {
            let guard = self.expression(1);
            self.line(indent + 1, &format!("case _ if {guard}:"));
            self.block(indent + 2, depth, is_async);
        }
        // A pattern that catches everything without a guard may only come last.
        let last =
            ["_", "x", "(_)", "((x))", "x as y", "1 | _", "(1 | (2 | _)) as z", "2 as x", "*_,", "'s' 't'"]
                [self.below(10) as usize];
        self.case(indent, depth, is_async, last);
    }

    fn case(&mut self, indent: usize, depth: u32, is_async: bool, pattern: &str) {
        let guard = if self.below(3) == 0 { format!(" if {}", self.expression(1)) } else { String::new() };
        self.line(indent + 1, &format!("case {pattern}{guard}:"));
        self.block(indent + 2, depth, is_async);
    }

    fn simple(&mut self, indent: usize) {
        let (e, g) = (self.expression(2), self.expression(1));
        let line = match self.below(14) {
            0 => "pass".to_owned(),
            1 => format!("return {e}"),
            2 => format!("x = y = {e}"),
            3 => format!("x: ({g}) = {e}"),
            4 => format!("x[{g}] += {e}"),
            5 => format!("assert {e}, {g}"),
            6 => format!("raise {e} from ({g})"),
            7 => format!("del x[{e}]"),
            8 => format!("{e}; x = {g}"),
            9 => format!("print >> x, {e}"),
            10 => format!("type(x).attr = {e}"),
            11 => format!("match = {e}"),
            12 => "global_name = 'if a and b or c: for x in y'  # else".to_owned(),
            _ => format!("print({e}, key={g})"),
        };
        self.line(indent, &line);
    }

    fn expression(&mut self, depth: u32) -> String {
        if depth == 0 {
            return ["a", "b.c", "1", "'if'", "f(x)", "None", "x[0]"][self.below(7) as usize].to_owned();
        }
        let inner = depth - 1;
        let (e, g, h) = (self.expression(inner), self.expression(inner), self.expression(inner));
        match self.below(16) {
            0 => format!("({e} and {g})"),
            1 => format!("({e} or {g} and {h})"),
            2 => format!("({e} and {g} and not {h})"),
            3 => format!("({e} if {g} else {h})"),
            4 => format!("[{e} for x in {g}]"),
            5 => format!("[{e} for x in {g} if {h} if x for y in x]"),
            6 => format!("{{{e}: {g} for x in {h} if x}}"),
            7 => format!("sum({e} for x, y in {g})"),
            8 => format!("(lambda x={e}: {g})"),
            9 => format!("(n := {e})"),
            10 => format!("f({e}, *{g}, key={h})"),
            11 => format!("({e} < {g} != {h})"),
            12 => format!("f\"{{(a and b)!r:>{{(c or d)}}}} text\" + str({e})"),
            13 => format!("{{({e}), *({g})}}"),
            _ => self.expression(0),
        }
    }
}
