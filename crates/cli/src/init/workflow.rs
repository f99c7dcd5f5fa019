//! A workflow for GitHub that runs the analyser from a wheel. It must not know other CI systems beyond the names of their files.

use analyzer_source::write::create_dir_in;
use analyzer_source::{Durability, atomic_write_in, files};
use camino::Utf8Path;

use crate::failure::Failure;

use super::{REPOSITORY, Repository, Step, scalar};

const FOLDER: &str = ".github/workflows";
/// Where other systems are configured.
const OTHERS: [&str; 5] =
    [".gitlab-ci.yml", "Jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".circleci"];

/// Writes the workflow, unless one runs the program or the repository is built elsewhere.
pub(super) fn write(repository: &Repository) -> Result<Step, Failure> {
    let folder = repository.folder.join(FOLDER);
    if !files::exists(&repository.folder.join(".github"))
        && let Some(other) = OTHERS.iter().find(|name| files::exists(&repository.folder.join(name)))
    {
        return Ok(Step::Left(format!(
            "no workflow for GitHub was written, because of {other}: there, `analyzer check` is the command to run"
        )));
    }
    let action = REPOSITORY.trim_start_matches("https://github.com/");
    let mut names = if files::is_dir(&folder) { files::list_dir(&folder)? } else { Vec::new() };
    names.sort();
    for name in names.iter().filter(|name| name.ends_with(".yml") || name.ends_with(".yaml")) {
        // One that cannot be read does not run the action either.
        let text = files::read_to_string(&folder.join(name)).unwrap_or_default();
        let runs = text.contains(&format!("uses: {action}@")) || text.contains("analyzer check");
        if name == "analyzer.yml" || runs {
            return Ok(Step::Kept(format!("{FOLDER}/{name}")));
        }
    }
    create_dir_in(&repository.folder, Utf8Path::new(FOLDER))?;
    let text = text(&branch(repository), &repository.project);
    let file = Utf8Path::new(FOLDER).join("analyzer.yml");
    atomic_write_in(&repository.folder, &file, text.as_bytes(), Durability::Synced)?;
    let wheel =
        "it installs the wheel that you commit as .github/analyzer/*.whl; its comment says how to build one";
    Ok(Step::wrote(&format!("{FOLDER}/analyzer.yml")).with_notes([wheel.to_owned()]))
}

fn text(branch: &str, project: &str) -> String {
    let path = if project.is_empty() { String::new() } else { format!(" {}", shell_word(project)) };
    format!(
        "name: analyzer\n\
         on:\n  push:\n    branches: [{}]\n  pull_request:\n\
         permissions:\n  contents: read\n  security-events: write\n\
         jobs:\n  analyzer:\n    runs-on: ubuntu-latest\n    steps:\n      \
         - uses: actions/checkout@v4\n      \
         # Built in a clone of the analyser: pip wheel --no-deps --wheel-dir dist .\n      \
         - run: pipx install .github/analyzer/*.whl\n      \
         - run: {}\n      \
         - uses: github/codeql-action/upload-sarif@v4\n        if: always()\n        with:\n          \
         sarif_file: analyzer.sarif\n",
        scalar(branch),
        command(&format!("analyzer check{path} --sarif -o analyzer.sarif")),
    )
}

/// A command as a YAML scalar, plain where YAML reads it so.
fn command(text: &str) -> String {
    let special = text.contains([':', '#', '\'', '"', '\\']);
    if special { serde_json::Value::from(text).to_string() } else { text.to_owned() }
}

/// A path as one word of a shell.
fn shell_word(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    if path.chars().all(plain) && !path.starts_with('-') {
        return path.to_owned();
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}

/// The branch that changes are merged into: what the remote calls its head, else master where that is checked out, else main.
fn branch(repository: &Repository) -> String {
    let git = repository.folder.join(".git");
    let head = |path: &str, prefix: &str| {
        let text = files::read_to_string(&git.join(path)).ok()?;
        text.trim().strip_prefix("ref: ")?.strip_prefix(prefix).map(str::to_owned)
    };
    head("refs/remotes/origin/HEAD", "refs/remotes/origin/")
        .or_else(|| head("HEAD", "refs/heads/").filter(|name| name == "master"))
        .unwrap_or_else(|| "main".to_owned())
}
