//! A workflow for GitHub that runs the analyser's action. It must not know other CI systems beyond the names of their files.

use analyzer_source::write::create_dir_in;
use analyzer_source::{Durability, atomic_write_in, files};
use camino::Utf8Path;

use crate::failure::Failure;

use super::{DOCUMENTATION, REPOSITORY, Repository, Step, scalar};

const FOLDER: &str = ".github/workflows";
/// Where other systems are configured.
const OTHERS: [&str; 5] =
    [".gitlab-ci.yml", "Jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".circleci"];

/// Writes the workflow, unless one runs the action or the repository is built elsewhere.
pub(super) fn write(repository: &Repository) -> Result<Step, Failure> {
    let folder = repository.folder.join(FOLDER);
    if !files::exists(&repository.folder.join(".github"))
        && let Some(other) = OTHERS.iter().find(|name| files::exists(&repository.folder.join(name)))
    {
        return Ok(Step::Left(format!(
            "no workflow for GitHub was written, because of {other}: {DOCUMENTATION}/ci/ shows what to do there"
        )));
    }
    let action = REPOSITORY.trim_start_matches("https://github.com/");
    let mut names = if files::is_dir(&folder) { files::list_dir(&folder)? } else { Vec::new() };
    names.sort();
    for name in names.iter().filter(|name| name.ends_with(".yml") || name.ends_with(".yaml")) {
        // One that cannot be read does not run the action either.
        let text = files::read_to_string(&folder.join(name)).unwrap_or_default();
        if name == "analyzer.yml" || text.contains(&format!("uses: {action}@")) {
            return Ok(Step::Kept(format!("{FOLDER}/{name}")));
        }
    }
    create_dir_in(&repository.folder, Utf8Path::new(FOLDER))?;
    let text = text(action, &branch(repository), &repository.project);
    let file = Utf8Path::new(FOLDER).join("analyzer.yml");
    atomic_write_in(&repository.folder, &file, text.as_bytes(), Durability::Synced)?;
    Ok(Step::wrote(&format!("{FOLDER}/analyzer.yml")))
}

fn text(action: &str, branch: &str, project: &str) -> String {
    let major = env!("CARGO_PKG_VERSION_MAJOR");
    let mut text = format!(
        "name: analyzer\n\
         on:\n  push:\n    branches: [{}]\n  pull_request:\n\
         permissions:\n  contents: read\n  security-events: write\n\
         jobs:\n  analyzer:\n    runs-on: ubuntu-latest\n    steps:\n      \
         - uses: actions/checkout@v4\n      - uses: {action}@v{major}\n",
        scalar(branch)
    );
    if !project.is_empty() {
        text.push_str(&format!("        with:\n          path: {}\n", scalar(project)));
    }
    text
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
