//! What a caller decides about output. It must not know terminals or environment variables: the caller asks those.

use analyzer_diagnostics::{Finding, Report};

/// How to render; [`Default`] gives plain text for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether text is coloured with ANSI codes.
    pub colour: bool,
    /// Whether rule names in coloured text link to their pages (OSC 8).
    pub hyperlinks: bool,
    /// Columns of the terminal; `None` where nothing is to be wrapped.
    pub width: Option<usize>,
    /// The tool's version, as in `1.2.3`.
    pub version: String,
    /// The tool's home page.
    pub tool_url: String,
    /// What, followed by `<family>/<rule>.md`, is a rule's page; empty where there is none.
    pub rules_url: String,
    /// What stands before paths where they count from the repository's root: the project's folder in it, with a
    /// slash behind; empty where they are the same.
    pub path_prefix: String,
    /// Code scanning's category: tells apart runs that look at different parts of a repository.
    pub category: Option<String>,
    /// Whether findings that comments suppress are shown too.
    pub include_suppressed: bool,
    /// The exit code that the run will end with.
    pub exit_code: i32,
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
        }
    }
}

impl RenderOptions {
    /// The findings to show, in the report's order.
    pub(crate) fn reported<'a>(&self, report: &'a Report) -> impl Iterator<Item = &'a Finding> + use<'a> {
        let all = self.include_suppressed;
        report.findings.iter().filter(move |finding| all || !finding.suppressed)
    }

    /// The address of a rule's page, if pages have addresses.
    pub(crate) fn rule_url(&self, family: &str, rule: &str) -> Option<String> {
        // A repository's own rules have their pages in that repository.
        let published = !self.rules_url.is_empty() && family != "custom";
        published.then(|| format!("{}{family}/{rule}.md", self.rules_url))
    }
}
