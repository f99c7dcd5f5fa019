//! The command line: what can be said, and the help that teaches it. It must not know what commands do.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// When to colour what is printed.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: When,
}

/// When to do something that depends on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal or if FORCE_COLOR is set, unless NO_COLOR is.
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
        analyzer check --sarif -o results.sarif\n  analyzer check --output-format concise | head\n\n\
        The whole project is always analysed, whatever PATHs are given: they only choose what is reported.")]
    Check(Box<CheckArgs>),
    /// Print what a rule finds, why it matters and how to fix it.
    Explain {
        /// The name of a rule, such as `import-cycle`, or of a family, whose rules are listed; without it, all rules.
        rule: Option<String>,
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
        /// How to print them.
        #[arg(long, value_name = "FORMAT", default_value = "text")]
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
        /// The project's folder.
        #[arg(value_name = "PATH", default_value = ".")]
        path: Utf8PathBuf,
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

/// What to set up.
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
#[derive(Debug, Clone, Args)]
pub(crate) struct ProjectArgs {
    /// Use this configuration file instead of the project's own.
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub(crate) config: Option<Utf8PathBuf>,
    /// Ignore all configuration files.
    #[arg(long)]
    pub(crate) isolated: bool,
}

/// How to run an analysis.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Neither read nor write the cache.
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Number of threads; one for each core if not given. The output does not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) threads: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Report only findings in these files and folders; the project is the one they belong to.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<Utf8PathBuf>,
    /// How to print the findings. Without it, up to 50 are printed in full, and more than that by rule, with the first
    /// places of each.
    #[arg(long, value_name = "FORMAT", conflicts_with = "sarif")]
    pub(crate) output_format: Option<OutputFormat>,
    /// The same as `--output-format sarif`.
    #[arg(long)]
    pub(crate) sarif: bool,
    /// Print at most N findings, the most severe ones, and how many more there are. Formats for programs are complete.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_findings: Option<u32>,
    /// Print the findings and no summary.
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Tell on standard error which files are left out and why, and how long each step took.
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Write the report to FILE, and nothing to standard output; all findings in full if no format is given.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
    /// Run only these rules or families, separated by commas; ALL for every rule.
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Do not run these rules or families, separated by commas.
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Report only findings of this severity and above.
    #[arg(long, value_name = "LEVEL")]
    pub(crate) severity: Option<Level>,
    /// Exit with 1 from this severity on, instead of the configured `fail-on`.
    #[arg(long, value_name = "LEVEL", conflicts_with = "exit_zero")]
    pub(crate) fail_on: Option<Level>,
    /// Do not report findings that FILE knows, and report those that are new.
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    pub(crate) baseline: Option<Utf8PathBuf>,
    /// Report everything, whatever baseline there is.
    #[arg(long)]
    pub(crate) no_baseline: bool,
    /// Make the findings of this run the baseline.
    #[arg(long, conflicts_with_all = ["no_baseline", "prune_baseline"])]
    pub(crate) write_baseline: bool,
    /// Remove from the baseline what is no longer found.
    #[arg(long, conflicts_with = "no_baseline")]
    pub(crate) prune_baseline: bool,
    /// Write comments into the files that suppress every finding that would be reported.
    #[arg(long, conflicts_with = "write_baseline")]
    pub(crate) add_suppressions: bool,
    /// Print the number of findings of each rule instead of the findings.
    #[arg(long)]
    pub(crate) statistics: bool,
    /// Report only findings on lines that changed since REF; `main...` means since the branch left main.
    #[arg(long, value_name = "REF", num_args = 0..=1, default_missing_value = "HEAD")]
    pub(crate) changed: Option<String>,
    /// Check again whenever files change, until Ctrl-C.
    #[arg(long, conflicts_with_all = ["write_baseline", "prune_baseline", "add_suppressions", "fix", "diff"])]
    pub(crate) watch: bool,
    /// Exit with 0 even if there are findings.
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// Name of this analysis in SARIF, to tell apart several uploads for one commit.
    #[arg(long, value_name = "NAME")]
    pub(crate) category: Option<String>,
    /// Report findings that comments suppress as well, marked as such.
    #[arg(long)]
    pub(crate) include_suppressed: bool,
    #[command(flatten)]
    pub(crate) fix: FixArgs,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// What to fix.
#[derive(Debug, Clone, Args)]
pub(crate) struct FixArgs {
    /// Apply the safe fixes, which change nothing that the program does, and report what remains.
    #[arg(long, conflicts_with_all = ["diff", "add_suppressions"])]
    pub(crate) fix: bool,
    /// With `--fix` or `--diff`: also apply fixes that may change what the program does. Alone: tell how many there are.
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
    /// Print the fixes as a unified diff instead of the report, and change no file; exits with 1 if there are any.
    #[arg(long, conflicts_with_all = ["add_suppressions", "write_baseline", "prune_baseline"])]
    pub(crate) diff: bool,
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
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub's workflows.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML, for CI systems that show test results.
    Junit,
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
    /// How to print the graph.
    #[arg(long, value_name = "FORMAT", default_value = "json")]
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
