//! Meaning of the condition of an `if` for its branches: `TYPE_CHECKING`, the main guard and constants, alone or
//! combined with others. It must not know trees.

/// Meaning of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Nothing.
    Unknown,
    /// It never holds where the program runs: `TYPE_CHECKING`, `False`, `TYPE_CHECKING and …`.
    TypeChecking,
    /// It always holds there: `not TYPE_CHECKING`, `True`, `not TYPE_CHECKING or …`.
    NotTypeChecking,
    /// It holds only in a script: `__name__ == "__main__"`, alone or with more that must hold.
    MainGuard,
}

use Condition::{MainGuard, NotTypeChecking, TypeChecking, Unknown};

/// The longest condition that is read, in bytes.
const LONGEST: usize = 1_000;

/// Reads a condition; `is_type_checking` gives the names of `TYPE_CHECKING`, and `speaks` whether a text may hold one.
pub(crate) fn read(
    text: &str,
    speaks: impl Fn(&str) -> bool,
    is_type_checking: impl Fn(&str) -> bool,
) -> Condition {
    let text = text.trim();
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    let constant = text.len() <= "not (False)".len();
    if text.len() > LONGEST || !(constant || has("__name__") || speaks(text)) {
        return Unknown;
    }
    let value = |operand: &str| {
        let operand = operand.trim();
        if is_type_checking(operand) || matches!(operand, "False" | "0" | "None") {
            TypeChecking
        } else if matches!(operand, "True" | "1") {
            NotTypeChecking
        } else if is_main(operand) {
            MainGuard
        } else {
            Unknown
        }
    };
    Reader { open: vec![Group::default()] }.read(text, &value).unwrap_or(Unknown)
}

fn is_main(operand: &str) -> bool {
    let compact: String = operand.chars().filter(|c| !c.is_whitespace()).collect();
    matches!(
        compact.as_str(),
        "__name__=='__main__'" | "__name__==\"__main__\"" | "'__main__'==__name__" | "\"__main__\"==__name__"
    )
}

fn not(value: Condition) -> Condition {
    match value {
        TypeChecking => NotTypeChecking,
        NotTypeChecking => TypeChecking,
        MainGuard | Unknown => Unknown,
    }
}

fn and(one: Condition, other: Condition) -> Condition {
    match (one, other) {
        (TypeChecking, _) | (_, TypeChecking) => TypeChecking,
        (MainGuard, _) | (_, MainGuard) => MainGuard,
        (NotTypeChecking, NotTypeChecking) => NotTypeChecking,
        _ => Unknown,
    }
}

fn or(one: Condition, other: Condition) -> Condition {
    match (one, other) {
        (NotTypeChecking, _) | (_, NotTypeChecking) => NotTypeChecking,
        (Unknown, _) | (_, Unknown) => Unknown,
        (MainGuard, _) | (_, MainGuard) => MainGuard,
        (TypeChecking, TypeChecking) => TypeChecking,
    }
}

/// Parts of a condition in brackets that have been read so far.
#[derive(Default)]
struct Group {
    /// Value of the alternatives before the last `or`.
    either: Option<Condition>,
    /// Value of the parts since then, before the last `and`.
    both: Option<Condition>,
    /// Whether the current part is negated.
    negated: bool,
    /// Value of the brackets in place of the current part.
    inner: Option<Condition>,
}

impl Group {
    /// The current part is over.
    fn part(&mut self, operand: &str, value: &impl Fn(&str) -> Condition) {
        let mut part = match self.inner.take() {
            Some(inner) if operand.trim().is_empty() => inner,
            Some(_) => Unknown,
            None => value(operand),
        };
        if std::mem::take(&mut self.negated) {
            part = not(part);
        }
        self.both = Some(self.both.map_or(part, |both| and(both, part)));
    }

    /// The current alternative is over.
    fn alternative(&mut self) {
        if let Some(both) = self.both.take() {
            self.either = Some(self.either.map_or(both, |either| or(either, both)));
        }
    }
}

struct Reader {
    open: Vec<Group>,
}

impl Reader {
    /// Meaning of the text; none where it cannot be followed.
    fn read(mut self, text: &str, value: &impl Fn(&str) -> Condition) -> Option<Condition> {
        let bytes = text.as_bytes();
        let (mut at, mut start) = (0, 0);
        while let Some(&byte) = bytes.get(at) {
            let operand = text.get(start..at)?;
            let group = self.open.last_mut()?;
            match byte {
                b'(' if operand.trim().is_empty() && group.inner.is_none() => {
                    self.open.push(Group::default());
                    start = at + 1;
                }
                b'(' | b'[' | b'{' => at = closing(bytes, at)?,
                b')' => {
                    group.part(operand, value);
                    group.alternative();
                    let whole = self.open.pop()?.either;
                    self.open.last_mut()?.inner = whole;
                    start = at + 1;
                }
                b'"' | b'\'' => at = crate::strings::string_end(bytes, at)? - 1,
                b'#' => return None,
                byte if crate::strings::is_word(byte) => {
                    let length = bytes.get(at..)?.iter().take_while(|b| crate::strings::is_word(**b)).count();
                    let word = text.get(at..at + length)?;
                    at += length;
                    match word {
                        "and" | "or" => {
                            group.part(operand, value);
                            if word == "or" {
                                group.alternative();
                            }
                            start = at;
                        }
                        "not" if operand.trim().is_empty() && group.inner.is_none() => {
                            group.negated = !group.negated;
                            start = at;
                        }
                        "if" | "else" | "lambda" => return None,
                        _ => {}
                    }
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        let mut last = self.open.pop().filter(|_| self.open.is_empty())?;
        last.part(text.get(start..)?, value);
        last.alternative();
        last.either
    }
}

/// The bracket that closes the one at `at`.
fn closing(text: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut place = at;
    while let Some(&byte) = text.get(place) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth <= 1 => return Some(place),
            b')' | b']' | b'}' => depth -= 1,
            b'"' | b'\'' => place = crate::strings::string_end(text, place)? - 1,
            _ => {}
        }
        place += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str) -> Condition {
        read(
            text,
            |text| text.contains("TYPE_CHECKING"),
            |name| matches!(name, "TYPE_CHECKING" | "t.TYPE_CHECKING"),
        )
    }

    #[test]
    fn conditions_never_hold_always_hold_or_hold_in_scripts() {
        for never in [
            "TYPE_CHECKING",
            "( t.TYPE_CHECKING )",
            "False",
            "TYPE_CHECKING and sys.version_info >= (3, 8)",
            "sys.version_info >= (3, 8) and (TYPE_CHECKING)",
            "not (not TYPE_CHECKING or False)",
            "TYPE_CHECKING or False",
            "not True",
            "TYPE_CHECKING and __name__ == '__main__'",
        ] {
            assert_eq!(says(never), TypeChecking, "{never}");
        }
        for always in ["not TYPE_CHECKING", "not(TYPE_CHECKING)", "True", "1", "ready() or not TYPE_CHECKING"]
        {
            assert_eq!(says(always), NotTypeChecking, "{always}");
        }
        for main in [
            "__name__ == \"__main__\"",
            "('__main__'==__name__)",
            "__name__ == '__main__' and len(sys.argv) > 1",
        ] {
            assert_eq!(says(main), MainGuard, "{main}");
        }
        for unknown in [
            "x",
            "TYPE_CHECKING or ready()",
            "not TYPE_CHECKING and ready()",
            "TYPE_CHECKING == flag",
            "(TYPE_CHECKING) is flag",
            "f(TYPE_CHECKING and x)",
            "x if TYPE_CHECKING else y",
            "__name__ != '__main__'",
            "'TYPE_CHECKING and x'",
            "TYPE_CHECKING not in flags",
            "(TYPE_CHECKING",
        ] {
            assert_eq!(says(unknown), Unknown, "{unknown}");
        }
    }
}
