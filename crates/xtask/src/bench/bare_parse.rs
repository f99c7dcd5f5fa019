//! The least that any analysis must do: find the files, read them, and parse them, with tree-sitter or with the analyser's
//! own parser. Walk, allocator (unless told otherwise) and grammar are the analyser's own, so that the difference is the
//! analysis. It must not look into a tree.

// The very file that the binary uses.
#[path = "../../../cli/src/allocator.rs"]
mod allocator;

use std::process::ExitCode;
use std::time::Instant;

use analyzer_source::{DEFAULT_SIZE_LIMIT, SourceFile, WalkOptions, read_bounded, walk};
use anyhow::Context;
use camino::Utf8PathBuf;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Folder to parse, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder.
    path: Utf8PathBuf,
    /// Let tree-sitter use the system's allocator, as it does by itself, instead of the analyser's faster one.
    #[arg(long)]
    system_allocator: bool,
    /// Use the analyser's own parser, which refuses what is no sound Python, instead of tree-sitter.
    #[arg(long)]
    own: bool,
    /// Use one thread, and report how long only parsing took, in milliseconds.
    #[arg(long)]
    alone: bool,
}

/// Parses, and prints how many files and bytes that were.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if !args.system_allocator {
        allocator::install();
    }
    let found = walk(&args.path, &WalkOptions::default());
    let python: Vec<_> = found.files.into_iter().filter(|file| file.kind.is_python()).collect();
    if args.alone {
        return alone(args, &python);
    }
    let parsed = python.par_iter().map_init(parser, |parser, file| -> anyhow::Result<(u64, u64)> {
        let Ok(bytes) = read_bounded(&args.path.join(&file.path), DEFAULT_SIZE_LIMIT) else {
            return Ok((0, 0));
        };
        parse(args.own, parser, &bytes)?;
        Ok((1, bytes.len() as u64))
    });
    let (files, bytes) = parsed.try_reduce(|| (0, 0), |a, b| Ok((a.0 + b.0, a.1 + b.1)))?;
    println!("{files} files, {bytes} bytes");
    Ok(ExitCode::SUCCESS)
}

/// Parses on this thread what was read before, and prints a [`Parsed`] as JSON.
fn alone(args: &Args, python: &[SourceFile]) -> anyhow::Result<ExitCode> {
    let read = |file: &SourceFile| read_bounded(&args.path.join(&file.path), DEFAULT_SIZE_LIMIT).ok();
    let texts: Vec<Vec<u8>> = python.iter().filter_map(read).collect();
    let mut parser = parser();
    let start = Instant::now();
    let mut refused = 0;
    for text in &texts {
        refused += usize::from(!parse(args.own, &mut parser, text)?);
    }
    let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
    let bytes = texts.iter().map(|text| text.len() as u64).sum();
    println!("{}", serde_json::to_string(&Parsed { milliseconds, bytes, refused })?);
    Ok(ExitCode::SUCCESS)
}

/// One run on one thread.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Parsed {
    /// How long parsing took, without finding and reading the files.
    pub(super) milliseconds: f64,
    bytes: u64,
    /// How many of the texts our own parser refuses.
    refused: usize,
}

type Parser = Result<tree_sitter::Parser, tree_sitter::LanguageError>;

/// Makes a tree of a text and drops it; false if there is none. A text that our own parser refuses is read up to there.
fn parse(own: bool, parser: &mut Parser, text: &[u8]) -> anyhow::Result<bool> {
    if own {
        return Ok(std::str::from_utf8(text).is_ok_and(|text| analyzer_syntax::parser::parse(text).is_ok()));
    }
    let parser = parser.as_mut().map_err(|error| anyhow::anyhow!("{error}"))?;
    drop(parser.parse(text, None).context("a file was not parsed")?);
    Ok(true)
}

fn parser() -> Parser {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into())?;
    Ok(parser)
}
