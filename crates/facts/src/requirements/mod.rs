//! Lists of packages: requirement files, pyproject.toml, setup.cfg, `pip install` in Dockerfiles.
//! It must not know other files, nor which lists belong together.

mod line;
mod lists;
mod pyproject;

use crate::config_text::docker::Instruction;
use crate::config_text::ini::IniOption;
use crate::config_text::{ConfigKind, docker, ini};
use crate::{ConfigFacts, Requirement, SyntaxProblem};

use pyproject::in_pyproject;

/// What was read: requirements in the order of the text, and what cannot be read.
type Read = (Vec<Requirement>, Vec<SyntaxProblem>);

/// Adds the requirements of a text of configuration to what else it says.
pub(crate) fn add(text: &str, kind: ConfigKind, facts: &mut ConfigFacts) {
    // What a program has yet to fill in is no list.
    if text.contains("{{") || text.contains("{%") {
        return;
    }
    let (requirements, problems) = match kind {
        ConfigKind::Requirements => in_list(text),
        ConfigKind::Pyproject => in_pyproject(text),
        ConfigKind::SetupCfg => in_setup_cfg(text, &ini::read(text).0),
        ConfigKind::Docker => (in_docker(text, &docker::read(text).0), Vec::new()),
        _ => return,
    };
    facts.requirements = requirements;
    facts.problems.extend(problems);
    facts.problems.sort_by_key(|problem| problem.range);
}

/// The requirements of a file for pip. A text whose lines are mostly something else is none, and nothing is wrong with it.
fn in_list(text: &str) -> Read {
    let mut requirements = Vec::new();
    let mut problems = Vec::new();
    for (start, end) in lists::requirement_lines(text) {
        match line::read(text, start, end, "") {
            Ok(found) => requirements.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.len() > requirements.len() { (Vec::new(), Vec::new()) } else { (requirements, problems) }
}

/// The requirements in `install_requires` and `extras_require` of a setup.cfg.
fn in_setup_cfg(text: &str, options: &[IniOption]) -> Read {
    let mut requirements = Vec::new();
    let mut problems = Vec::new();
    for option in options {
        let list = match (option.section, option.key) {
            ("options", "install_requires") => "project".to_owned(),
            ("options.extras_require", extra) => format!("extra {extra}"),
            ("options", "setup_requires") => "build".to_owned(),
            ("options", "tests_require") => "group tests".to_owned(),
            _ => continue,
        };
        let (mut at, value) = (option.value.start as usize, option.value.slice(text));
        for part in value.split_inclusive(['\n', ';']) {
            // A marker is set off by a semicolon with a blank; a list on one line by one without.
            let start = at;
            at += part.len();
            let content = part.trim().trim_end_matches(';').trim_end();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let start = start + (part.len() - part.trim_start().len());
            match line::read(text, start, start + content.len(), &list) {
                Ok(found) => requirements.extend(found),
                Err(problem) => problems.push(problem),
            }
        }
    }
    (requirements, problems)
}

/// The packages that `pip install` in a Dockerfile names. What is no requirement is part of the shell's language.
fn in_docker(text: &str, instructions: &[Instruction]) -> Vec<Requirement> {
    let mut requirements = Vec::new();
    for (number, run) in instructions.iter().enumerate().filter(|(_, one)| one.name == "RUN") {
        for (start, end) in lists::installed_words(text, &run.words) {
            requirements.extend(line::read(text, start, end, &format!("run {number}")).ok().flatten());
        }
    }
    requirements
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(read: Read) -> Vec<String> {
        let told = read.0.iter().map(|one| {
            let direct = if one.direct { " direct" } else { "" };
            format!("{}{}|{}|{}{direct}", one.name, one.versions, one.marker, one.list)
        });
        told.chain(read.1.into_iter().map(|problem| problem.message)).collect()
    }

    #[test]
    fn requirement_files() {
        let text = "# all\n-r base.txt\n--index-url https://x.example/simple\nFoo.Bar_baz[a,b] >= 1.2 , <2 # why\nx==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\ny\n-e .\n./local\ngit+https://example.org/x.git#egg=z\nw @ https://example.org/w.whl\nv<3; python_version < \"3.9\"\n${NAME}==1\nq (>=1)\nhttps://example.org/a.tar.gz\n";
        assert_eq!(
            told(in_list(text)),
            [
                "foo-bar-baz>=1.2, <2||",
                "x==1||",
                "y||",
                "w|| direct",
                "v<3|python_full_version < '3.9'|",
                "q>=1||",
            ]
        );
        let read = in_list("a==1\nb=1\nc ==  2.0\n");
        assert_eq!(read.1.len(), 1);
        assert_eq!(read.1[0].range.slice("a==1\nb=1\nc ==  2.0\n"), "b=1");
        assert_eq!(read.0[1].versions_range.slice("a==1\nb=1\nc ==  2.0\n"), "==  2.0");
        assert_eq!(told(in_list("This folder holds lists.\nSee there.\n")), Vec::<String>::new());
    }

    #[test]
    fn setup_cfg() {
        let text =
            "[options]\ninstall_requires =\n    a>=1\n    # no\n    b\n[options.extras_require]\nx = c==2\n";
        assert_eq!(
            told(in_setup_cfg(text, &ini::read(text).0)),
            ["a>=1||project", "b||project", "c==2||extra x"]
        );
    }

    #[test]
    fn dockerfiles() {
        let text = "FROM x\nRUN pip install --no-cache-dir -r requirements.txt 'a>=1,<2' \\\n  && python3 -m pip install b==2 -i https://x c; echo d\nRUN apt-get install e && uv pip install \"f\" $G .\n";
        let found = in_docker(text, &docker::read(text).0);
        assert_eq!(told((found, Vec::new())), ["a>=1, <2||run 1", "b==2||run 1", "c||run 1", "f||run 2"]);
    }

    #[test]
    fn pyproject() {
        let text = "[build-system]\nrequires = [\"s>=1\"]\n[project]\ndependencies = [\n  \"a>=1\", # why\n  \"b==2; sys_platform == 'win32'\",\n  \"c = 1\",\n]\n[project.optional-dependencies]\nx = [\"d\"]\n[dependency-groups]\ndev = [\"e~=1.4\", {include-group = \"x\"}]\n[tool.poetry.dependencies]\npython = \"^3.9\"\nf = \"^1.2.3\"\ng = {version = \"~0.4\", optional = true}\nh = {git = \"https://example.org\"}\ni = \"1.5\"\nj = \"*\"\n[tool.poetry.group.dev.dependencies]\nk = \"^0.0.3\"\n";
        let read = in_pyproject(text);
        assert_eq!(
            told(read),
            [
                "s>=1||build",
                "a>=1||project",
                "b==2|sys_platform == 'win32'|project",
                "d||extra x",
                "e~=1.4||group dev",
                "f>=1.2.3, <2||project",
                "g>=0.4, <0.5||project",
                "h||project direct",
                "i==1.5||project",
                "j||project",
                "k>=0.0.3, <0.0.4||group dev",
                "not a requirement: no such comparison operator \"=\", must be one of ~= == != <= >= < > ===",
            ]
        );
    }
}
