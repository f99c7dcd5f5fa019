//! The binary `analyzer`: one command line over the engine. It must not know how findings are made.

#[macro_use]
mod log;

mod adopt;
mod allocator;
mod args;
mod baseline;
mod cache;
mod changed;
mod check;
mod churn;
mod commands;
mod configuration;
mod explain;
mod failure;
mod files_shown;
mod fix;
mod git;
mod given;
mod init;
mod named;
mod output;
mod outputs;
mod own_rules;
mod provenance;
mod reflow;
mod render;
mod rerun;
mod root;
mod server;
mod settings_shown;
mod setup;
mod suppress;
mod terminal;
mod verbose;
mod watch;

use std::panic::{PanicHookInfo, catch_unwind};
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};
use crate::failure::{Failure, code};

fn main() -> ExitCode {
    allocator::install();
    std::panic::set_hook(Box::new(report_panic));
    let cli = Cli::parse();
    let colour = terminal::colour(cli.color, terminal::Stream::Stderr);
    let failed = match catch_unwind(|| run(cli)) {
        Ok(Ok(exit)) => return ExitCode::from(exit),
        Ok(Err(failure)) => failure,
        // The hook has reported the panic.
        Err(_) => return ExitCode::from(code::INTERNAL),
    };
    failed.print(colour);
    ExitCode::from(failed.code())
}

fn run(cli: Cli) -> Result<u8, Failure> {
    let colour = cli.color;
    match cli.command {
        Command::Check(args) if args.show_settings => settings_shown::show(&args),
        Command::Check(args) if args.show_files => files_shown::show(&args),
        Command::Check(args) if args.watch => watch::watch(&args, colour),
        Command::Check(args) => check::check(&args, colour),
        Command::Explain { rule, output_format } => explain::explain(rule.as_deref(), output_format, colour),
        Command::Rules { test: true, .. } => own_rules::test(colour),
        Command::Rules { output_format, .. } => explain::rules(output_format, colour),
        Command::Init(args) => init::init(&args),
        Command::Graph(args) => commands::graph(&args),
        Command::Clean { project, cache, path } => commands::clean(&project, &cache, &path),
        Command::Version { output_format } => commands::version(output_format),
        Command::Server => Ok(server::serve()),
        Command::Completions { shell } => commands::completions(shell),
    }
}

/// Tells of a defect of ours where it happened, and nothing of the text that it happened on.
fn report_panic(info: &PanicHookInfo) {
    let place =
        info.location().map(|place| format!(" at {}:{}", place.file(), place.line())).unwrap_or_default();
    tell!("internal error{place}: {}", analyzer_engine::panic_message(info.payload()));
}
