//! Random programs, full of rare forms, each with CPython's verdict on it.

use std::fmt::Write as _;

use crate::support::{self, Outcome, Random};

/// Makes programs from a grammar.
struct Maker {
    random: Random,
    text: String,
    depth: usize,
}

const NAMES: &[&str] = &["a", "b", "c", "print", "match", "type", "case", "exec", "_", "long_name", "\u{e9}"];
const ATOMS: &[&str] = &[
    "1",
    "0x1f",
    "1.5",
    "2j",
    "None",
    "True",
    "...",
    "'s'",
    "b'x\\n'",
    "r'\\d'",
    "'a' 'b'",
    "f'{a}'",
    "f'{a!r:>{b}}'",
    "f'{a, b}{c = }'",
    "\"\"\"x\n y\"\"\"",
    "f'{{}}'",
    "()",
    "[]",
    "{}",
    "'\\x41\\q'",
    "rf'\\{a}'",
    "(yield)",
];
const OPERATORS: &[&str] = &[
    "+", "-", "*", "/", "//", "%", "@", "**", "<<", ">>", "&", "|", "^", "and", "or", "<", "==", "!=", "in",
    "not in", "is", "is not", ">=",
];

impl Maker {
    fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn name(&mut self) {
        let name = *self.random.pick(NAMES);
        self.add(name);
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.random.below(one_in) == 0
    }

    /// A comma and a blank, perhaps with a comment or a line end, inside brackets.
    fn comma(&mut self, brackets: bool) {
        let separator = if brackets && self.chance(8) { ",  # c\n  " } else { ", " };
        self.add(separator);
    }

    fn list(&mut self, least: usize, brackets: bool, item: fn(&mut Self)) {
        for index in 0..least + self.random.below(3) {
            if index > 0 {
                self.comma(brackets);
            }
            item(self);
        }
    }

    fn starred(&mut self) {
        if self.chance(4) {
            self.add("*");
            self.primary();
        } else {
            self.expression();
        }
    }

    fn argument(&mut self) {
        match self.random.below(8) {
            0 => {
                self.add("*");
                self.primary();
            }
            1 => {
                self.name();
                self.add("=");
                self.expression();
            }
            2 => {
                self.add("(a := ");
                self.expression();
                self.add(")");
            }
            _ => self.expression(),
        }
    }

    fn subscript(&mut self) {
        match self.random.below(5) {
            0 => self.add(":"),
            1 => {
                self.operand();
                self.add(":");
                self.operand();
            }
            2 => self.add("::2"),
            3 => {
                self.add("*");
                self.name();
            }
            _ => self.expression(),
        }
    }

    fn primary(&mut self) {
        self.name();
        for _ in 0..self.random.below(4) {
            match self.random.below(3) {
                0 => {
                    self.add(".");
                    self.name();
                }
                1 => {
                    self.add("(");
                    self.list(0, true, Self::argument);
                    self.add(")");
                }
                _ => {
                    self.add("[");
                    self.list(1, true, Self::subscript);
                    self.add("]");
                }
            }
        }
    }

    fn clauses(&mut self) {
        for _ in 0..=self.random.below(2) {
            self.add(" for ");
            self.target();
            self.add(" in ");
            self.operand();
            if self.chance(3) {
                self.add(" if ");
                self.operand();
            }
        }
    }

    fn operand(&mut self) {
        self.depth += 1;
        if self.depth > 5 {
            self.name();
            self.depth -= 1;
            return;
        }
        match self.random.below(14) {
            0 | 1 => {
                let atom = *self.random.pick(ATOMS);
                self.add(atom);
            }
            2 => {
                self.add("[");
                self.list(0, true, Self::starred);
                self.add("]");
            }
            3 => {
                self.add("(");
                self.expression();
                self.add(", ");
                self.list(0, true, Self::starred);
                self.add(")");
            }
            4 => {
                self.add("{");
                self.list(1, true, Self::starred);
                self.add("}");
            }
            5 => {
                self.add("{**");
                self.primary();
                self.add(", ");
                self.expression();
                self.add(": ");
                self.expression();
                self.add(",}");
            }
            6 => {
                let (open, close) =
                    *self.random.pick(&[("[", "]"), ("(", ")"), ("{", "}"), ("{a: ", "}"), ("f(", ")")]);
                self.add(open);
                self.expression();
                self.clauses();
                self.add(close);
            }
            7 => {
                self.add("(");
                self.expression();
                self.add(")");
                if self.chance(2) {
                    self.add(".a");
                }
            }
            8 => {
                let sign = *self.random.pick(&["-", "~", "+"]);
                self.add(sign);
                self.operand();
            }
            _ => self.primary(),
        }
        self.depth -= 1;
    }

    fn expression(&mut self) {
        self.depth += 1;
        match self.random.below(if self.depth > 4 { 3 } else { 12 }) {
            0..=4 => self.operand(),
            5 => {
                self.add("not ");
                self.operand();
            }
            6 => {
                self.operand();
                self.add(" if ");
                self.operand();
                self.add(" else ");
                self.expression();
            }
            7 => {
                let head =
                    *self.random.pick(&["lambda: ", "lambda a, *b, c=1, **d: ", "lambda a, /, *, b: "]);
                self.add(head);
                self.expression();
            }
            _ => {
                self.operand();
                for _ in 0..=self.random.below(3) {
                    let operator = *self.random.pick(OPERATORS);
                    write!(self.text, " {operator} ").unwrap();
                    self.operand();
                }
            }
        }
        self.depth -= 1;
    }

    fn target(&mut self) {
        match self.random.below(8) {
            0 => self.add("(a, *b)"),
            1 => self.add("[a, (b, c)]"),
            2 => self.add("a, *b.c"),
            3 => self.add("a.b[0]"),
            4 => self.add("*a, b"),
            _ => self.name(),
        }
    }

    fn annotation(&mut self) {
        let annotation = *self.random.pick(&[
            "int",
            "A[b]",
            "A[b, C[d]]",
            "a.b[c]",
            "A[b] | None",
            "A | B[c]",
            "A[b] | C[d] | E",
            "'A'",
            "A[b].c",
            "A[[b], ...]",
            "A[*b]",
            "A[*b[c]]",
            "None",
            "A[()]",
            "type[a]",
            "match[a]",
            "A['b', 1]",
            "f(a)",
            "A[b,]",
        ]);
        self.add(annotation);
    }

    fn simple(&mut self) {
        match self.random.below(16) {
            0 => {
                self.target();
                self.add(" = ");
                if self.chance(3) {
                    self.target();
                    self.add(" = ");
                }
                self.list(1, false, Self::starred);
            }
            1 => {
                self.name();
                self.add(": ");
                self.annotation();
                if self.chance(2) {
                    self.add(" = ");
                    self.list(1, false, Self::expression);
                }
            }
            2 => {
                self.primary();
                let operator = *self.random.pick(&["+=", "//=", "**=", ">>=", "|="]);
                write!(self.text, " {operator} ").unwrap();
                self.list(1, false, Self::expression);
            }
            3 => {
                self.add("return ");
                self.list(1, false, Self::starred);
            }
            4 => {
                let import = *self.random.pick(&[
                    "import a.b as c, d",
                    "from . import a",
                    "from ...a import (b as c,  # x\n  d,)",
                    "from a import *",
                ]);
                self.add(import);
            }
            5 => {
                self.add("assert ");
                self.list(1, false, Self::expression);
            }
            6 => {
                self.add("raise ");
                self.expression();
            }
            7 => {
                let statement = *self.random.pick(&[
                    "pass",
                    "break",
                    "continue",
                    "global a, b",
                    "nonlocal c",
                    "del a[0], (b, c)",
                    "raise",
                ]);
                self.add(statement);
            }
            8 => self.add("yield"),
            _ => self.list(1, false, Self::expression),
        }
    }

    fn line(&mut self, indent: usize) {
        let blanks = "    ".repeat(indent);
        if self.chance(10) {
            let comment = " ".repeat(self.random.below(12));
            writeln!(self.text, "{comment}# c").unwrap();
        }
        self.add(&blanks);
        if indent < 3 && self.chance(3) {
            self.compound(indent);
            return;
        }
        self.simple();
        if self.chance(10) {
            self.add("; ");
            self.simple();
        }
        let end = *self.random.pick(&["\n", "\n", "\n", "  # c\n", "\n\n"]);
        self.add(end);
    }

    fn body(&mut self, indent: usize) {
        if self.chance(5) {
            self.add(": ");
            self.simple();
            self.add("\n");
            return;
        }
        let end = *self.random.pick(&[":\n", ":  # c\n", ":\n        # c\n", ":\n# c\n"]);
        self.add(end);
        for _ in 0..=self.random.below(3) {
            self.line(indent + 1);
        }
    }

    fn compound(&mut self, indent: usize) {
        let blanks = "    ".repeat(indent);
        match self.random.below(8) {
            0 => {
                self.add("if ");
                self.expression();
                self.body(indent);
                if self.chance(2) {
                    write!(self.text, "{blanks}elif a").unwrap();
                    self.body(indent);
                }
                if self.chance(2) {
                    write!(self.text, "{blanks}else").unwrap();
                    self.body(indent);
                }
            }
            1 => {
                self.add("for ");
                self.target();
                self.add(" in ");
                self.list(1, false, Self::starred);
                self.body(indent);
            }
            2 => {
                self.add("try");
                self.body(indent);
                let clause =
                    *self.random.pick(&["except A as b", "except (A, B)", "except", "finally", "except* A"]);
                write!(self.text, "{blanks}{clause}").unwrap();
                self.body(indent);
            }
            3 => {
                let head = *self.random.pick(&[
                    "with a as b, c",
                    "with (a, b)",
                    "with (a as b)",
                    "with (a as b, c as d,)",
                    "with (a).b as c",
                    "with (a)",
                    "with a() as (b, *c.d)",
                    "with (a, b) as c",
                    "with f(a) as b[0]",
                    "with a if b else c as d",
                ]);
                self.add(head);
                self.body(indent);
            }
            4 => {
                let head = *self.random.pick(&[
                    "@a.b(c)\ndef f(a, /, b: int = 1, *c, d, **e) -> A[b]",
                    "async def f(*, a)",
                    "def f(*a: b, **c: D[e])",
                    "@a  # c\n# d\n@b\nclass A(B, metaclass=C)",
                    "class A",
                    "class A()",
                    "def f(a, b=(1, 2), *c: *d)",
                ]);
                self.add(&head.replace('\n', &format!("\n{blanks}")));
                self.body(indent);
            }
            5 => {
                self.add("while ");
                self.expression();
                self.body(indent);
            }
            _ => {
                self.add("match ");
                self.list(1, false, Self::operand);
                self.add(":\n");
                for _ in 0..=self.random.below(2) {
                    let pattern = *self.random.pick(&[
                        "1 | -2",
                        "A(b, c=D())",
                        "[a, *_]",
                        "{'a': b, **c}",
                        "(a)",
                        "a, *b",
                        "a.b",
                        "_",
                        "'a' 'b'",
                        "1 - 2j",
                        "(A() as b)",
                        "None",
                        "A(b=1 | 2) as c",
                        "{-1: a}",
                        "a if b",
                        "()",
                    ]);
                    write!(self.text, "{blanks}    case {pattern}").unwrap();
                    self.body(indent + 1);
                }
            }
        }
    }
}

/// Prints the numbers of the programs that CPython's parser takes.
const PARSED: &str = "import sys, ast
for number, text in enumerate(sys.stdin.read().split('\\x01')):
    try:
        ast.parse(text)
        print(number)
    except Exception:
        pass";

#[test]
fn random_programs() {
    let programs: Vec<String> = (0..4_000)
        .map(|seed| {
            let mut maker = Maker { random: Random(seed * 7 + 1), text: String::new(), depth: 0 };
            maker.random.below(9);
            for _ in 0..=maker.random.below(3) {
                maker.line(0);
            }
            maker.text
        })
        .collect();
    let sound = support::python(PARSED, &programs.join("\u{1}"));
    let sound: Vec<usize> = sound.lines().map(|line| line.parse().unwrap()).collect();
    let verdicts: Vec<(bool, &String)> = programs
        .iter()
        .enumerate()
        .map(|(number, text)| (sound.binary_search(&number).is_ok(), text))
        .collect();
    let counts = std::sync::Mutex::new([0_usize; 4]);
    support::on_all_cores(&verdicts, |oracle, (sound, text): &(bool, &String)| {
        let outcome = support::compare(oracle, text);
        let slot = match outcome {
            Outcome::Equal => 0,
            Outcome::Misread | Outcome::OtherThanError => 1,
            Outcome::Refused(_, true) => 3,
            // Refused by CPython as well, after parsing.
            Outcome::Refused(refused, false) if refused.reason == "star without a list" => 2,
            Outcome::Refused(_, false) => 3,
            Outcome::Other(words) => panic!("{words}\n{text}"),
        };
        if *sound {
            counts.lock().unwrap()[slot] += 1;
        }
    });
    let [equal, misread, refused_later, refused] = counts.into_inner().unwrap();
    assert!(
        equal > 1_500 && misread + refused < equal / 20,
        "{equal}, {misread}, {refused_later}, {refused}"
    );
}
