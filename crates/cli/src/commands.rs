//! The commands that need no report: graph, clean, version, completions.
//! It must not know how the engine works.

use analyzer_engine::{Engine, without_secret_nodes};
use analyzer_report::graph;
use camino::Utf8Path;
use clap::CommandFactory;
use serde_json::json;

use crate::args::{CacheArgs, Cli, GraphArgs, GraphFormat, ListFormat, ProjectArgs};
use crate::cache;
use crate::check;
use crate::failure::{Failure, code};
use crate::log::Syntax;
use crate::output::{self, Place};
use crate::setup::{Setup, in_pool, setup};

/// Prints the import graph.
pub(crate) fn graph(args: &GraphArgs) -> Result<u8, Failure> {
    let project = setup(std::slice::from_ref(&args.path), &args.run.project)?;
    let options = check::options(&project, &args.run, false)?;
    let Setup { root, settings, .. } = project;
    let place = root.clone();
    let view = in_pool(args.run.threads, || {
        let engine = Engine::open(root, settings, options).map_err(|_| Failure::Interrupted)?;
        let view = engine.graph();
        if let Err(error) = engine.save_cache() {
            tell!("warning: the cache was not saved: {error}");
        }
        Ok::<_, Failure>(view)
    })??;
    let view = without_secret_nodes(view);
    let syntax = match args.format {
        GraphFormat::Json | GraphFormat::Html => Syntax::Json,
        GraphFormat::Dot | GraphFormat::Mermaid => Syntax::Text,
    };
    output::write_as(syntax, Place::of(args.output.as_deref(), &place), |out| match args.format {
        GraphFormat::Json => graph::json(&view, out),
        GraphFormat::Dot => graph::dot(&view, out),
        GraphFormat::Mermaid => graph::mermaid(&view, out),
        GraphFormat::Html => graph::html(&view, out),
    })?;
    Ok(code::CLEAN)
}

/// Removes the project's cache.
pub(crate) fn clean(args: &ProjectArgs, cache: &CacheArgs, path: &Utf8Path) -> Result<u8, Failure> {
    let project = setup(&[path.to_owned()], args)?;
    let (folder, _) = cache::place(&project.root, cache.cache_dir.as_deref())?;
    let message = if analyzer_engine::clean(&folder)? { "removed" } else { "there is no cache at" };
    tell!("{message} {folder}");
    Ok(code::CLEAN)
}

/// Prints the version.
pub(crate) fn version(format: ListFormat) -> Result<u8, Failure> {
    let version = env!("CARGO_PKG_VERSION");
    let syntax = if format == ListFormat::Json { Syntax::Json } else { Syntax::Text };
    output::write_as(syntax, None, |out| match format {
        ListFormat::Text => writeln!(out, "analyzer {version}"),
        ListFormat::Json => {
            let system = json!({"os": std::env::consts::OS, "architecture": std::env::consts::ARCH});
            let rules = analyzer_rules::all().len();
            writeln!(out, "{:#}", json!({"version": version, "system": system, "rules": rules}))
        }
    })?;
    Ok(code::CLEAN)
}

/// Prints a completion script.
pub(crate) fn completions(shell: clap_complete::Shell) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "analyzer", &mut script);
    output::write(None, |out| out.write_all(&script))?;
    Ok(code::CLEAN)
}
