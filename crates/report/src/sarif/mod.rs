//! SARIF 2.1.0 as GitHub code scanning takes it, written one result at a time. It must not hold all results.

mod limits;
mod model;
mod result;
mod rules;
mod size;
mod uri;

use std::io::{self, Write};

use analyzer_diagnostics::{Report, RuleInfo};
use serde::{Serialize, Serializer};

use crate::RenderOptions;
use crate::inert::Json;

use limits::Budget;

pub use limits::Cut;

/// The name of the base that all addresses are relative to.
const ROOT: &str = "%SRCROOT%";

/// Writes one run. What code scanning's limits made it leave out comes back, and is said in the file too.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<Cut> {
    let mut budget = Budget::FULL;
    while size::may_be_too_large(report, rules, options, budget)
        && is_too_large(report, rules, options, budget)?
    {
        let Some(less) = budget.less() else { break };
        budget = less;
    }
    let cut = write(report, rules, options, budget, out)?;
    out.write_all(b"\n")?;
    Ok(cut)
}

fn is_too_large(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    budget: Budget,
) -> io::Result<bool> {
    let mut compressed = size::Compressed::default();
    write(report, rules, options, budget, &mut compressed)?;
    compressed.into_too_large()
}

fn write(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    budget: Budget,
    out: &mut dyn Write,
) -> io::Result<Cut> {
    let (kept, cut) = limits::select(report, rules, options, budget);
    let results = Results { report, rules, options, kept, budget };
    let notification =
        |text: String| model::Notification { level: "warning", message: model::Text { text: text.into() } };
    let log = model::Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [model::Run {
            tool: model::Tool {
                driver: model::Driver {
                    name: "analyzer",
                    semantic_version: &options.version,
                    information_uri: &options.tool_url,
                    rules: rules.iter().map(|rule| rules::descriptor(rule, options)).collect(),
                },
            },
            automation_details: model::Automation { id: automation_id(options.category.as_deref()) },
            invocations: [model::Invocation {
                execution_successful: true,
                exit_code: options.exit_code,
                notifications: cut.messages().into_iter().map(notification).collect(),
            }],
            original_uri_base_ids: model::Bases {
                root: model::Base { description: model::Text { text: "The root of the repository".into() } },
            },
            column_kind: "utf16CodeUnits",
            results,
        }],
    };
    serde_json::to_writer(Json(out), &log)?;
    Ok(cut)
}

/// Code scanning reads the part before the last slash as the category, and the rest as the run's own id.
fn automation_id(category: Option<&str>) -> String {
    match category.map(str::trim) {
        None | Some("") => "analyzer/".to_owned(),
        Some(category) if category.ends_with('/') => category.to_owned(),
        Some(category) => format!("{category}/"),
    }
}

/// The results, each made when it is written.
struct Results<'a> {
    report: &'a Report,
    rules: &'a [&'a RuleInfo],
    options: &'a RenderOptions,
    /// Indices of the findings to write; `None` for all that are reported.
    kept: Option<Vec<u32>>,
    budget: Budget,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let style = result::Style {
            prefix: &self.options.path_prefix,
            budget: self.budget,
            baseline: self.options.baseline,
        };
        let write = |finding| result::result(finding, self.rules, style);
        match &self.kept {
            None => serializer.collect_seq(self.options.reported(self.report).map(write)),
            Some(kept) => {
                let findings = kept.iter().filter_map(|index| self.report.findings.get(*index as usize));
                serializer.collect_seq(findings.map(write))
            }
        }
    }
}
