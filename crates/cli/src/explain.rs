//! `analyzer explain` and `analyzer rules`: pages of rules, and lists of them. It must not know how the engine works.

use std::io::Write;

use analyzer_diagnostics::{FixKind, RuleInfo};
use analyzer_report::{hanging, inert};
use serde_json::json;

use crate::args::{ListFormat, When};
use crate::failure::{Failure, code};
use crate::log::Syntax;
use crate::output;
use crate::own_rules;
use crate::reflow;
use crate::setup::rules_with;
use crate::terminal::{self, Stream};

/// Prints a rule's page, the list of a family's rules, or that of all.
pub(crate) fn explain(rule: Option<&str>, format: ListFormat, colour: When) -> Result<u8, Failure> {
    let Some(name) = rule else {
        return match format {
            ListFormat::Text => rules(format, colour),
            ListFormat::Json => {
                let custom = own_rules::here()?;
                print_pages(&rules_with(&custom), false)
            }
        };
    };
    let coloured = terminal::colour(colour, Stream::Stdout);
    let one = |rule: &RuleInfo| match format {
        ListFormat::Text => {
            output::write(None, |out| page(rule, coloured, out))?;
            Ok(code::CLEAN)
        }
        ListFormat::Json => print_pages(&[rule], true),
    };
    if let Some(rule) = analyzer_rules::find(name) {
        return one(&rule.info);
    }
    let custom = own_rules::here()?;
    if let Some(rule) = custom.find(name) {
        return one(&rule.info);
    }
    let mut family = rules_with(&custom);
    family.retain(|rule| rule.family == name);
    if !family.is_empty() && format == ListFormat::Json {
        return print_pages(&family, false);
    }
    if !family.is_empty() {
        output::write(None, |out| table(&family, coloured, out))?;
        return Ok(code::CLEAN);
    }
    // The name of another tool's rule is as good.
    let same: Vec<&RuleInfo> =
        rules_with(&custom).into_iter().filter(|rule| rule.replaces.iter().any(|c| c == name)).collect();
    if same.is_empty() {
        let infos = rules_with(&custom);
        let unknown = analyzer_project::config::Catalogue(&infos).expand(name);
        let help = unknown.err().and_then(|unknown| unknown.hint);
        let help = help.unwrap_or_else(|| "`analyzer rules` lists them all".to_owned());
        return Err(Failure::with_help(format!("there is no rule named `{name}`"), help));
    }
    if format == ListFormat::Json {
        return print_pages(&same, same.len() == 1);
    }
    output::write(None, |out| same.iter().try_for_each(|rule| page(rule, coloured, out)))?;
    Ok(code::CLEAN)
}

/// Prints rules with their pages as JSON: one as an object, several as a list.
fn print_pages(rules: &[&RuleInfo], one: bool) -> Result<u8, Failure> {
    let row = |rule: &RuleInfo| {
        let mut row = rule_json(rule);
        row["page"] = rule.page.as_str().into();
        row
    };
    let rows: Vec<_> = rules.iter().map(|rule| row(rule)).collect();
    output::write_as(Syntax::Json, None, |out| {
        match (one, rows.first()) {
            (true, Some(row)) => serde_json::to_writer_pretty(&mut *out, row)?,
            _ => serde_json::to_writer_pretty(&mut *out, &rows)?,
        }
        writeln!(out)
    })?;
    Ok(code::CLEAN)
}

/// One page: a line of metadata, then the Markdown, broken to the terminal's width and headings in bold there.
fn page(rule: &RuleInfo, colour: bool, out: &mut dyn Write) -> std::io::Result<()> {
    let (bold, reset) = if colour { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    let fix = match rule.fix {
        FixKind::None => "no fix",
        FixKind::Unsafe => "fix: unsafe",
        FixKind::Safe => "fix: safe",
    };
    let width = terminal::width(Stream::Stdout);
    for (number, (heading, line)) in reflow::lines(&rule.page, width).into_iter().enumerate() {
        if heading {
            writeln!(out, "{bold}{}{reset}", inert(&line))?;
        } else {
            writeln!(out, "{}", inert(&line))?;
        }
        if number == 0 {
            let (severity, precision) = (rule.severity.as_str(), rule.precision.as_str());
            let mut data = format!("{} · {severity} · precision {precision} · {fix}", rule.family);
            if let Some(score) = &rule.security_severity {
                data.push_str(&format!(" · security severity {score}"));
            }
            data.extend(rule.cwe.iter().map(|number| format!(" · CWE-{number}")));
            writeln!(out, "\n{}", hanging(&data, 0, width))?;
        }
    }
    how_to_suppress(rule, width, (bold, reset), out)
}

/// How to live with a finding of the rule; the same words for every rule.
fn how_to_suppress(
    rule: &RuleInfo,
    width: Option<usize>,
    (bold, reset): (&str, &str),
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let name = &rule.name;
    writeln!(out, "\n{bold}## How to suppress it{reset}\n")?;
    let mut say = |text: &str| writeln!(out, "{}", hanging(text, 0, width.map(|width| width.min(100))));
    if matches!(name.as_str(), "internal-error" | "skipped-file") {
        return say("`exclude` the file, or `ignore` the rule for it under `per-file`; no comment can.");
    }
    say("For one line, with a comment at its end that says why:\n")?;
    say(&format!("    # analyzer: ignore[{name}] the reason\n"))?;
    say("For the line below, a file or a region: `ignore-next-line`, `ignore-file`, or `ignore-start` and \
         `ignore-end`. For many files: `ignore` under `per-file`, or a baseline (`check --write-baseline`).")?;
    let like = |code: &&String| !code.contains(['.', ':']);
    let codes: Vec<&str> = rule.replaces.iter().filter(like).map(String::as_str).collect();
    if !codes.is_empty() {
        say(&format!("Comments of other tools are honoured for their codes: {}.", codes.join(", ")))?;
    }
    Ok(())
}

/// Lists all rules.
pub(crate) fn rules(format: ListFormat, colour: When) -> Result<u8, Failure> {
    let custom = own_rules::here()?;
    let mut rules = rules_with(&custom);
    rules.sort_by(|a, b| (&a.family, &a.name).cmp(&(&b.family, &b.name)));
    let coloured = terminal::colour(colour, Stream::Stdout);
    let syntax = if format == ListFormat::Json { Syntax::Json } else { Syntax::Text };
    output::write_as(syntax, None, |out| match format {
        ListFormat::Json => {
            let rows: Vec<_> = rules.iter().map(|rule| rule_json(rule)).collect();
            serde_json::to_writer_pretty(&mut *out, &rows)?;
            writeln!(out)
        }
        ListFormat::Text => table(&rules, coloured, out),
    })?;
    Ok(code::CLEAN)
}

fn rule_json(rule: &RuleInfo) -> serde_json::Value {
    json!({
        "name": rule.name,
        "family": rule.family,
        "severity": rule.severity.as_str(),
        "precision": rule.precision.as_str(),
        "securitySeverity": rule.security_severity,
        "cwe": rule.cwe,
        "scope": rule.scope,
        "fix": rule.fix,
        "options": rule.options,
        "replaces": rule.replaces,
        "summary": rule.summary,
    })
}

fn table(rules: &[&RuleInfo], colour: bool, out: &mut dyn Write) -> std::io::Result<()> {
    let (bold, reset) = if colour { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let columns = terminal::width(Stream::Stdout);
    let mut family = "";
    for rule in rules {
        if rule.family != family {
            family = &rule.family;
            writeln!(out, "{}{bold}{family}{reset}", if std::ptr::eq(*rule, rules[0]) { "" } else { "\n" })?;
        }
        let summary = hanging(&rule.summary, width + 13, columns);
        writeln!(out, "  {:width$}  {:7}  {summary}", rule.name, rule.severity.as_str())?;
    }
    writeln!(out, "\n`analyzer explain RULE` says more about each.")
}
