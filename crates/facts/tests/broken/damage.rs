//! The ways in which files of the audited monorepo were broken.

/// A small generator of numbers that are the same on every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound.max(1)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    TryWithoutBody,
    PastedHelper,
    Merge,
    StrayIndentation,
    HalfDeletedCall,
}

pub(crate) const ALL: [Damage; 5] = [
    Damage::TryWithoutBody,
    Damage::PastedHelper,
    Damage::Merge,
    Damage::StrayIndentation,
    Damage::HalfDeletedCall,
];

/// A damaged text.
pub(crate) struct Damaged {
    pub(crate) text: String,
    /// The bytes of the text before that the damage touched; all others are as they were.
    pub(crate) touched: (usize, usize),
}

const HELPER: &str = "def _safe_call(fn, *args):\n    try:\n        return fn(*args)\n    except Exception:\n        return None\n\n";

/// Physical lines of a text: (start, end without the line feed, indentation).
fn lines(text: &str) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end();
        found.push((start, start + body.len(), body.len() - body.trim_start().len()));
        start += line.len();
    }
    found
}

/// Damages `text` at a random place; none if it has none that fits. `code` says which offsets are the starts of
/// statements, with their ends.
pub(crate) fn damage(
    text: &str,
    kind: Damage,
    random: &mut Random,
    statements: &[(usize, usize)],
) -> Option<Damaged> {
    let lines = lines(text);
    let pick = |random: &mut Random, found: &[(usize, usize)]| {
        (!found.is_empty()).then(|| found[random.below(found.len())])
    };
    let line_of = |offset: usize| lines.partition_point(|&(start, _, _)| start <= offset) - 1;
    let splice = |start: usize, end: usize, new: &str| Damaged {
        text: [&text[..start], new, &text[end..]].concat(),
        touched: (start, end),
    };
    let slice = |&(start, end): &(usize, usize)| &text[start..end];
    match kind {
        Damage::TryWithoutBody => {
            // The body's lines go; the handlers stay.
            let tries: Vec<_> =
                statements.iter().copied().filter(|s| slice(s).starts_with("try:\n")).collect();
            let (start, end) = pick(random, &tries)?;
            let first = line_of(start);
            let column = lines[first].2;
            let body = lines[first + 1..].iter().position(|&(at, to, indent)| {
                to > at
                    && indent <= column
                    && ["except", "finally"].iter().any(|k| text[at + indent..].starts_with(k))
            })?;
            let from = lines[first + 1].0;
            let to = lines[first + 1 + body].0;
            (to <= end).then(|| splice(from, to, ""))
        }
        Damage::PastedHelper => {
            // Into a statement of several lines.
            let long: Vec<_> = statements
                .iter()
                .copied()
                .filter(|s| {
                    let part = slice(s);
                    let simple = ![
                        "def", "class", "if", "for", "while", "with", "try", "@", "async", "match", "\"",
                        "'", "r\"",
                    ]
                    .iter()
                    .any(|k| part.starts_with(k));
                    simple && part.contains("(\n") && !part.contains("\"\"\"") && !part.contains("'''")
                })
                .collect();
            let (start, end) = pick(random, &long)?;
            let (first, last) = (line_of(start), line_of(end));
            let at = lines[first + 1 + random.below(last - first)].0;
            let indented: String = HELPER.lines().map(|l| format!("    {l}\n")).collect();
            let helper = if random.below(2) == 0 { HELPER.to_owned() } else { indented };
            let mut damaged = splice(at, at, &helper);
            damaged.touched = (start, end);
            Some(damaged)
        }
        Damage::Merge => {
            let from = pick(random, statements)?;
            let first = line_of(from.0);
            let count = 1 + random.below(6);
            let last = (first + count).min(lines.len() - 1);
            let block = &text[lines[first].0..lines[last].0];
            if block.is_empty() {
                return None;
            }
            if text[..lines[last].0].matches("\"\"\"").count() % 2 == 1 || block.contains("\"\"\"") {
                return None;
            }
            let (start, end) = (lines[first].0, lines[last].0);
            if random.below(2) == 0 {
                let new = format!("<<<<<<< HEAD\n{block}=======\n{block}>>>>>>> feature/agents\n");
                return Some(splice(start, end, &new));
            }
            // Half of the block twice.
            let half = lines[first + (last - first).div_ceil(2)].0;
            let new = format!("{}{block}>>>>>>> feature/agents\n", &text[start..half]);
            Some(splice(start, end, &new))
        }
        Damage::StrayIndentation => {
            let (start, _) = pick(random, statements)?;
            let line = lines[line_of(start)];
            if line.0 + line.2 != start {
                return None;
            }
            let touched = (line.0, line.1);
            let mut damaged = if random.below(3) > 0 || line.2 < 4 {
                splice(line.0, line.0, ["  ", "    ", "        "][random.below(3)])
            } else {
                splice(line.0, line.0 + 2, "")
            };
            damaged.touched = touched;
            Some(damaged)
        }
        Damage::HalfDeletedCall => {
            // From inside the brackets of a call or a header up to the end of the line, or one closing bracket.
            let calls: Vec<_> = statements
                .iter()
                .map(|&(start, end)| (start, end.min(lines[line_of(start)].1)))
                .filter(|s| {
                    let part = slice(s);
                    let other = ["\"", "'", "import", "from"].iter().any(|k| part.starts_with(k));
                    part.contains('(')
                        && !other
                        && !part.contains("\"\"\"")
                        && !part.contains("'''")
                        && !part.contains('#')
                })
                .collect();
            let (start, end) = pick(random, &calls)?;
            let open = start + text[start..end].find('(')? + 1;
            let closing = text[open..end].rfind(')').map(|at| open + at);
            let mut damaged = match closing {
                Some(at) if random.below(3) == 0 => splice(at, at + 1, ""),
                _ => {
                    let mut from = open + random.below(end - open);
                    while !text.is_char_boundary(from) {
                        from -= 1;
                    }
                    splice(from, end, "")
                }
            };
            let whole = statements.iter().filter(|s| s.0 == start).map(|s| s.1).next().unwrap_or(end);
            let simple = !["def", "class", "if", "for", "while", "with", "async", "match", "@"]
                .iter()
                .any(|k| text[start..].starts_with(k));
            damaged.touched = (start, if simple { whole } else { end });
            Some(damaged)
        }
    }
}
