//! Text to facts, behind one function: parse, one walk, recovery where the text is broken, the tree dropped.
//! It must not know files or caches.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use analyzer_source::TextRange;
use analyzer_syntax::kind::{self, Kind};
use analyzer_syntax::{Node, Parser, Tier, Tree};

use crate::config_text::ConfigKind;
use crate::markers;
use crate::model::file::{FileFacts, SyntaxProblem};
use crate::recovery::{errors, repair};
use crate::secrets;
use crate::services;
use crate::suppressions::in_broken_text;
use crate::walk::{Collectors, Context, Visit, walk};
use crate::winnow::shape;

/// Bounds on the work for one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Wall-clock time for parsing.
    pub parse_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { parse_time: Duration::from_secs(2) }
    }
}

/// A text that was not parsed within its time bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedOut;

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new(Parser::default());
}

/// The facts of one text. Equal texts give equal facts, whatever the thread or the time.
///
/// # Errors
/// [`TimedOut`] when the text cannot be parsed within `limits`.
pub fn extract(text: &str, limits: Limits) -> Result<FileFacts, TimedOut> {
    extract_with(text, limits, true)
}

/// As [`extract`], but looks at every node, also where nothing can be found: slower, and with the same result, which
/// is what tests use it for.
///
/// # Errors
/// As [`extract`].
pub fn extract_exhaustively(text: &str, limits: Limits) -> Result<FileFacts, TimedOut> {
    extract_with(text, limits, false)
}

/// A text and its tree, kept so that the next version of the text is parsed faster.
#[derive(Debug, Clone)]
pub struct Parsed {
    text: Arc<str>,
    tree: Tree,
}

/// As [`extract`], with the same result, of the next version of a text whose tree was kept; keeps that of this one.
///
/// # Errors
/// As [`extract`]; nothing is kept then.
pub fn extract_edited(
    text: &Arc<str>,
    limits: Limits,
    kept: &mut Option<Parsed>,
) -> Result<FileFacts, TimedOut> {
    let deadline = Instant::now() + limits.parse_time;
    PARSER.with_borrow_mut(|parser| {
        let old = kept.take();
        let old = old.as_ref().map(|old| (&*old.text, &old.tree));
        let mut tree = parser.parse(text, old, limits.parse_time).map_err(|_| TimedOut)?;
        if old.is_some() && tree.root_node().has_error() {
            // How errors are recovered from depends on what was there before; a fresh parse knows only the text.
            tree = parser.parse(text, None, limits.parse_time).map_err(|_| TimedOut)?;
        }
        let facts = facts_of_tree(text, &tree, parser, deadline, true);
        *kept = Some(Parsed { text: Arc::clone(text), tree });
        Ok(facts)
    })
}

fn extract_with(text: &str, limits: Limits, prunes: bool) -> Result<FileFacts, TimedOut> {
    let deadline = Instant::now() + limits.parse_time;
    PARSER.with_borrow_mut(|parser| {
        let tree = parser.parse(text, None, limits.parse_time).map_err(|_| TimedOut)?;
        Ok(facts_of_tree(text, &tree, parser, deadline, prunes))
    })
}

/// The facts of a text with this tree; where it is broken, those of the text as repaired before `deadline`.
fn facts_of_tree(text: &str, tree: &Tree, parser: &mut Parser, deadline: Instant, prunes: bool) -> FileFacts {
    let errors = errors(tree);
    let mut sound = None;
    let mut python2_alone = false;
    if errors.is_empty() {
        let (cx, mut collectors) = walked(Context::new(text, Tier::A), tree, prunes);
        sound = collectors.accepted.problem.take();
        if sound.is_none() {
            let suppressions = collectors.suppressions.in_sound_text(text);
            let markers = markers::in_sound_text(text, tree);
            return FileFacts { suppressions, markers, ..facts(text, cx, collectors, None) };
        }
        python2_alone = collectors.accepted.only_python2();
    }
    let Some(repaired) = repair(text, parser, deadline) else {
        // No time: what the grammar makes of it has to do.
        let problem = sound.or_else(|| errors.first().map(|&error| invalid(error)));
        let (cx, collectors) = walked(Context::new(text, Tier::B), tree, prunes);
        let facts = facts(text, cx, collectors, problem);
        return of_broken_text(text, facts);
    };
    let first = earlier(repaired.problem, sound);
    let base_tier = if first.is_none() { Tier::A } else { Tier::B };
    let mut broken = if first.is_none() { Vec::new() } else { [errors, repaired.changed].concat() };
    broken.sort_unstable();
    flatten(&mut broken);
    let cx = Context::new(text, base_tier).repaired(&repaired.text, &repaired.map, &broken);
    let (cx, mut collectors) = walked(cx, &repaired.tree, prunes);
    let problem = earlier(first, collectors.accepted.problem.take());
    let facts = facts(text, cx, collectors, problem);
    FileFacts { python2_alone, ..of_broken_text(text, facts) }
}

/// Adds what is read from tokens where the text is broken.
fn of_broken_text(text: &str, facts: FileFacts) -> FileFacts {
    FileFacts { suppressions: in_broken_text(text), markers: markers::in_broken_text(text), ..facts }
}

/// The facts of a text of configuration.
#[must_use]
pub fn extract_config(text: &str, kind: ConfigKind) -> FileFacts {
    let config = services::in_config(text, kind);
    FileFacts {
        lines: lines_of(text),
        secrets: secrets::in_config(text, kind.dialect()),
        config: (!config.is_empty()).then(|| Box::new(config)),
        scopes: Context::new(text, Tier::A).scopes,
        ..FileFacts::default()
    }
}

fn lines_of(text: &str) -> u32 {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).count() as u32;
    ends + u32::from(!text.is_empty() && !text.ends_with('\n'))
}

/// The places of a text's comments, in order; none if it cannot be parsed within `limits`.
#[must_use]
pub fn comments(text: &str, limits: Limits) -> Option<Vec<TextRange>> {
    let mut seen = Comments::default();
    with_tree(text, limits.parse_time, |tree| walk(tree, &mut Context::new(text, Tier::A), &mut seen))?;
    Some(seen.0)
}

/// Collects comments.
#[derive(Default)]
struct Comments(Vec<TextRange>);

impl Visit<'_> for Comments {
    fn enter(&mut self, node: &Node, kind: Kind, cx: &mut Context) {
        if kind == kind::COMMENT {
            self.0.push(cx.range(node));
        }
    }
}

/// Parses a text for a purpose other than its facts.
pub(crate) fn with_tree<T>(text: &str, limit: Duration, look: impl FnOnce(&Tree) -> T) -> Option<T> {
    PARSER.with_borrow_mut(|parser| Some(look(&parser.parse(text, None, limit).ok()?)))
}

/// Walks a tree.
fn walked<'a, 't>(mut cx: Context<'a>, tree: &'t Tree, prunes: bool) -> (Context<'a>, Collectors<'t>) {
    let mut collectors = Collectors::default();
    collectors.usage.begin(cx.text);
    collectors.flows.begin(cx.text);
    if prunes && !tree.root_node().has_error() {
        cx.interest = Some(collectors.interest(cx.text));
    }
    walk(tree, &mut cx, &mut collectors);
    (cx, collectors)
}

/// What a walk found, as facts.
fn facts(text: &str, cx: Context, collectors: Collectors, syntax: Option<SyntaxProblem>) -> FileFacts {
    let usage = collectors.usage.finish(&cx, syntax.is_none());
    let flows = collectors.flows.finish(&cx, syntax.is_none());
    let handlers = collectors.handlers.finish(text, &cx.scopes, syntax.is_none(), &collectors.head);
    let mut facts = FileFacts {
        handlers,
        import_site: if syntax.is_none() { collectors.head.site(text) } else { None },
        syntax,
        secrets: secrets::in_python(text),
        lines: lines_of(text),
        main_guard: cx.main_guard,
        python2: collectors.python2.found,
        singletons: collectors.singletons.finish(),
        shape: shape(text),
        ..FileFacts::default()
    };
    usage.into_facts(&mut facts);
    flows.into_facts(&mut facts);
    collectors.imports.finish(&cx.scopes, &mut facts);
    facts.scopes = cx.scopes;
    facts
}

/// The problem that comes first in the text.
fn earlier(one: Option<SyntaxProblem>, other: Option<SyntaxProblem>) -> Option<SyntaxProblem> {
    one.into_iter().chain(other).min_by_key(|problem| problem.range.start)
}

/// An error of which nothing more is known.
fn invalid((start, end): (usize, usize)) -> SyntaxProblem {
    let range = TextRange::new(start as u32, end as u32);
    SyntaxProblem { range, message: "invalid syntax".to_owned() }
}

/// Joins ranges that overlap.
fn flatten(ranges: &mut Vec<(usize, usize)>) {
    ranges.dedup_by(|next, kept| {
        let joins = next.0 <= kept.1;
        if joins {
            kept.1 = kept.1.max(next.1);
        }
        joins
    });
}
