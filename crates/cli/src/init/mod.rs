//! `analyzer init`: a working set-up, without a question: configuration, baseline, workflow, hook. Files that are there stay
//! as they are, so that a second run changes nothing. It must not know what the files say.

mod baseline;
mod configuration;
mod hook;
mod workflow;

use analyzer_source::{environment, files};
use camino::{Utf8Path, Utf8PathBuf};

use crate::args::InitArgs;
use crate::failure::{Failure, code};
use crate::root::root_of;

/// The address of the repository that the action and the hooks come from.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// Takes the steps that are not declined, and reports each.
pub(crate) fn init(args: &InitArgs) -> Result<u8, Failure> {
    if !files::exists(&args.path) {
        return Err(Failure::new(format!("there is no file or folder `{}`", args.path)));
    }
    let root = root_of(&args.path)?.folder;
    if environment::current_dir().ok().and_then(|here| files::canonicalize(&here).ok()).as_ref()
        != Some(&root)
    {
        tell!("the root of the project is {root}");
    }
    if !args.no_config {
        configuration::write(&root)?.tell();
    }
    if !args.no_baseline {
        baseline::write(&root)?.tell();
    }
    match Repository::of(&root) {
        Some(repository) => {
            if !args.no_workflow {
                workflow::write(&repository)?.tell();
            }
            if !args.no_hook {
                hook::write(&repository)?.tell();
            }
        }
        None if args.no_workflow && args.no_hook => {}
        None => {
            Step::Left("there is no git repository: neither a workflow nor a hook was written".into()).tell()
        }
    }
    Ok(code::CLEAN)
}

/// Outcome of a step.
enum Step {
    /// A file is new or has more in it, and what to know about that.
    Wrote(String, Vec<String>),
    /// It was there already.
    Kept(String),
    /// There was nothing to do, or it is not ours to do: why.
    Left(String),
}

impl Step {
    fn wrote(file: &str) -> Self {
        Self::Wrote(file.to_owned(), Vec::new())
    }

    fn kept(what: &str) -> Self {
        Self::Kept(what.to_owned())
    }

    fn with_notes(self, notes: impl IntoIterator<Item = String>) -> Self {
        match self {
            Self::Wrote(file, mut known) => {
                known.extend(notes);
                Self::Wrote(file, known)
            }
            other => other,
        }
    }

    fn tell(&self) {
        match self {
            Self::Wrote(file, notes) => {
                tell!("wrote {file}");
                for note in notes {
                    tell!("  {note}");
                }
            }
            Self::Kept(what) => tell!("{what} exists already, and stays as it is"),
            Self::Left(why) => tell!("{why}"),
        }
    }
}

/// The git repository that a project lies in.
struct Repository {
    folder: Utf8PathBuf,
    /// The project's folder in it, with forward slashes; empty where they are the same.
    project: String,
}

impl Repository {
    fn of(root: &Utf8Path) -> Option<Self> {
        let folder = root.ancestors().find(|folder| files::exists(&folder.join(".git")))?.to_owned();
        let project = root.strip_prefix(&folder).ok()?.as_str().replace('\\', "/");
        Some(Self { folder, project })
    }
}

/// A name as a YAML scalar. JSON's strings are YAML's too.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let first = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    if first && text.chars().all(plain) && !word.contains(&text.to_ascii_lowercase().as_str()) {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}
