//! `check -`: the text of one file that comes through standard input, and the project that it belongs to.
//! It must not know what is found in it.

use std::io::Read as _;
use std::sync::Arc;

use analyzer_diagnostics::Scope;
use analyzer_engine::Given;
use analyzer_project::Settings;
use analyzer_rules::Rule;
use analyzer_source::{SourceText, TextProblemKind, decode_piped, environment, files};
use camino::{Utf8Path, Utf8PathBuf};

use crate::args::{CheckArgs, ProjectArgs};
use crate::configuration;
use crate::failure::Failure;
use crate::output;
use crate::root::{Mark, Root, root_of};
use crate::setup::{self, Setup, project_root, relative};

/// The path that stands for standard input, and the name of a text without one.
const STDIN: &str = "-";

/// Text that came through standard input.
pub(crate) struct Piped {
    bytes: Vec<u8>,
    source: SourceText,
}

/// Whether the arguments ask for standard input.
pub(crate) fn is_asked(args: &CheckArgs) -> bool {
    args.paths.iter().any(|path| path == STDIN) || args.stdin_filename.is_some()
}

impl Piped {
    /// Reads standard input to its end, where the arguments ask for that.
    pub(crate) fn read(args: &CheckArgs) -> Result<Option<Self>, Failure> {
        if !is_asked(args) {
            return Ok(None);
        }
        named_alone(args)?;
        let on_disk = [
            ("--watch", args.watch),
            ("--changed", args.changed.is_some()),
            ("--add-suppressions", args.fix.add_suppressions),
            ("--write-baseline", args.write_baseline),
            ("--prune-baseline", args.prune_baseline),
        ];
        if let Some((option, _)) = on_disk.iter().find(|(_, given)| *given) {
            return Err(Failure::new(format!("`{option}` is about files on disk, and `-` is none")));
        }
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|error| Failure::new(format!("cannot read standard input: {}", files::reason(&error))))?;
        let source = decode_piped(bytes.clone())
            .map_err(|reason| Failure::new(format!("standard input is no text: {reason}")))?;
        let invalid = |kind| kind == TextProblemKind::InvalidBytes;
        if let Some(problem) = source.problems.iter().find(|problem| invalid(problem.kind)) {
            let line = problem.line + 1;
            return Err(Failure::new(format!("standard input, line {line}: {}", problem.message)));
        }
        Ok(Some(Self { bytes, source }))
    }

    /// Whether a fixed text can become bytes again.
    pub(crate) const fn can_be_fixed(&self) -> bool {
        !self.source.lossy
    }

    /// The project that the text belongs to, with the text in it.
    pub(crate) fn setup(&self, args: &CheckArgs) -> Result<Setup, Failure> {
        setup(args, &self.source.text)
    }

    /// Writes the text to standard output: fixed, or as it came.
    pub(crate) fn write(&self, fixed: Option<&str>) -> Result<(), Failure> {
        let encoded = fixed.map(|text| self.source.encode(text)).transpose();
        let bytes = encoded.map_err(|error| Failure::new(error.to_string()))?;
        output::write_bytes(bytes.as_ref().unwrap_or(&self.bytes))
    }
}

/// The project that standard input would belong to; it is not read.
pub(crate) fn setup_unread(args: &CheckArgs) -> Result<Setup, Failure> {
    named_alone(args)?;
    setup(args, "")
}

fn named_alone(args: &CheckArgs) -> Result<(), Failure> {
    if args.paths.iter().all(|path| path == STDIN) && args.paths.len() < 2 {
        return Ok(());
    }
    Err(Failure::with_help(
        "standard input is one file, and other paths are named beside it",
        "`analyzer check - --stdin-filename PATH` says which file of the project it is",
    ))
}

/// The project that a text belongs to, with the text in it; that is all of it where there is none.
fn setup(args: &CheckArgs, text: &str) -> Result<Setup, Failure> {
    let Place { root, path, alone } = place(args.stdin_filename.as_deref(), &args.run.project)?;
    let given = Given { path: path.clone(), text: Arc::from(text) };
    let mut project = args.run.project.clone();
    project.isolated |= alone && configuration::named_file(&project)?.is_none();
    let mut setup = setup::open(root, vec![path.clone()], &project)?;
    (setup.given, setup.alone) = (Some(given), alone);
    if alone {
        only_of_files(&mut setup.settings, &path);
    }
    Ok(setup)
}

/// Leaves the rules that need no other file, and that about unused imports: nobody takes a name from a text that is all there
/// is, unless it is the face of a package.
fn only_of_files(settings: &mut Settings, path: &str) {
    let face = path.rsplit('/').next().is_some_and(|name| name.starts_with("__init__."));
    let alone = |name: &str| {
        let of_file = |rule: &Rule| rule.info.scope == Scope::File;
        analyzer_rules::find(name).is_some_and(of_file) || name == "unused-import" && !face
    };
    settings.enabled.retain(|name| alone(name));
}

/// Where a text belongs.
struct Place {
    root: Utf8PathBuf,
    /// From the root; without one, as it was named.
    path: String,
    /// Whether it belongs to no project.
    alone: bool,
}

fn place(name: Option<&Utf8Path>, args: &ProjectArgs) -> Result<Place, Failure> {
    let here = environment::current_dir()?;
    let around = project_root(args)?;
    let Some(name) = name else {
        // A text without a name is read with the configuration of the current folder, as ruff does.
        let Root { folder, mark } = around.map_or_else(|| root_of(&here), Ok)?;
        return Ok(Place { root: folder, path: STDIN.to_owned(), alone: mark == Mark::Nothing });
    };
    let (target, nearest) = resolved(&here.join(name))?;
    if files::is_dir(&target) {
        return Err(Failure::with_help(
            format!("`{name}` is a folder"),
            "`--stdin-filename` takes the path of the file that standard input stands for",
        ));
    }
    let outside = |root: &Utf8Path| format!("`{name}` lies outside of the project `{root}`");
    if let Some(Root { folder, .. }) = around {
        return match target.starts_with(&folder) {
            true => Ok(Place { path: relative(&target, &folder), root: folder, alone: false }),
            false => Err(Failure::new(outside(&folder))),
        };
    }
    let own = root_of(&nearest)?;
    if own.mark != Mark::Nothing {
        return Ok(Place { path: relative(&target, &own.folder), root: own.folder, alone: false });
    }
    let around = root_of(&here)?;
    if around.mark != Mark::Nothing {
        return Err(Failure::with_help(
            format!("{}, and in no other", outside(&around.folder)),
            "run the analyser in the file's own folder, where it is checked alone",
        ));
    }
    let root = files::canonicalize(&here)?;
    Ok(Place { path: relative(&target, &root), root, alone: true })
}

/// A path without links, as far as it exists, and the nearest folder around it that does.
fn resolved(path: &Utf8Path) -> Result<(Utf8PathBuf, Utf8PathBuf), Failure> {
    let path = output::plain(path);
    let there = path.ancestors().find(|part| files::exists(part)).unwrap_or(Utf8Path::new("/"));
    let real = files::canonicalize(there)?;
    let target = match path.strip_prefix(there) {
        Ok(rest) if !rest.as_str().is_empty() => real.join(rest),
        _ => real.clone(),
    };
    let folder = if files::is_dir(&real) { real } else { real.parent().unwrap_or(&real).to_owned() };
    Ok((target, folder))
}
