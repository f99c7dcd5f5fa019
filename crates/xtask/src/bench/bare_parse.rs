//! The least that any analysis must do: find the files, read them, and parse them with tree-sitter on all cores.
//! Walk, allocator (unless told otherwise) and grammar are the analyser's own, so that the difference is the analysis. It must not look into a tree.

// The very file that the binary uses.
#[path = "../../../cli/src/allocator.rs"]
mod allocator;

use std::process::ExitCode;

use analyzer_source::{DEFAULT_SIZE_LIMIT, WalkOptions, read_bounded, walk};
use anyhow::Context;
use camino::Utf8PathBuf;
use rayon::prelude::*;

/// What to parse.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder.
    path: Utf8PathBuf,
    /// Let tree-sitter use the system's allocator, as it does by itself, instead of the analyser's faster one.
    #[arg(long)]
    system_allocator: bool,
}

/// Parses, and prints how many files and bytes that were.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if !args.system_allocator {
        allocator::install();
    }
    let found = walk(&args.path, &WalkOptions::default());
    let python: Vec<_> = found.files.into_iter().filter(|file| file.kind.is_python()).collect();
    let parsed = python.par_iter().map_init(parser, |parser, file| -> anyhow::Result<(u64, u64)> {
        let Ok(bytes) = read_bounded(&args.path.join(&file.path), DEFAULT_SIZE_LIMIT) else {
            return Ok((0, 0));
        };
        let parser = parser.as_mut().map_err(|error| anyhow::anyhow!("{error}"))?;
        let tree = parser.parse(&bytes, None).with_context(|| format!("{} was not parsed", file.path))?;
        drop(tree);
        Ok((1, bytes.len() as u64))
    });
    let (files, bytes) = parsed.try_reduce(|| (0, 0), |a, b| Ok((a.0 + b.0, a.1 + b.1)))?;
    println!("{files} files, {bytes} bytes");
    Ok(ExitCode::SUCCESS)
}

fn parser() -> Result<tree_sitter::Parser, tree_sitter::LanguageError> {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into())?;
    Ok(parser)
}
