//! One finding per line, with its origin and time: for programs that read tables of JSON, over many repositories and
//! runs. It must not know git or clocks.

use std::io::{self, Write};

use analyzer_diagnostics::{Report, RuleInfo};
use serde::Serialize;

use crate::RenderOptions;
use crate::finding::rule_of;
use crate::inert::Json;
use crate::json::{Entry, entry_in};

#[derive(Serialize)]
struct Line<'a> {
    repository: Option<&'a str>,
    commit: Option<&'a str>,
    time: Option<&'a str>,
    family: Option<&'a str>,
    #[serde(flatten)]
    entry: Entry<'a>,
    baselined: bool,
}

/// Writes the fields of a finding in the JSON report, after those of the run; paths count from the repository's root.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let run = &options.run;
    for finding in options.reported(report) {
        let line = Line {
            repository: run.repository.as_deref(),
            commit: run.commit.as_deref(),
            time: run.time.as_deref(),
            family: rule_of(finding, rules).map(|rule| rule.family.as_str()),
            entry: entry_in(finding, options),
            baselined: finding.baselined,
        };
        serde_json::to_writer(Json(&mut *out), &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
