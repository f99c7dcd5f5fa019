//! The command line: what can be said, and the help that teaches it. It must not know what commands do.

use analyzer_project::config::PythonVersion;
use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::configuration::ConfigArg;
use crate::outputs::OutputArg;

/// Static analysis of Python repositories that consist of many services.
#[derive(Debug, Parser)]
#[command(
    name = "analyzer",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  analyzer check                     the project of the current folder\n  \
        analyzer check services/billing    findings of one part, everything analysed\n  \
        analyzer explain import-cycle      what a rule finds, why, and how to fix it\n\n\
        Exit codes: 0 nothing to report, 1 findings, 2 wrong use, configuration or files, 130 interrupted."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to colour what is printed: auto, always or never.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub(crate) color: When,
}

/// When to do something that depends on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal or if FORCE_COLOR or CLICOLOR_FORCE is set, unless NO_COLOR is.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Analyse a project and report what is wrong.
    #[command(after_help = "Examples:\n  analyzer check\n  analyzer check --select imports,bare-except\n  \
        analyzer check -o sarif:results.sarif -o junit:results.xml\n  \
        analyzer check - --stdin-filename services/billing/app.py\n  \
        analyzer check --show-settings services/billing/app.py\n\n\
        The whole project is always analysed, whatever PATHs are given: they only choose what is reported.")]
    Check(Box<CheckArgs>),
    /// Print what a rule finds, why it matters and how to fix it.
    #[command(after_help = "Examples:\n  analyzer explain import-cycle\n  analyzer explain E722\n  \
        analyzer explain exceptions --output-format json")]
    Explain {
        /// The name of a rule, such as `import-cycle`, or of a family, whose rules are listed; without it, all rules.
        rule: Option<String>,
        /// How to print it: text or json.
        #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
        output_format: ListFormat,
    },
    /// List all rules, or test the project's own.
    #[command(
        after_help = "The project's own rules are the pages .analyzer/rules/NAME.md; docs/writing-rules.md tells how to \
        write them."
    )]
    Rules {
        /// Run the examples on the pages of the project's own rules.
        #[arg(long, conflicts_with = "output_format")]
        test: bool,
        /// How to print them: text or json.
        #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
        output_format: ListFormat,
    },
    /// Set a project up: configuration, baseline, workflow for GitHub, and commit hook.
    #[command(after_help = "Non-interactive and idempotent: existing files are kept.")]
    Init(InitArgs),
    /// Print the import graph.
    #[command(after_help = "Examples:\n  analyzer graph --format mermaid\n  \
        analyzer graph --format html -o graph.html\n  analyzer graph --format dot | dot -Tsvg > graph.svg")]
    Graph(GraphArgs),
    /// Serve an editor: the language server, on standard input and output.
    #[command(
        after_help = "An editor starts it; editors/ in the repository holds configurations for several.\n\n\
        Exit codes: 0 after the client's `shutdown`, 1 when it ends in any other way."
    )]
    Server,
    /// Remove the cache of the project.
    Clean {
        #[command(flatten)]
        project: ProjectArgs,
        #[command(flatten)]
        cache: CacheArgs,
        /// The project's folder.
        #[arg(value_name = "PATH", default_value = ".")]
        path: Utf8PathBuf,
    },
    /// Print the version.
    Version {
        /// How to print it: text or json.
        #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
        output_format: ListFormat,
    },
    /// Print a completion script for a shell.
    #[command(
        after_help = "Example:\n  analyzer completions bash > ~/.local/share/bash-completion/completions/analyzer"
    )]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Arguments of `analyzer init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The project's folder, or one inside it.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) path: Utf8PathBuf,
    /// Do not write analyzer.toml, a commented configuration.
    #[arg(long)]
    pub(crate) no_config: bool,
    /// Do not write a baseline of today's findings.
    #[arg(long)]
    pub(crate) no_baseline: bool,
    /// Do not write a workflow for GitHub.
    #[arg(long)]
    pub(crate) no_workflow: bool,
    /// Do not add the hook to .pre-commit-config.yaml.
    #[arg(long)]
    pub(crate) no_hook: bool,
}

/// How to print a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A table for people.
    Text,
    /// JSON for programs.
    Json,
}

/// Which configuration to use.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Project")]
pub(crate) struct ProjectArgs {
    /// Use this configuration file instead of the project's own; or set one key on top of it: 'fail-on = "error"'.
    #[arg(long, value_name = "FILE|KEY=VALUE", value_parser = ConfigArg::parse)]
    pub(crate) config: Vec<ConfigArg>,
    /// Ignore all configuration files.
    #[arg(long)]
    pub(crate) isolated: bool,
    /// Work on the project that this folder belongs to, instead of that of the paths or the current folder.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) project: Option<Utf8PathBuf>,
}

/// Where the cache is.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct CacheArgs {
    /// Keep the cache in this folder instead of .analyzer_cache in the project [env: ANALYZER_CACHE_DIR].
    #[arg(long, value_name = "FOLDER")]
    pub(crate) cache_dir: Option<Utf8PathBuf>,
}

/// How to run an analysis.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    #[command(flatten)]
    pub(crate) cache: CacheArgs,
    /// Neither read nor write the cache.
    #[arg(long, help_heading = "Run")]
    pub(crate) no_cache: bool,
    /// Number of threads; one for each core if not given. The output does not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512), help_heading = "Run")]
    pub(crate) threads: Option<u16>,
    /// The parser that reads Python; not for users, whose findings do not depend on it.
    #[arg(long, value_name = "PARSER", default_value = "own", hide = true)]
    pub(crate) parser: ParserChoice,
}

/// A parser, for reports of defects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ParserChoice {
    /// Our own, and tree-sitter for what that refuses.
    Own,
    /// Tree-sitter alone.
    TreeSitter,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Report only findings in these files and folders; the project is the one they belong to. `-` is standard input.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<Utf8PathBuf>,
    /// Which file of a project standard input stands for.
    #[arg(long, value_name = "PATH", value_parser = file_name)]
    pub(crate) stdin_filename: Option<Utf8PathBuf>,
    /// How to print the findings: full, concise, grouped, json, json-lines, sarif, github, gitlab, azure, junit, checkstyle,
    /// pylint, rdjson, sonarqube, csv, markdown or prometheus. Without it, up to 50 are printed in full, and more than that by
    /// rule, with the first places of each.
    #[arg(long, value_name = "FORMAT", conflicts_with = "sarif", help_heading = REPORT, hide_possible_values = true)]
    pub(crate) output_format: Option<OutputFormat>,
    /// The same as `--output-format sarif`.
    #[arg(long, help_heading = REPORT)]
    pub(crate) sarif: bool,
    /// Write the report to FILE, and nothing to standard output; all findings in full if no format is given. May be repeated,
    /// with a format each: -o sarif:a.sarif -o junit:a.xml.
    #[arg(short, long, value_name = "[FORMAT:]FILE", value_parser = OutputArg::parse, help_heading = REPORT)]
    pub(crate) output: Vec<OutputArg>,
    /// Print at most N findings, the most severe ones, and how many more there are. Formats for programs are complete.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = REPORT)]
    pub(crate) max_findings: Option<u32>,
    /// Print the number of findings of each rule instead of the findings.
    #[arg(long, help_heading = REPORT)]
    pub(crate) statistics: bool,
    /// Report findings that comments suppress as well, marked as such.
    #[arg(long, help_heading = REPORT)]
    pub(crate) include_suppressed: bool,
    /// Name of this analysis in SARIF, to tell apart several uploads for one commit.
    #[arg(long, value_name = "NAME", help_heading = REPORT)]
    pub(crate) category: Option<String>,
    /// Print the findings and no summary.
    #[arg(short, long, conflicts_with = "verbose", help_heading = REPORT)]
    pub(crate) quiet: bool,
    /// Tell on standard error which files are left out and why, and how long each step took.
    #[arg(short, long, help_heading = REPORT)]
    pub(crate) verbose: bool,
    /// Run only these rules or families, separated by commas; ALL for every rule.
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = CHOICE)]
    pub(crate) select: Vec<String>,
    /// Run these rules or families besides those that are selected.
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = CHOICE)]
    pub(crate) extend_select: Vec<String>,
    /// Do not run these rules or families, separated by commas.
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = CHOICE)]
    pub(crate) ignore: Vec<String>,
    /// Report only findings of this severity and above: note, warning or error.
    #[arg(long, value_name = "LEVEL", help_heading = CHOICE, hide_possible_values = true)]
    pub(crate) severity: Option<Level>,
    /// Report only findings on lines that changed since REF; `main...` means since the branch left main.
    #[arg(long, value_name = "REF", num_args = 0..=1, default_missing_value = "HEAD", help_heading = CHOICE)]
    pub(crate) changed: Option<String>,
    /// Do not analyse the files that these globs match, besides those that the configuration excludes.
    #[arg(long, value_name = "GLOBS", help_heading = CHOICE)]
    pub(crate) exclude: Vec<String>,
    #[command(flatten)]
    pub(crate) fix: FixArgs,
    /// Do not report findings that FILE knows, and report those that are new.
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline", help_heading = BASELINE)]
    pub(crate) baseline: Option<Utf8PathBuf>,
    /// Report everything, whatever baseline there is.
    #[arg(long, help_heading = BASELINE)]
    pub(crate) no_baseline: bool,
    /// Report findings that the baseline knows as well, marked as such.
    #[arg(long, conflicts_with_all = ["no_baseline", "write_baseline", "prune_baseline", "add_suppressions"], help_heading = BASELINE)]
    pub(crate) show_baselined: bool,
    /// Make the findings of this run the baseline.
    #[arg(long, conflicts_with_all = ["no_baseline", "prune_baseline"], help_heading = BASELINE)]
    pub(crate) write_baseline: bool,
    /// Remove from the baseline what is no longer found.
    #[arg(long, conflicts_with = "no_baseline", help_heading = BASELINE)]
    pub(crate) prune_baseline: bool,
    /// Exit with 1 from this severity on, instead of the configured `fail-on`.
    #[arg(long, value_name = "LEVEL", conflicts_with = "exit_zero", help_heading = CODE, hide_possible_values = true)]
    pub(crate) fail_on: Option<Level>,
    /// Exit with 0 even if there are findings.
    #[arg(long, help_heading = CODE)]
    pub(crate) exit_zero: bool,
    /// Exit with 1 if something was fixed, even if nothing is left.
    #[arg(long, help_heading = CODE)]
    pub(crate) exit_non_zero_on_fix: bool,
    /// Oldest Python that the code must run on, such as 3.11, instead of the configured one.
    #[arg(long, value_name = "VERSION", value_parser = target_version, help_heading = "Project")]
    pub(crate) target_version: Option<PythonVersion>,
    /// Print the settings that hold, for one file if it is named, and where each comes from.
    #[arg(long, conflicts_with_all = ["show_files", "output", "sarif", "watch", "fix", "fix_only", "diff", "write_baseline", "prune_baseline", "add_suppressions"], help_heading = "Project")]
    pub(crate) show_settings: bool,
    /// Print the files that would be analysed; with -v also those that are left out, and why.
    #[arg(long, conflicts_with_all = ["output", "sarif", "watch", "fix", "fix_only", "diff", "write_baseline", "prune_baseline", "add_suppressions"], help_heading = "Project")]
    pub(crate) show_files: bool,
    /// Check again whenever files change, until Ctrl-C.
    #[arg(long, conflicts_with_all = ["write_baseline", "prune_baseline", "add_suppressions", "fix", "fix_only", "diff"], help_heading = "Run")]
    pub(crate) watch: bool,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// Headings of the help of `check`.
const REPORT: &str = "Report";
const CHOICE: &str = "Choice of findings";
const FIXES: &str = "Fixes";
const BASELINE: &str = "Baseline";
const CODE: &str = "Exit code";

/// Options on fixes and suppressions.
#[derive(Debug, Clone, Args)]
pub(crate) struct FixArgs {
    /// Apply the safe fixes, which change nothing that the program does, and report what remains.
    #[arg(long, conflicts_with_all = ["diff", "add_suppressions"], help_heading = FIXES)]
    pub(crate) fix: bool,
    /// As --fix, and report nothing: exit with 0 whatever remains.
    #[arg(long, conflicts_with_all = ["diff", "add_suppressions", "output", "sarif", "statistics"], help_heading = FIXES)]
    pub(crate) fix_only: bool,
    /// With --fix or --diff: also apply fixes that may change what the program does. Alone: tell how many there are.
    #[arg(long, help_heading = FIXES)]
    pub(crate) unsafe_fixes: bool,
    /// Print the fixes as a unified diff instead of the report, and change no file; exits with 1 if there are any.
    #[arg(long, conflicts_with_all = ["add_suppressions", "write_baseline", "prune_baseline"], help_heading = FIXES)]
    pub(crate) diff: bool,
    /// Write comments into the files that suppress every finding that would be reported.
    #[arg(long, conflicts_with = "write_baseline", help_heading = FIXES)]
    pub(crate) add_suppressions: bool,
}

impl FixArgs {
    /// Whether fixes are applied.
    pub(crate) const fn applies(&self) -> bool {
        self.fix || self.fix_only
    }
}

/// Reads a version of Python: `3.11`, or `py311` as other tools write it.
fn target_version(text: &str) -> Result<PythonVersion, String> {
    let spelt = text.strip_prefix("py").and_then(|digits| digits.split_at_checked(1));
    let spelt = spelt.map(|(major, minor)| format!("{major}.{minor}"));
    PythonVersion::parse(spelt.as_deref().unwrap_or(text))
        .ok_or_else(|| "a version is written 3.11 or py311".to_owned())
}

fn file_name(text: &str) -> Result<Utf8PathBuf, String> {
    if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(text.into()) }
}

/// A severity, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Everything.
    Note,
    /// Warnings and errors.
    Warning,
    /// Errors only.
    Error,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// With source, notes and help, for people.
    Full,
    /// One line per finding.
    Concise,
    /// One line per finding, below the name of its file.
    Grouped,
    /// JSON, version 1.
    Json,
    /// One JSON object a line, with repository, commit and time.
    JsonLines,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub's workflows.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// Logging commands of Azure Pipelines.
    Azure,
    /// JUnit XML, for CI systems that show test results.
    Junit,
    /// Checkstyle's XML.
    Checkstyle,
    /// Lines as pylint prints them to be parsed.
    Pylint,
    /// Reviewdog's diagnostic format.
    Rdjson,
    /// SonarQube's generic issues.
    Sonarqube,
    /// A table for spreadsheets and data frames.
    Csv,
    /// A summary in Markdown, for a job's page.
    Markdown,
    /// Figures for Prometheus.
    Prometheus,
}

#[derive(Debug, Args)]
pub(crate) struct GraphArgs {
    /// The project's folder.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) path: Utf8PathBuf,
    /// How to print the graph: json, dot, mermaid or html.
    #[arg(long, value_name = "FORMAT", default_value = "json", hide_possible_values = true)]
    pub(crate) format: GraphFormat,
    /// Write it to FILE instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// How the import graph is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// Nodes and edges.
    Json,
    /// For Graphviz.
    Dot,
    /// For Markdown.
    Mermaid,
    /// A page that needs no network.
    Html,
}
