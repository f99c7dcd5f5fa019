//! Estimates how many ways a query may match one place, from its optional and repeated parts and its captures.
//! The library's limits come too late for some queries, since it follows all ways at once. It must not run queries.

use std::ops::Range;

/// Optional and repeated parts of a pattern times its captures, at most. Each optional part doubles the ways to match.
const MAX_WAYS: u32 = 64;
/// How much more than something optional what is repeated weighs: it may match few or many. What is optional inside of
/// it is decided anew each time.
const REPEATED: u32 = 4;

/// A pattern that is open, or a part of one.
#[derive(Debug, Default)]
struct Part {
    start: usize,
    /// Optional and repeated parts inside.
    weight: u32,
    captures: u32,
    /// Whether it says what captured text must be.
    predicate: bool,
}

/// The first pattern of a query that compiles with too many ways to match: its place, its optional or repeated parts, as
/// they weigh, and its captures.
pub(super) fn too_many_ways(query: &str) -> Option<(Range<usize>, u32, u32)> {
    let bytes = query.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let mut open: Vec<Part> = Vec::new();
    // The pattern at the outermost level that may still go on with a quantifier or a capture.
    let mut last: Option<(Range<usize>, Part)> = None;
    let mut index = 0;
    while index < bytes.len() {
        let byte = at(index);
        let start = index;
        index += 1;
        match byte {
            b';' => index += query.get(index..).map_or(0, |rest| rest.find('\n').unwrap_or(rest.len())),
            b'"' => {
                while index < bytes.len() && at(index) != b'"' {
                    index += if at(index) == b'\\' { 2 } else { 1 };
                }
                index += 1;
            }
            b'(' | b'[' => {
                if open.is_empty()
                    && let Some(found) = last.take().and_then(judged)
                {
                    return Some(found);
                }
                let inside = query.get(index..).unwrap_or("").trim_start();
                open.push(Part { start, predicate: inside.starts_with('#'), ..Part::default() });
            }
            b')' | b']' => {
                let Some(mut part) = open.pop() else { continue };
                if part.predicate {
                    continue;
                }
                let quantifier = query.get(index..).unwrap_or("").trim_start().bytes().next();
                part.weight = match quantifier {
                    Some(b'?') => part.weight.saturating_add(1),
                    Some(b'*' | b'+') => part.weight.saturating_add(1).saturating_mul(REPEATED),
                    _ => part.weight,
                };
                match open.last_mut() {
                    Some(around) => {
                        around.weight = around.weight.saturating_add(part.weight);
                        around.captures += part.captures;
                    }
                    None => last = Some((part.start..index, part)),
                }
            }
            // Of a name or a word without brackets; after brackets it was counted with them.
            b'?' | b'*' | b'+' if !query.get(..start).unwrap_or("").trim_end().ends_with([')', ']']) => {
                if let Some(part) = open.last_mut().filter(|part| !part.predicate) {
                    part.weight = part.weight.saturating_add(if byte == b'?' { 1 } else { REPEATED });
                }
            }
            b'@' => {
                let part = open.last_mut().or(last.as_mut().map(|(_, part)| part));
                if let Some(part) = part.filter(|part| !part.predicate) {
                    part.captures += 1;
                }
            }
            _ => {}
        }
    }
    last.and_then(judged)
}

fn judged((range, part): (Range<usize>, Part)) -> Option<(Range<usize>, u32, u32)> {
    let ways = part.weight.saturating_mul(part.captures.max(1));
    (ways > MAX_WAYS).then_some((range, part.weight, part.captures))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(query: &str) -> Option<(u32, u32)> {
        too_many_ways(query).map(|(_, weight, captures)| (weight, captures))
    }

    /// A pattern of so many optional parts that are captured, beside the one that is reported.
    fn optional(count: usize, quantifier: &str) -> String {
        let parts: String =
            (0..count).map(|at| format!(" (expression_statement){quantifier} @part{at}")).collect();
        format!("(block{parts}) @finding")
    }

    #[test]
    fn optional_parts_weigh_with_what_is_captured() {
        assert_eq!(shape(&optional(7, "?")), None);
        assert_eq!(shape(&optional(8, "?")), Some((8, 9)));
        for repeated in ["*", "+"] {
            assert_eq!(shape(&optional(3, repeated)), None);
            assert_eq!(shape(&optional(4, repeated)), Some((16, 5)));
        }
        assert_eq!(shape("(a (b)? (c)* \"d\"? _? (e (f)? @f) @e (#eq? @f \"?*+@\")) @finding"), None);
        assert_eq!(shape("; (a)? (b)? @c\n(call) @finding"), None);
    }

    #[test]
    fn what_is_optional_in_something_repeated_weighs_more() {
        let inner = |count: usize| format!("(module ((a)? @x{})* @y) @finding", " (b)?".repeat(count));
        assert_eq!(shape(&inner(3)), None);
        assert_eq!(shape(&inner(6)), Some((32, 3)));
        assert_eq!(shape("(a ((b ((c (d)? @d)+ @c)* @b)+ @e)) @finding"), Some((148, 5)));
    }

    #[test]
    fn each_pattern_counts_for_itself() {
        let several = format!("{}\n{}", optional(7, "?"), optional(6, "?"));
        assert_eq!(shape(&several), None);
        let second = format!("(call) @finding\n\n{}", optional(9, "?"));
        let (range, ..) = too_many_ways(&second).unwrap();
        assert_eq!(range.start, second.find("(block").unwrap());
    }
}
