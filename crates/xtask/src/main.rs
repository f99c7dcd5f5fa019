//! Development tasks of this repository; never shipped. This file only dispatches.

mod bench;
mod check;
mod damage;
mod docs;
mod fixture;
mod fuzz;
mod new_rule;
mod schema;
mod soak;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask", about = "Development tasks of this repository")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check that the repository keeps its own rules.
    Check,
    /// Time the analyser against a bare parse and against ruff.
    Bench(bench::Args),
    /// Time the language server against ruff's while a file is edited.
    BenchLsp(bench::lsp::Args),
    /// Write the generated parts of the documentation, or check that they are up to date.
    Docs(docs::Args),
    /// Write fixtures/monorepo, or check that it is up to date.
    Fixture(fixture::Args),
    /// Damage files at random, and see that nothing fails.
    Fuzz(fuzz::Args),
    /// Lay the files of a new rule.
    NewRule(new_rule::Args),
    /// Write analyzer.schema.json and the table of docs/configuration.md, or check that they are up to date.
    Schema(schema::Args),
    /// Check mutated files, configurations and edits, each within bounds, and keep those that fail.
    Soak(soak::Args),
    /// Only find, read and parse the Python files of a folder: what no analysis can be faster than.
    #[command(hide = true)]
    BareParse(bench::bare_parse::Args),
    /// Run a command and tell its time and peak memory.
    #[command(hide = true)]
    Measure(bench::measure::Args),
}

fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().task {
        Task::Check => check::run(),
        Task::Bench(args) => bench::run(&args),
        Task::BenchLsp(args) => bench::lsp::run(&args),
        Task::Docs(args) => docs::run(&args).map(|()| ExitCode::SUCCESS),
        Task::Fixture(args) => fixture::run(&args).map(|()| ExitCode::SUCCESS),
        Task::Fuzz(args) => fuzz::run(&args),
        Task::NewRule(args) => new_rule::run(&args),
        Task::Schema(args) => schema::run(&args).map(|()| ExitCode::SUCCESS),
        Task::Soak(args) => soak::run(&args),
        Task::BareParse(args) => bench::bare_parse::run(&args),
        Task::Measure(args) => bench::measure::run(&args),
    }
}
