//! Texts with statements that our parser refuses: these alone are read by tree-sitter, and the tree is the one that it gives for
//! the whole text.

use std::time::{Duration, Instant};

use analyzer_syntax::Parser;

use crate::support::{self, Random};

/// Statements that tree-sitter takes and Python 3 does not.
const STATEMENTS: &[&str] = &[
    "print 'a'",
    "print 'a' % b, c",
    "print >>f, 'a',; d = 1",
    "exec 'a' in b, c",
    "print (a), b  # c",
    "print 'a', (  # c\n  b,\n)",
    "raise A, 'b'",
    "a = 0777, 10L",
    "f(0o8 + 1_, 1__0)",
    "a = 1; print a; b = 2",
    "f(a=1, b)",
    "a = b = *c",
];

/// A text with statements between its lines, and after colons.
fn with_statements(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    for _ in 0..1 + random.below(5) {
        let line = random.below(lines.len());
        let statement = *random.pick(STATEMENTS);
        let before = &lines[line];
        let blanks = before.len() - before.trim_start().len();
        let added = format!("{}{statement}", &before[..blanks]);
        if random.below(4) == 0 && before.trim_start().starts_with("return ") {
            lines[line] = format!("{}if x: {}", &before[..blanks], "print x");
        } else {
            lines.insert(line, added);
        }
    }
    lines.join("\n")
}

#[test]
fn statements_of_their_own() {
    let files: Vec<(usize, std::path::PathBuf)> =
        support::corpus_files().into_iter().step_by(7).enumerate().collect();
    let read = std::sync::atomic::AtomicUsize::new(0);
    support::on_all_cores(&files, |oracle, (number, file): &(usize, std::path::PathBuf)| {
        let Ok(text) = std::fs::read_to_string(file) else { return };
        if text.len() > 40_000 || text.len() < 500 {
            return;
        }
        let text = with_statements(&text, &mut Random(77 + *number as u64));
        let theirs = oracle.parse(&text, None).unwrap();
        let mut parser = Parser::default();
        parser.grant(text.len());
        let ours = parser.parse_in_parts(&text, Instant::now() + Duration::from_secs(60)).unwrap();
        if theirs.root_node().has_error() || analyzer_syntax::parser::parse(&text).is_ok() {
            return;
        }
        let theirs = support::nodes_of(&theirs);
        let at = ours.nodes().iter().zip(&theirs).position(|(our, their)| our != their);
        assert!(ours.nodes() == theirs, "{}: {at:?}\n{text}", file.display());
        read.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    });
    let read = read.into_inner();
    assert!(read > 50, "{read}");
}
