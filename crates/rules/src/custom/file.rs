//! A repository's rule page: front matter, documentation, query. Every mistake has its place.
//! It must not run queries.

use analyzer_diagnostics::{Applicability, FixKind, Precision, RuleInfo, Scope, Severity};
use analyzer_facts::TextRange;
use analyzer_project::config::ConfigProblem;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use serde::Deserialize;
use toml::Spanned;

use super::query::Matcher;
use super::run::Effort;
use super::template::Template;
use super::{CustomRule, FAMILY, RuleFile};
use crate::page;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct FrontMatter {
    #[serde(default = "warning")]
    severity: Severity,
    #[serde(default = "medium")]
    precision: Precision,
    message: Spanned<String>,
    help: Option<Spanned<String>>,
    security_severity: Option<Spanned<String>>,
    #[serde(default)]
    cwe: Vec<u32>,
    #[serde(default)]
    replaces: Vec<String>,
    fix: Option<FixMatter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct FixMatter {
    title: Spanned<String>,
    #[serde(default = "unsafe_fix")]
    applicability: Applicability,
    replace: Option<Spanned<String>>,
    with: Spanned<String>,
}

const fn warning() -> Severity {
    Severity::Warning
}

const fn medium() -> Precision {
    Precision::Medium
}

const fn unsafe_fix() -> Applicability {
    Applicability::Unsafe
}

/// Texts of a rule for a match.
#[derive(Debug)]
pub(super) struct ReportTemplates {
    pub(super) message: Template,
    pub(super) help: Option<Template>,
    pub(super) fix: Option<FixTemplate>,
}

/// Change that a rule makes.
#[derive(Debug)]
pub(super) struct FixTemplate {
    pub(super) title: Template,
    pub(super) applicability: Applicability,
    /// The capture that is replaced.
    pub(super) replace: u32,
    pub(super) with: Template,
}

fn problem(
    range: std::ops::Range<usize>,
    message: impl Into<String>,
    help: impl Into<String>,
) -> ConfigProblem {
    let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    let range = TextRange::new(at(range.start), at(range.end));
    ConfigProblem { range, message: message.into(), help: Some(help.into()) }
}

/// Reads a page; the mistakes in the order of the text.
pub(super) fn parse(file: &RuleFile) -> Result<CustomRule, Vec<ConfigProblem>> {
    let text = &file.text;
    let name = &file.name;
    let kebab = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let mut problems = Vec::new();
    let first_line = 0..text.find('\n').unwrap_or(text.len());
    if !kebab {
        let help = "rename the file: lower-case letters, digits and hyphens, such as `no-sleep.md`";
        problems.push(problem(first_line.clone(), format!("`{name}` is no name for a rule"), help));
    } else if crate::find(name).is_some() {
        let message = format!("there is a built-in rule named `{name}` already");
        problems.push(problem(first_line.clone(), message, "rename the file"));
    } else if name == FAMILY || crate::all().iter().any(|rule| rule.info.family == *name) {
        let message = format!("`{name}` is the name of a family of rules");
        problems.push(problem(first_line.clone(), message, "rename the file"));
    }
    let Ok((matter, body, _)) = page::split(text) else {
        let help = "open it with `+++`, then keys such as `message = \"…\"`, then `+++`";
        problems.push(problem(
            first_line,
            "the page must open with TOML front matter between `+++` lines",
            help,
        ));
        return Err(problems);
    };
    let matter_at = "+++\n".len();
    let body_at = text.len() - body.len();
    let matter = match toml::from_str::<FrontMatter>(matter) {
        Ok(matter) => Some(matter),
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            problems.push(matter_problem(span.start + matter_at..span.end + matter_at, error.message()));
            None
        }
    };
    if let Some(matter) = &matter {
        values(matter, matter_at, &mut problems);
    }
    let summary = heading(name, body, body_at, &mut problems);
    let matcher = match query_block(body) {
        Ok((at, query)) => match Matcher::compile(&query) {
            Ok(matcher) => Some(matcher),
            Err((range, message, help)) => {
                let at = body_at + at;
                problems.push(problem(at + range.start..at + range.end, message, help));
                None
            }
        },
        Err((range, message)) => {
            let range = range.start + body_at..range.end + body_at;
            problems.push(problem(range, message, "write one block that opens with ```` ```query ````"));
            None
        }
    };
    if let Err(error) = page::parse_examples(text) {
        problems.push(problem(line_range(text, error.line), error.message, "see docs/writing-rules.md"));
    }
    let report = match (&matter, &matcher) {
        (Some(matter), Some(matcher)) => templates(matter, matcher, matter_at, &mut problems),
        _ => None,
    };
    problems.sort_by_key(|problem| problem.range);
    match (matter, matcher, report) {
        (Some(matter), Some(matcher), Some(report)) if problems.is_empty() => {
            let info = info(file, matter, summary, body);
            Ok(CustomRule {
                info,
                source: text.clone(),
                in_tests: None,
                matcher,
                report,
                effort: Effort::default(),
            })
        }
        _ => Err(problems),
    }
}

/// Keys of the page of a built-in rule with a query, besides those of all pages.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct BuiltInMatter {
    message: Spanned<String>,
    help: Option<Spanned<String>>,
    in_tests: Option<Severity>,
}

/// Reads the query of a built-in rule, whose page was read already.
pub(crate) fn parse_built_in(info: &RuleInfo, source: &str) -> Result<CustomRule, Vec<ConfigProblem>> {
    let whole = |message: String| vec![problem(0..source.len(), message, "see docs/writing-rules.md")];
    let (matter, body, _) = page::split(source).map_err(|error| whole(error.message))?;
    let matter: BuiltInMatter = toml::from_str(matter).map_err(|error| whole(error.to_string()))?;
    let (_, query) = query_block(body).map_err(|(_, message)| whole(message.to_owned()))?;
    let matcher = Matcher::compile(&query).map_err(|(_, message, _)| whole(message))?;
    let names = matcher.query.capture_names();
    let read = |text: &Spanned<String>| {
        Template::parse(text.get_ref(), names).map_err(|(message, _)| whole(message))
    };
    let report = ReportTemplates {
        message: read(&matter.message)?,
        help: matter.help.as_ref().map(read).transpose()?,
        fix: None,
    };
    Ok(CustomRule {
        info: info.clone(),
        source: source.to_owned(),
        in_tests: matter.in_tests,
        matcher,
        report,
        effort: Effort::default(),
    })
}

fn info(file: &RuleFile, matter: FrontMatter, summary: String, body: &str) -> RuleInfo {
    RuleInfo {
        name: file.name.clone(),
        family: FAMILY.to_owned(),
        severity: matter.severity,
        precision: matter.precision,
        security_severity: matter.security_severity.map(Spanned::into_inner),
        cwe: matter.cwe,
        scope: Scope::File,
        fix: match matter.fix.map(|fix| fix.applicability) {
            Some(Applicability::Safe) => FixKind::Safe,
            Some(Applicability::Unsafe) => FixKind::Unsafe,
            Some(Applicability::Display) | None => FixKind::None,
        },
        options: Vec::new(),
        replaces: matter.replaces,
        summary,
        page: body.trim_start().to_owned(),
    }
}

/// A mistake in the front matter: serde's list of what it expected becomes the advice.
fn matter_problem(range: std::ops::Range<usize>, message: &str) -> ConfigProblem {
    let message = message.replace('\n', " ");
    match message.split_once(", expected ") {
        Some((what, expected)) => {
            problem(range, what, format!("expected {}", expected.replace("u32", "a number")))
        }
        None if message.starts_with("missing field") => {
            problem(range, message, "a rule needs at least `message = \"…\"`; a fix needs `title` and `with`")
        }
        None => problem(range, message, "see docs/writing-rules.md"),
    }
}

/// Values of the front matter that have the right type and say nothing, or nothing that is understood.
fn values(matter: &FrontMatter, matter_at: usize, problems: &mut Vec<ConfigProblem>) {
    let mut wrong = |text: &Spanned<String>, message: &str, help: &str| {
        let span = text.span();
        problems.push(problem(span.start + matter_at..span.end + matter_at, message, help));
    };
    if matter.message.get_ref().trim().is_empty() {
        wrong(&matter.message, "the message is empty", "say what is wrong, in one line");
    }
    if let Some(score) = &matter.security_severity {
        let number = score.get_ref().parse::<f64>();
        if !number.is_ok_and(|number| (0.0..=10.0).contains(&number)) {
            wrong(
                score,
                "`security-severity` is no score",
                "write a number from 0.0 to 10.0 in quotes, such as `\"7.5\"`",
            );
        }
    }
}

/// The summary below the heading.
fn heading(name: &str, body: &str, body_at: usize, problems: &mut Vec<ConfigProblem>) -> String {
    let start = body.len() - body.trim_start().len();
    let mut paragraphs = body[start..].splitn(3, "\n\n");
    let heading = paragraphs.next().unwrap_or("");
    let first = body_at + start..body_at + start + heading.lines().next().unwrap_or("").len();
    let summary = paragraphs.next().unwrap_or("").trim().replace('\n', " ");
    if heading.trim() != format!("# {name}") {
        let help = format!("write `# {name}`, an empty line, and what it finds in one sentence");
        problems.push(problem(first, "the page must open with the rule's name as its heading", help));
    } else if summary.is_empty() || summary.starts_with(['#', '`']) {
        problems.push(problem(first, "a sentence must follow the heading", "say what the rule finds"));
    }
    summary
}

/// The query with its place in the body; else where it should be, or where there are two.
fn query_block(body: &str) -> Result<(usize, String), (std::ops::Range<usize>, &'static str)> {
    let mut found: Option<(usize, String)> = None;
    let mut inside = false;
    let mut text: Option<(Option<usize>, String)> = None;
    for (event, range) in Parser::new(body).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if &*info == "query" => {
                if found.is_some() {
                    return Err((
                        range.start..range.start + 8,
                        "a rule has one query, and this is a second one",
                    ));
                }
                inside = true;
                text = Some((None, String::new()));
            }
            Event::Text(part) if inside => {
                if let Some((at, text)) = &mut text {
                    at.get_or_insert(range.start);
                    text.push_str(&part);
                }
            }
            Event::End(TagEnd::CodeBlock) if inside => {
                inside = false;
                found = text.take().map(|(at, text)| (at.unwrap_or(range.start), text));
            }
            _ => {}
        }
    }
    let first = body.find('#').map_or(0..0, |at| at..at + body[at..].lines().next().unwrap_or("").len());
    found.ok_or((first, "the page has no query"))
}

fn templates(
    matter: &FrontMatter,
    matcher: &Matcher,
    matter_at: usize,
    problems: &mut Vec<ConfigProblem>,
) -> Option<ReportTemplates> {
    let names = matcher.query.capture_names();
    let mut read = |text: &Spanned<String>| match Template::parse(text.get_ref(), names) {
        Ok(template) => Some(template),
        Err((message, help)) => {
            let span = text.span();
            problems.push(problem(span.start + matter_at..span.end + matter_at, message, help));
            None
        }
    };
    let message = read(&matter.message);
    let help = matter.help.as_ref().map(&mut read);
    let fix = matter.fix.as_ref().map(|fix| {
        let title = read(&fix.title);
        let with = read(&fix.with);
        let replace = match &fix.replace {
            None => Some(matcher.finding),
            Some(name) => {
                let wanted = name.get_ref().trim_start_matches('@');
                let index = matcher.query.capture_index_for_name(wanted);
                if index.is_none() {
                    // Read for its message alone.
                    let shown = Spanned::new(name.span(), format!("{{{{{wanted}}}}}"));
                    read(&shown);
                }
                index
            }
        };
        Some(FixTemplate { title: title?, applicability: fix.applicability, replace: replace?, with: with? })
    });
    let whole = |part: Option<Option<Template>>| match part {
        Some(None) => Err(()),
        Some(Some(template)) => Ok(Some(template)),
        None => Ok(None),
    };
    let fix = match fix {
        Some(None) => return None,
        Some(fix) => fix,
        None => None,
    };
    Some(ReportTemplates { message: message?, help: whole(help).ok()?, fix })
}

/// The bytes of a line, counted from 1, without its end.
fn line_range(text: &str, line: usize) -> std::ops::Range<usize> {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let length = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    start..start + length
}
