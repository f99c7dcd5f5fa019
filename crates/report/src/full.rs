//! Findings with their source, in rustc's look. It must not know where the source comes from: a finding carries
//! its lines.

use std::io::{self, Write};
use std::ops::Range;

use analyzer_diagnostics::{
    Applicability, Finding, Fix, Location, Report, RuleInfo, Severity, SourceLines, Tier,
};
use analyzer_source::TextRange;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};

use crate::RenderOptions;
use crate::finding::mark;
use crate::inert;
use crate::text::{one_line, wrapped};

/// Related places that are shown with their source; a finding with more says how many.
const MAX_RELATED: usize = 12;

/// Writes every finding with its source, notes, help and fix, and an empty line after each.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let renderer = if options.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.hyperlink(options.colour && options.hyperlinks);
    let renderer = match options.width {
        Some(width) => renderer.term_width(width),
        None => renderer,
    };
    let (findings, left) = options.limited(report);
    for finding in findings {
        let rendered = renderer.render(&groups(&inert::finding(finding), rules, options));
        // Blanks at the end of an empty gutter are of no use to anyone.
        for line in rendered.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        writeln!(out)?;
    }
    options.say_left(left, out)?;
    if left > 0 { writeln!(out) } else { Ok(()) }
}

fn groups<'a>(finding: &'a Finding, rules: &[&RuleInfo], options: &RenderOptions) -> Vec<Group<'a>> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let suppressed = mark(finding);
    let message = format!("{}{suppressed}", one_line(&finding.message));
    // `warning[rule]: ` comes before it.
    let before = finding.severity.as_str().len() + finding.rule.len() + 4;
    let room = options.width.map(|width| width.saturating_sub(before));
    let mut title = level.primary_title(wrapped(&message, room)).id(finding.rule.as_str());
    if options.hyperlinks
        && let Ok(at) = rules.binary_search_by(|rule| rule.name.as_str().cmp(&finding.rule))
        && let Some(url) = options.rule_url(&rules[at].family, &rules[at].name)
    {
        title = title.id_url(url);
    }
    let mut group = places(Group::with_title(title), finding, options.width);

    // Room for the prefixes of annotate-snippets before a message: the gutter, `= note: `.
    let digits = finding.location.end.line.max(1).ilog10() as usize + 1;
    let width = options.width.map(|width| width.saturating_sub(digits + 10));
    for note in &finding.notes {
        group = group.element(Level::NOTE.message(wrapped(note, width)));
    }
    if finding.tier == Tier::C {
        group = group.element(Level::NOTE.message("read from code that does not parse"));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(wrapped(help, width)));
    }
    let titled = |fix: &Fix| format!("{} [{}]", one_line(&fix.title), applicability(fix.applicability));
    if let Some(fix) = &finding.safe_fix {
        group = group.element(Level::HELP.message(wrapped(&titled(fix), width)));
    }
    let Some(fix) = &finding.fix else { return vec![group] };
    let title = titled(fix);
    match patches(fix, &finding.source) {
        Some(patches) => {
            let snippet = snippet(&finding.location, &finding.source).patches(patches);
            let room = options.width.map(|width| width.saturating_sub("help: ".len()));
            let title = Level::HELP.secondary_title(wrapped(&title, room));
            vec![group, Group::with_title(title).element(snippet)]
        }
        None => vec![group.element(Level::HELP.message(wrapped(&title, width)))],
    }
}

fn applicability(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe fix: --fix",
        Applicability::Unsafe => "unsafe fix: --fix --unsafe-fixes",
        Applicability::Display => "by hand",
    }
}

/// The finding's own place and all related ones: those on the same lines as labels, others below.
fn places<'a>(mut group: Group<'a>, finding: &'a Finding, width: Option<usize>) -> Group<'a> {
    let home = &finding.location;
    let span =
        |range: TextRange, source: &SourceLines| span(range, source).map(|span| fitting(span, source, width));
    let at_home =
        |location: &Location| location.path == home.path && span(location.range, &finding.source).is_some();
    let shown = finding.related.get(..MAX_RELATED).unwrap_or(&finding.related);
    match span(home.range, &finding.source) {
        Some(range) => {
            let same = shown
                .iter()
                .find(|related| related.location.range == home.range && at_home(&related.location));
            let mut primary = AnnotationKind::Primary.span(range);
            if let Some(same) = same {
                primary = primary.label(one_line(&same.message));
            }
            let mut snippet = snippet(home, &finding.source).annotation(primary);
            for related in shown.iter().filter(|related| at_home(&related.location)) {
                if related.location.range != home.range
                    && let Some(range) = span(related.location.range, &finding.source)
                {
                    snippet = snippet.annotation(labelled(range, &related.message));
                }
            }
            group = group.element(snippet);
        }
        None => group = group.element(origin(home)),
    }
    for related in shown.iter().filter(|related| !at_home(&related.location)) {
        group = match span(related.location.range, &related.source) {
            Some(range) => group.element(
                snippet(&related.location, &related.source).annotation(labelled(range, &related.message)),
            ),
            None => group.element(Level::NOTE.message(format!(
                "{} ({}:{}:{})",
                one_line(&related.message),
                one_line(&related.location.path),
                related.location.start.line,
                related.location.start.column
            ))),
        };
    }
    match finding.related.len() - shown.len() {
        0 => group,
        1 => group.element(Level::NOTE.message("and 1 more place")),
        more => group.element(Level::NOTE.message(format!("and {more} more places"))),
    }
}

fn labelled<'a>(range: Range<usize>, message: &'a str) -> Annotation<'a> {
    AnnotationKind::Context.span(range).label(one_line(message))
}

fn origin(location: &Location) -> Origin<'_> {
    Origin::path(one_line(&location.path))
        .line(location.start.line as usize)
        .char_column(location.start.column as usize)
}

fn snippet<'a, T: Clone>(location: &'a Location, source: &'a SourceLines) -> Snippet<'a, T> {
    Snippet::source(source.text.as_str())
        .line_start(source.first_line.max(1) as usize)
        .path(one_line(&location.path))
}

/// Where a range lies in the lines that were kept; `None` where it begins outside them. A range that goes on
/// after them ends with them.
fn span(range: TextRange, source: &SourceLines) -> Option<Range<usize>> {
    let start = range.start.checked_sub(source.offset)? as usize;
    let length = source.text.len();
    if source.text.is_empty() || start > length {
        return None;
    }
    let end = (range.end.saturating_sub(source.offset) as usize).clamp(start, length);
    Some(source.text.floor_char_boundary(start)..source.text.ceil_char_boundary(end))
}

/// As much of a range in one line as a terminal of this width can show underlined: the renderer cuts the text around
/// it, but not what is marked.
fn fitting(span: Range<usize>, source: &SourceLines, width: Option<usize>) -> Range<usize> {
    let marked = source.text.get(span.clone()).unwrap_or("");
    // The number of the line, the gutter, and on both sides what is left of the line with dots where it was cut.
    let digits = (source.first_line as usize + source.text.lines().count()).ilog10() as usize + 1;
    let taken = digits + " | ".len() + 2 * "......".len();
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(taken).max(1));
    match marked.char_indices().nth(room) {
        Some((end, _)) if !marked.contains('\n') => span.start..span.start + end,
        _ => span,
    }
}

/// The fix's edits on the kept lines, if all of them lie there.
fn patches<'a>(fix: &'a Fix, source: &SourceLines) -> Option<Vec<Patch<'a>>> {
    let end = source.offset as usize + source.text.len();
    let patch = |edit: &'a analyzer_diagnostics::Edit| {
        let inside = edit.range.end as usize <= end;
        let exact = span(edit.range, source).filter(|_| inside)?;
        (exact.len() == edit.range.len() as usize).then(|| Patch::new(exact, edit.content.as_str()))
    };
    let patches: Option<Vec<_>> = fix.edits.iter().map(patch).collect();
    patches.filter(|patches| !patches.is_empty())
}
