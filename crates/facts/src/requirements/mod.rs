//! Lists of packages: requirement files, pyproject.toml, setup.cfg, setup.py, Pipfile, environments of conda, `pip install` in
//! Dockerfiles.
//! It must not know other files, nor which lists belong together.

mod conda;
mod line;
mod lists;
mod options;
mod poetry;
mod pyproject;
mod setup_py;

use analyzer_source::TextRange;
use compact_str::CompactString;
use toml::de::DeTable;

use crate::config_text::docker::Instruction;
use crate::config_text::ini::IniOption;
use crate::config_text::{ConfigKind, docker, ini};
use crate::{ConfigFacts, Requirement, RequirementLink, SyntaxProblem};

use options::Purpose;

/// Entries that were read, each in the order of the text.
#[derive(Default)]
struct Read {
    requirements: Vec<Requirement>,
    /// Other lists that it names.
    links: Vec<RequirementLink>,
    /// Texts that cannot be read.
    problems: Vec<SyntaxProblem>,
    /// The versions of Python that the project supports.
    python: CompactString,
}

impl Read {
    /// Reads the requirement in the bytes from `start` to `end`.
    fn requirement(&mut self, text: &str, (start, end): (usize, usize), list: &str) -> bool {
        match line::read(text, start, end, list) {
            Ok(found) => self.requirements.extend(found),
            Err(problem) => {
                self.problems.push(problem);
                return false;
            }
        }
        true
    }

    /// Reads one line of a file for pip: a requirement with its options, or options alone.
    fn line(&mut self, text: &str, words: &[TextRange], list: &str) -> bool {
        let options = words.iter().position(|word| word.slice(text).starts_with('-')).unwrap_or(words.len());
        let (named, options) = words.split_at(options);
        if let (Some(first), Some(last)) = (named.first(), named.last())
            && !self.requirement(text, (first.start as usize, last.end as usize), list)
        {
            return false;
        }
        let given = match options::read(text, options) {
            Ok(given) => given,
            Err(problem) => {
                self.problems.push(problem);
                return false;
            }
        };
        if given.iter().any(|one| one.purpose == Purpose::Hash)
            && let Some(hashed) = self.requirements.last_mut()
        {
            // Another version has other hashes.
            hashed.plain = false;
        }
        let links = given.into_iter().filter_map(|one| {
            let range =
                one.value.filter(|_| matches!(one.purpose, Purpose::Requirements | Purpose::Constraints))?;
            Some(link(text, range, one.purpose == Purpose::Constraints))
        });
        self.links.extend(links);
        true
    }
}

fn link(text: &str, range: TextRange, constrains: bool) -> RequirementLink {
    RequirementLink { range, path: CompactString::new(range.slice(text)), constrains }
}

/// Adds the requirements of a text of configuration to what else it says.
pub(crate) fn add(text: &str, kind: ConfigKind, facts: &mut ConfigFacts) {
    // A template that a program has yet to fill in is no list.
    if text.contains("{{") || text.contains("{%") {
        return;
    }
    let read = match kind {
        ConfigKind::Requirements => in_list(text),
        ConfigKind::Pyproject => pyproject::read(text),
        ConfigKind::SetupCfg => in_setup_cfg(text, &ini::read(text).0),
        ConfigKind::Conda => conda::read(text),
        ConfigKind::Toml => in_pipfile(text),
        ConfigKind::Docker => in_docker(text, &docker::read(text).0),
        _ => return,
    };
    facts.requirements = read.requirements;
    facts.requirement_links = read.links;
    facts.python = read.python;
    facts.problems.extend(read.problems);
    facts.problems.sort_by_key(|problem| problem.range);
}

/// Requirements that a program gives to `setup`; none where it names none.
pub(crate) fn in_program(text: &str) -> Option<Box<ConfigFacts>> {
    memchr::memmem::find(text.as_bytes(), b"_require")?;
    let requirements = setup_py::read(text).requirements;
    (!requirements.is_empty()).then(|| Box::new(ConfigFacts { requirements, ..ConfigFacts::default() }))
}

/// The packages of a Pipfile; nothing where the text is another TOML.
fn in_pipfile(text: &str) -> Read {
    let mut read = Read::default();
    let tables = [("packages", "project"), ("dev-packages", "group dev")];
    if !tables.iter().any(|(table, _)| text.contains(&format!("[{table}]"))) {
        return read;
    }
    let Ok(document) = DeTable::parse(text) else { return read };
    for (table, list) in tables {
        let packages = document.get_ref().get(table).and_then(|table| table.get_ref().as_table());
        for (name, value) in packages.into_iter().flatten() {
            poetry::read(text, name, value, list, &mut read.requirements);
        }
    }
    read.requirements.sort_by_key(|requirement| requirement.range);
    read
}

/// The requirements of a file for pip. A text of sentences is no list, and nothing is wrong with it.
fn in_list(text: &str) -> Read {
    let mut read = Read::default();
    let (mut understood, mut sentences) = (0, 0);
    let (lines, lost) = lists::entries(text);
    for words in lines {
        if read.line(text, &words, "") {
            understood += 1;
        } else {
            sentences += usize::from(is_sentence(text, &words));
        }
    }
    let message =
        "the backslash at the end of the comment before makes this line a part of it: pip installs nothing";
    read.problems.extend(lost.into_iter().map(|range| SyntaxProblem { range, message: message.to_owned() }));
    if sentences > understood { Read::default() } else { read }
}

/// Whether words are those of a sentence rather than a requirement that somebody mistyped.
fn is_sentence(text: &str, words: &[TextRange]) -> bool {
    let plain = |word: &TextRange| !word.slice(text).contains(['=', '<', '>', '@', ';', '[']);
    let option = words.first().is_some_and(|first| first.slice(text).starts_with('-') && first.len() > 1);
    let second = words.get(1).map_or("", |word| word.slice(text));
    !option && second.starts_with(|c: char| c.is_alphabetic() || !c.is_ascii()) && words.iter().all(plain)
}

/// The requirements in `install_requires` and `extras_require` of a setup.cfg.
fn in_setup_cfg(text: &str, options: &[IniOption]) -> Read {
    let mut read = Read::default();
    for option in options {
        if (option.section, option.key) == ("options", "python_requires") {
            read.python = CompactString::new(option.value.slice(text).trim());
        }
        let list = match (option.section, option.key) {
            ("options", "install_requires") => "project".to_owned(),
            ("options.extras_require", extra) => format!("extra {extra}"),
            ("options", "setup_requires") => "build".to_owned(),
            ("options", "tests_require") => "group tests".to_owned(),
            _ => continue,
        };
        let (at, value) = (option.value.start as usize, option.value.slice(text));
        let place = |part: &str| at + (part.as_ptr() as usize - value.as_ptr() as usize);
        if let Some(files) = value.trim_start().strip_prefix("file:") {
            let names = files.split([',', '\n']).map(str::trim).filter(|name| !name.is_empty());
            let range = |name: &str| TextRange::new(place(name) as u32, (place(name) + name.len()) as u32);
            read.links.extend(names.map(|name| link(text, range(name), false)));
            continue;
        }
        // On one line semicolons part the list; on several they set off markers.
        let below = value.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
        let separator = if value.trim().contains('\n') || below { '\n' } else { ';' };
        for part in value.split(separator) {
            let content = part.split(" #").next().unwrap_or(part).trim();
            if !content.is_empty() && !content.starts_with('#') {
                read.requirement(text, (place(content), place(content) + content.len()), &list);
            }
        }
    }
    read
}

/// The packages that `pip install` in a Dockerfile names. What is no requirement is part of the shell's language.
fn in_docker(text: &str, instructions: &[Instruction]) -> Read {
    let mut requirements = Vec::new();
    for (number, run) in instructions.iter().enumerate().filter(|(_, one)| one.name == "RUN") {
        for (start, end) in lists::installed_words(text, &run.words) {
            requirements.extend(line::read(text, start, end, &format!("run {number}")).ok().flatten());
        }
    }
    Read { requirements, ..Read::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_a_pipfile() {
        let text = "[[source]]\nurl = \"u\"\n[packages]\na = \"<2\"\nb = \"*\"\nc = {version = \"==1\", extras = [\"x\"]}\n[dev-packages]\nd = \">=1\"\n";
        assert_eq!(
            told(in_pipfile(text)),
            ["a<2||project", "b||project", "c==1||project", "d>=1||group dev"]
        );
        assert_eq!(told(in_pipfile("[tool]\npackages = 1\n")), [""; 0]);
    }

    /// Entries that were read, each in one line.
    pub(super) fn told(read: Read) -> Vec<String> {
        let told = read.requirements.iter().map(|one| {
            let direct = if one.direct { " direct" } else { "" };
            format!("{}{}|{}|{}{direct}", one.name, one.versions, one.marker, one.list)
        });
        let links = read
            .links
            .iter()
            .map(|link| format!("{} {}", if link.constrains { "-c" } else { "-r" }, link.path));
        told.chain(links).chain(read.problems.into_iter().map(|problem| problem.message)).collect()
    }

    #[test]
    fn requirement_files() {
        let text = "# all\n-r base.txt\n-cconstraints.txt # why\n--requirement='other.txt'\n--index-url https://x.example/simple\nFoo.Bar_baz[a,b] >= 1.2 , <2 # why\nx==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\ny\n-e .\n-e git+https://example.org/x.git#egg=e\n./local\ngit+https://example.org/x.git#egg=z\nw @ https://example.org/w.whl\nv<3; python_version < \"3.9\"\n${NAME}==1\nq (>=1)\nhttps://example.org/a.tar.gz\n";
        assert_eq!(
            told(in_list(text)),
            [
                "foo-bar-baz>=1.2, <2||",
                "x==1||",
                "y||",
                "w|| direct",
                "v<3|python_full_version < '3.9'|",
                "q>=1||",
                "-r base.txt",
                "-c constraints.txt",
                "-r other.txt",
            ]
        );
        let text = "a==1\nb=1\nc ==  2.0\n";
        let read = in_list(text);
        assert_eq!(read.problems.len(), 1);
        assert_eq!(read.problems[0].range.slice(text), "b=1");
        assert_eq!(read.requirements[1].versions_range.slice(text), "==  2.0");
    }

    #[test]
    fn lines_that_cannot_be_read() {
        for (line, message) in [
            ("b=1", "not a requirement: no such comparison operator"),
            ("torch 2.0", "not a requirement: "),
            ("a==1 b==2", "not a requirement: "),
            ("a[x>=1", "not a requirement: "),
            ("==1", "not a requirement: "),
            ("a; python_version <", "not a requirement: "),
            ("a. ==1", "not a requirement: a name must end"),
            ("a-_;python_version>'3'", "not a requirement: a name must end"),
            ("a[x.]>=1", "not a requirement: a name must end"),
            ("a[x.", "not a requirement: a name must end"),
            ("--no-such-option", "a list for pip has no option `--no-such-option`"),
            ("-x y", "a list for pip has no option `-x`"),
            ("-r", "`-r` names nothing"),
            ("--index-url=", "`--index-url` names nothing"),
            ("a==1 --hash=md6:aa", "a hash is `sha256:`"),
            ("a==1 --hash=sha256:", "a hash is `sha256:`"),
        ] {
            for text in [format!("{line}\n"), format!("a==1\n{line} # why\nc\n")] {
                let problems = in_list(&text).problems;
                assert_eq!(problems.len(), 1, "{text}");
                assert!(problems[0].message.starts_with(message), "{text}: {}", problems[0].message);
                assert!(line.contains(problems[0].range.slice(&text)), "{text}");
            }
        }
        let lost = "a==1 # why \\\nb==2\n# all \\\nc==3\nd==4 \\\n  # why \\\ne==5\n";
        let read = in_list(lost);
        assert_eq!(read.problems.iter().map(|one| one.range.slice(lost)).collect::<Vec<_>>(), ["b==2"]);
        assert_eq!(read.requirements.len(), 4);
        assert_eq!(told(in_list("This folder holds lists.\nSee there.\n- this\n")), Vec::<String>::new());
        let quoted =
            "-r \"my lists/a.txt\"\n-c 'b.txt' # why\n--requirement=\"c d.txt\" --pre\n-r\\\n  e.in\n";
        assert_eq!(told(in_list(quoted)), ["-r my lists/a.txt", "-c b.txt", "-r c d.txt", "-r e.in"]);
        let known =
            "--pre\n--require-hashes\n--no-binary :all:\n--req a.txt\n-f=x\n--trusted-host x\na # b\n";
        assert_eq!(told(in_list(known)), ["a||", "-r a.txt"]);
    }

    #[test]
    fn setup_cfg() {
        let text = "[options]\ninstall_requires =\n    a>=1; python_version < \"3.9\"\n    # no\n    b # why\n    d=1\n[options.extras_require]\nx = c==2;e\ny = file: y.txt, z.txt\n";
        assert_eq!(
            told(in_setup_cfg(text, &ini::read(text).0)),
            [
                "a>=1|python_full_version < '3.9'|project",
                "b||project",
                "c==2||extra x",
                "e||extra x",
                "-r y.txt",
                "-r z.txt",
                "not a requirement: no such comparison operator \"=\", must be one of ~= == != <= >= < > ===",
            ]
        );
    }

    #[test]
    fn dockerfiles() {
        let text = "FROM x\nRUN pip install --no-cache-dir -r requirements.txt 'a>=1,<2' \\\n  && python3 -m pip install b==2 -i https://x c; echo d\nRUN apt-get install e && uv pip install \"f\" $G .\n";
        let found = in_docker(text, &docker::read(text).0);
        assert_eq!(told(found), ["a>=1, <2||run 1", "b==2||run 1", "c||run 1", "f||run 2"]);
    }
}
