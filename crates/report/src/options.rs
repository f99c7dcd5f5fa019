//! Options of a caller for output. It must not know terminals or environment variables: the caller asks those.

use std::cmp::Reverse;
use std::io::{self, Write};

use analyzer_diagnostics::{Finding, Report};

use crate::text::{DIM, Painted, counted};

/// Columns of tables and lists where there is no terminal to ask.
const DEFAULT_WIDTH: usize = 100;

/// Facts about a run besides its findings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunInfo {
    /// The repository's address, or its folder's name.
    pub repository: Option<String>,
    /// The commit that is checked out.
    pub commit: Option<String>,
    /// When the run was, as RFC 3339 writes it.
    pub time: Option<String>,
}

/// How to render; [`Default`] gives plain text for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether text is coloured with ANSI codes.
    pub colour: bool,
    /// Whether rule names in coloured text link to their pages (OSC 8).
    pub hyperlinks: bool,
    /// Columns of the terminal; `None` where there is none: messages are not wrapped then.
    pub width: Option<usize>,
    /// The tool's version, as in `1.2.3`.
    pub version: String,
    /// The tool's home page.
    pub tool_url: String,
    /// Address before `<family>/<rule>.md` of a rule's page; empty where there is none.
    pub rules_url: String,
    /// Prefix of paths where they count from the repository's root: the project's folder in it, with a slash at the
    /// end; empty where they are the same.
    pub path_prefix: String,
    /// Code scanning's category: tells apart runs that look at different parts of a repository.
    pub category: Option<String>,
    /// Whether findings that comments suppress are shown too.
    pub include_suppressed: bool,
    /// The exit code that the run will end with.
    pub exit_code: i32,
    /// Whether findings that the baseline knows are shown too, so that each says what it is.
    pub baseline: bool,
    /// Where and when the run was, for formats that keep it with each finding.
    pub run: RunInfo,
    /// Findings that formats for people show at most; those for programs are always complete.
    pub max_findings: Option<usize>,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            colour: false,
            hyperlinks: false,
            width: None,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            tool_url: env!("CARGO_PKG_REPOSITORY").to_owned(),
            rules_url: concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/rules/").to_owned(),
            path_prefix: String::new(),
            category: None,
            include_suppressed: false,
            exit_code: 0,
            baseline: false,
            run: RunInfo::default(),
            max_findings: None,
        }
    }
}

impl RenderOptions {
    /// The findings to show, in the report's order.
    pub(crate) fn reported<'a>(&self, report: &'a Report) -> impl Iterator<Item = &'a Finding> + use<'a> {
        let all = self.include_suppressed;
        report.findings.iter().filter(move |finding| all || !finding.suppressed)
    }

    /// The findings that a format for people shows, in the report's order, and how many it leaves out, which are
    /// the least severe ones.
    pub(crate) fn limited<'a>(&self, report: &'a Report) -> (Vec<&'a Finding>, usize) {
        let mut findings: Vec<&Finding> = self.reported(report).collect();
        let Some(most) = self.max_findings.filter(|most| *most < findings.len()) else {
            return (findings, 0);
        };
        let left = findings.len() - most;
        let mut order: Vec<usize> = (0..findings.len()).collect();
        order.sort_by_key(|index| findings.get(*index).map(|finding| Reverse(finding.severity)));
        order.truncate(most);
        order.sort_unstable();
        findings = order.into_iter().filter_map(|index| findings.get(index).copied()).collect();
        (findings, left)
    }

    /// Says on a line of its own how many findings are left out.
    pub(crate) fn say_left(&self, left: usize, out: &mut dyn Write) -> io::Result<()> {
        if left == 0 {
            return Ok(());
        }
        let text = format!("… and {}", counted(left as u64, "more finding"));
        writeln!(out, "{}", Painted(self.colour, DIM, text))
    }

    /// The columns that lines of text may take.
    pub(crate) fn columns(&self) -> usize {
        self.width.unwrap_or(DEFAULT_WIDTH).max(40)
    }

    /// The address of a rule's page, if pages have addresses.
    pub(crate) fn rule_url(&self, family: &str, rule: &str) -> Option<String> {
        // A repository's own rules have their pages in that repository.
        let published = !self.rules_url.is_empty() && family != "custom";
        published.then(|| format!("{}{family}/{rule}.md", self.rules_url))
    }
}
