//! Development tasks of this repository; never shipped.

mod fixture;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask", about = "Development tasks of this repository")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write fixtures/monorepo, or check that it is up to date.
    Fixture(fixture::Args),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Fixture(args) => fixture::run(&args),
    }
}
