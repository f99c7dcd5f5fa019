//! Text to facts, in one function: parse, one walk, recovery where the text is broken, the tree dropped.
//! It must not know files or caches.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use analyzer_source::TextRange;
use analyzer_syntax::compiler::refused_by_compiler;
use analyzer_syntax::kind::{self, Kind};
use analyzer_syntax::lexer::Tokens;
use analyzer_syntax::parser;
use analyzer_syntax::tokens::{Line, logical_lines};
use analyzer_syntax::{Aborted, Builder, Node, Parser, Tier, Tree};

use crate::authorship::{is_generated, is_template};
use crate::config_text::{ConfigKind, machines};
use crate::interest::Interest;
use crate::markers::{self, Candidate};
use crate::members::mark_passive;
use crate::model::file::{FileFacts, SyntaxProblem};
use crate::recovery::{Layout, arrange, errors, is_damaged, repair};
use crate::requirements;
use crate::secrets;
use crate::services;
use crate::set::FactSet;
use crate::spoken::Spoken;
use crate::suppressions::{self, in_broken_text};
use crate::walk::{Collectors, Context, Visit, walk};
use crate::winnow::{shape, shape_of_tokens};
use crate::{Scope, Shape};

/// How one text is read: the bounds on the work, and the parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Wall-clock time for parsing: the last resort, as work is counted first.
    pub parse_time: Duration,
    /// The parser that is asked first.
    pub builder: Builder,
}

impl Limits {
    /// The default with another time for parsing.
    #[must_use]
    pub fn of_time(parse_time: Duration) -> Self {
        Self { parse_time, builder: Builder::Own }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::of_time(Duration::from_secs(30))
    }
}

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new(Parser::default());
}

/// The facts of one text. Equal texts give equal facts, whatever the thread or the time.
///
/// # Errors
/// [`Aborted`] when the text cannot be parsed within `limits`.
pub fn extract(text: &str, limits: Limits) -> Result<FileFacts, Aborted> {
    extract_only(text, FactSet::ALL, limits)
}

/// As [`extract`], without the facts of the groups that are not in `set`.
///
/// # Errors
/// As [`extract`].
pub fn extract_only(text: &str, set: FactSet, limits: Limits) -> Result<FileFacts, Aborted> {
    extract_with(text, set, limits, true)
}

/// As [`extract`], but looks at every node, also where nothing can be found: slower, and with the same result, which
/// is what tests use it for.
///
/// # Errors
/// As [`extract`].
pub fn extract_exhaustively(text: &str, limits: Limits) -> Result<FileFacts, Aborted> {
    extract_with(text, FactSet::ALL, limits, false)
}

fn extract_with(text: &str, set: FactSet, limits: Limits, prunes: bool) -> Result<FileFacts, Aborted> {
    let deadline = Instant::now() + limits.parse_time;
    PARSER.with_borrow_mut(|parser| {
        parser.use_builder(limits.builder);
        facts_of_text(text, set, parser, deadline, prunes)
    })
}

/// The facts of a text; where it is broken, those of the text as repaired before `deadline`.
fn facts_of_text(
    text: &str,
    set: FactSet,
    parser: &mut Parser,
    deadline: Instant,
    prunes: bool,
) -> Result<FileFacts, Aborted> {
    parser.grant(text.len());
    let mut accepted = None;
    let mut python2_alone = false;
    let mut suspected = Vec::new();
    let mut arranged = None;
    let mut sound = parser.parse_sound(text);
    let is_ours = sound.is_some();
    if !is_ours {
        let (lines, layout) = arranged.insert(lines_of_text(text));
        // Where tokens show damage, parsing the unchanged text adds nothing.
        if !is_damaged(text, lines, layout) {
            let tree = parser.parse_in_parts(text, deadline)?;
            suspected = errors(&tree);
            sound = Some(tree).filter(|tree| !tree.root_node().has_error());
        }
    }
    if let Some(tree) = sound {
        let (cx, mut collectors) = walked(Context::new(text, Tier::A), &tree, text, set, prunes);
        accepted = collectors.accepted.problem.take();
        if accepted.is_none() {
            let markers = markers::in_sound_text(text, &collectors.markers, &tree);
            let tokens = is_ours.then(|| parser.tokens());
            let suppressions = collectors.suppressions.in_sound_text(text, tokens);
            let syntax = beyond_grammar(text, &tree, is_ours);
            let template = syntax.is_some() && is_template(text);
            let facts = facts(text, set, cx, collectors, None, tokens);
            return Ok(FileFacts { suppressions, markers, syntax, template, ..facts });
        }
        python2_alone = collectors.accepted.only_python2();
    }
    let (lines, layout) = arranged.unwrap_or_else(|| lines_of_text(text));
    let repaired = repair(text, lines, layout, &suspected, parser, deadline);
    if Instant::now() > deadline {
        // A repair that was cut short by the clock is another one each time.
        return Err(Aborted::Time);
    }
    let repaired = repaired.ok_or_else(|| parser.aborted().unwrap_or(Aborted::Work))?;
    let first = earlier(repaired.problem, accepted);
    let base_tier = if first.is_none() { Tier::A } else { Tier::B };
    let broken = if first.is_none() { &[][..] } else { &repaired.changed };
    let cx = Context::new(text, base_tier).repaired(&repaired.text, &repaired.map, broken);
    let prunes = prunes && !repaired.tree.root_node().has_error();
    let (cx, mut collectors) = walked(cx, &repaired.tree, &repaired.text, set, prunes);
    let problem = earlier(first, collectors.accepted.problem.take());
    let facts = facts(text, set, cx, collectors, problem, None);
    Ok(FileFacts { python2_alone, ..of_broken_text(text, set, facts) })
}

/// Syntax that CPython refuses in a text whose tree has no errors: refused for certain by our parser although tree-sitter
/// takes it, or refused only by the compiler. Nothing needs to be repaired there.
fn beyond_grammar(text: &str, tree: &Tree, is_ours: bool) -> Option<SyntaxProblem> {
    let refused = if is_ours { None } else { parser::parse(text).err() };
    let refused = refused.filter(|refused| refused.certain).map(|refused| {
        let start = refused.offset as usize;
        let rest = text.get(start..).unwrap_or_default();
        let word = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let length = if word > 0 { word } else { rest.chars().next().map_or(0, char::len_utf8) };
        let range = TextRange::new(refused.offset, refused.offset + length as u32);
        SyntaxProblem { range, message: refused.reason.to_owned() }
    });
    let compiled = refused_by_compiler(tree, text).map(|problem| SyntaxProblem {
        range: TextRange { start: problem.start, end: problem.end },
        message: problem.message.to_owned(),
    });
    earlier(refused, compiled)
}

/// The logical lines of a text, and how they nest.
fn lines_of_text(text: &str) -> (Vec<Line>, Layout) {
    let lines = logical_lines(text);
    let layout = arrange(&lines);
    (lines, layout)
}

/// Adds what is read from tokens where the text is broken.
fn of_broken_text(text: &str, set: FactSet, facts: FileFacts) -> FileFacts {
    let markers = if set.has(FactSet::MARKERS) { markers::in_broken_text(text) } else { Vec::new() };
    FileFacts { suppressions: in_broken_text(text), markers, ..facts }
}

/// The facts of a text of configuration.
#[must_use]
pub fn extract_config(text: &str, kind: ConfigKind) -> FileFacts {
    let mut config = services::in_config(text, kind);
    requirements::add(text, kind, &mut config);
    let (addresses, paths) = machines::machines(text, kind);
    FileFacts {
        lines: lines_of(text),
        secrets: secrets::in_config(text, kind),
        addresses,
        paths,
        config: (!config.is_empty()).then(|| Box::new(config)),
        suppressions: suppressions::in_config(text, kind.dialect()),
        scopes: Context::new(text, Tier::A).scopes,
        ..FileFacts::default()
    }
}

/// Tells every function how many lines it has in the file, which a repaired text may have more of.
fn count_lines(text: &str, scopes: &mut [Scope]) {
    for scope in scopes {
        if let Some(metrics) = &mut scope.metrics {
            metrics.lines = memchr::memchr_iter(b'\n', scope.range.slice(text).as_bytes()).count() as u32 + 1;
        }
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
    with_tree(text, limits, |tree| walk(tree, &mut Context::new(text, Tier::A), &mut seen))?;
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
pub(crate) fn with_tree<T>(text: &str, limits: Limits, look: impl FnOnce(&Tree) -> T) -> Option<T> {
    PARSER.with_borrow_mut(|parser| {
        parser.use_builder(limits.builder);
        Some(look(&parser.parse(text, limits.parse_time).ok()?))
    })
}

/// Collectors that know what a text speaks of, and what they look for in it.
fn prepared<'a, 't>(text: &'a str, set: FactSet) -> (Collectors<'t>, Interest<'a>) {
    // Only USAGE and FLOWS have keywords in code; for the other groups scanning comments is enough.
    let code = set.has(FactSet::USAGE) || set.has(FactSet::FLOWS);
    let spoken = if code { Spoken::of(text) } else { Spoken::of_comments(text) };
    let mut collectors = Collectors::default();
    if set.has(FactSet::USAGE) {
        collectors.usage.begin(text, &spoken);
    }
    if set.has(FactSet::FLOWS) {
        collectors.flows.begin(&spoken);
    }
    let mut interest = collectors.interest(text, &spoken);
    if set.has(FactSet::MARKERS) {
        collectors.markers = markers::candidates(text, &spoken);
        interest.kept(collectors.markers.iter().map(Candidate::start));
    }
    (collectors, interest)
}

/// Walks the tree of a text; all of it unless `prunes`.
fn walked<'a, 't>(
    mut cx: Context<'a>,
    tree: &'t Tree,
    text: &'a str,
    set: FactSet,
    prunes: bool,
) -> (Context<'a>, Collectors<'t>) {
    let (mut collectors, interest) = prepared(text, set);
    cx.interest = prunes.then_some(interest);
    walk(tree, &mut cx, &mut collectors);
    (cx, collectors)
}

/// Facts that a walk found. The `tokens` are those of the text, if our own parser has read it.
fn facts(
    text: &str,
    set: FactSet,
    cx: Context,
    collectors: Collectors,
    syntax: Option<SyntaxProblem>,
    tokens: Option<&Tokens>,
) -> FileFacts {
    let usage = collectors.usage.finish(&cx, syntax.is_none());
    let flows = collectors.flows.finish(&cx, syntax.is_none());
    let handlers = collectors.handlers.finish(text, &cx.scopes, syntax.is_none(), &collectors.head);
    let mut facts = FileFacts {
        handlers,
        import_site: if syntax.is_none() { collectors.head.site(text) } else { None },
        template: syntax.is_some() && is_template(text),
        syntax,
        generated: is_generated(text),
        secrets: secrets::in_python(text),
        lines: lines_of(text),
        main_guard: cx.main_guard,
        python2: collectors.python2.found,
        singletons: collectors.singletons.finish(),
        config: requirements::in_program(text),
        shape: match tokens {
            _ if !set.has(FactSet::SHAPE) => Shape::default(),
            Some(tokens) => shape_of_tokens(text, tokens),
            None => shape(text),
        },
        ..FileFacts::default()
    };
    usage.into_facts(&mut facts);
    flows.into_facts(&mut facts);
    collectors.imports.finish(text, &cx, &mut facts);
    facts.scopes = cx.scopes;
    count_lines(text, &mut facts.scopes);
    mark_passive(text, &mut facts.scopes);
    // They are kept for as long as the program runs.
    facts.scopes.shrink_to_fit();
    facts.attributes.shrink_to_fit();
    facts.mentioned.shrink_to_fit();
    facts
}

/// The problem that comes first in the text.
fn earlier(one: Option<SyntaxProblem>, other: Option<SyntaxProblem>) -> Option<SyntaxProblem> {
    one.into_iter().chain(other).min_by_key(|problem| problem.range.start)
}
