//! A commented configuration for a project. It must not know rules beyond their names, nor how other tools are configured.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use analyzer_engine::{Engine, Options};
use analyzer_project::config::{Catalogue, ConfigSource, PythonVersion, parse};
use analyzer_project::mirrors::Fold;
use analyzer_project::{FileId, ModuleIndex, RootOrigin, Settings, Tree, covers_any};
use analyzer_source::{Durability, SourceFile, WalkOptions, atomic_write_in, files, walk};
use camino::Utf8Path;

use crate::adopt::{Adopted, adopt};
use crate::cache;
use crate::failure::Failure;
use crate::setup::{all_rules, in_pool};
use crate::terminal;

use super::Step;

const FILE: &str = "analyzer.toml";
/// Roots that are written out; a repository with more of them grows new ones too often to list them.
const MAX_ROOTS: usize = 12;
/// Folders that hold other people's code.
const VENDORED: [&str; 3] = ["_vendor", "extern", "thirdparty"];
/// Endings of files that protoc generates.
const GENERATED: [&str; 3] = ["_pb2.py", "_pb2.pyi", "_pb2_grpc.py"];
/// Rules or families that are rarely worth reporting in tests, as far as they exist.
const NOT_IN_TESTS: [&str; 4] = ["complexity", "exceptions", "hardcoded-port", "hardcoded-ip"];

/// Writes the configuration, unless there is one.
pub(super) fn write(root: &Utf8Path) -> Result<Step, Failure> {
    let target = root.join(FILE);
    if files::exists(&target) {
        return Ok(Step::kept(FILE));
    }
    let pyproject = root.join("pyproject.toml");
    // Files outside of the project are not taken over into its own.
    let own = files::is_file(&pyproject) && files::is_inside(root, &pyproject);
    let pyproject = if own { files::read_to_string(&pyproject)? } else { String::new() };
    if pyproject.lines().any(|line| line.trim_start().starts_with("[tool.analyzer")) {
        return Ok(Step::kept("`[tool.analyzer]` in pyproject.toml"));
    }
    let rules = all_rules();
    let adopted = adopt(root, &pyproject, &rules);
    let mut found = Found::look(root, &pyproject, &adopted);
    found.propose(&copies(root)?);
    let text = found.render(&adopted);
    if let Err(problems) = parse(&text, ConfigSource::Analyzer, Catalogue(&rules)) {
        return Err(Failure::config(Utf8Path::new(FILE), &text, problems, true));
    }
    atomic_write_in(root, Utf8Path::new(FILE), text.as_bytes(), Durability::Synced)?;
    let taken_over = adopted.head();
    let taken_over = taken_over.lines().map(|line| line.trim_start_matches("# ").to_owned());
    Ok(Step::wrote(FILE).with_notes(taken_over))
}

/// The folders that are copies of others.
fn copies(root: &Utf8Path) -> Result<Vec<Fold>, Failure> {
    let options = Options {
        cache: cache::folder(root, None)?,
        progress: terminal::progress(),
        cancel: terminal::cancel_on_interrupt(),
        ..Options::default()
    };
    in_pool(None, || {
        let settings = Settings::with_rules(BTreeSet::new());
        let engine = Engine::open(root.to_owned(), settings, options).map_err(|_| Failure::Interrupted)?;
        let copies = engine.copies();
        // The baseline that comes next need not read everything again; without a cache it does.
        let _ = engine.save_cache();
        Ok(copies)
    })?
}

/// Facts about a repository that its files show.
#[derive(Debug, Default)]
struct Found {
    /// Roots besides the project's own folder, in the order in which they are tried, the project's own as ".".
    roots: Vec<String>,
    /// Globs to exclude, each with why.
    exclude: Vec<(String, &'static str)>,
    /// Folders that are copies of others, each with what of.
    copies: Vec<(String, String)>,
    /// Globs about which nothing is reported, each with why.
    silent: Vec<(String, &'static str)>,
    /// Globs of tests.
    tests: Vec<&'static str>,
    target_version: Option<PythonVersion>,
    /// Names of all modules.
    modules: Vec<String>,
}

impl Found {
    fn look(root: &Utf8Path, pyproject: &str, adopted: &Adopted) -> Self {
        let walked = walk(root, &WalkOptions::default()).files;
        let version = adopted.target_version.or_else(|| target_version(root, pyproject));
        let mut found = Self { target_version: version, ..Self::default() };
        let python: Vec<&SourceFile> = walked.iter().filter(|file| file.kind.is_python()).collect();
        let folders: BTreeSet<&str> = python.iter().flat_map(|file| folders_of(file.path.as_str())).collect();
        let is_package = |folder: &str| {
            let init = |end: &str| format!("{folder}/__init__.{end}");
            python.iter().any(|file| file.path == init("py").as_str() || file.path == init("pyi").as_str())
        };
        let environments = walked.iter().filter(|file| file.path.file_name() == Some("pyvenv.cfg"));
        for environment in environments.filter_map(|file| file.path.parent()) {
            found.leave_out(environment.as_str(), "a virtual environment");
        }
        for folder in folders.iter().filter(|folder| VENDORED.contains(&name_of(folder))) {
            let parent = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            let inside = found
                .exclude
                .iter()
                .chain(&found.silent)
                .any(|(glob, _)| folder.starts_with(glob.trim_end_matches("**")));
            if inside {
                continue;
            }
            // A part of a package must stay known, or imports of it would not resolve.
            if !parent.is_empty() && is_package(parent) {
                if plain(folder) {
                    found.silent.push((format!("{folder}/**"), "other people's code"));
                }
            } else {
                found.leave_out(folder, "other people's code");
            }
        }
        for end in GENERATED {
            if python.iter().any(|file| file.path.as_str().ends_with(end)) {
                found.silent.push((format!("**/*{end}"), "generated by protoc"));
            }
        }
        let in_folder = |name: &str| folders.iter().any(|folder| name_of(folder) == name);
        let named =
            |test: fn(&str) -> bool| python.iter().any(|file| file.path.file_name().is_some_and(test));
        let tests = [
            ("**/tests/**", in_folder("tests")),
            ("**/test/**", in_folder("test")),
            ("**/test_*.py", named(|name| name.starts_with("test_") && name.ends_with(".py"))),
            ("**/*_test.py", named(|name| name.ends_with("_test.py"))),
            ("**/conftest.py", named(|name| name == "conftest.py")),
        ];
        found.tests = tests.into_iter().filter(|(_, there)| *there).map(|(glob, _)| glob).collect();
        let index = index(&walked, &found.exclude, &adopted.roots);
        found.roots = roots(&index);
        found.modules = index.order().iter().map(|file| index.name(*file).to_owned()).collect();
        found
    }

    /// Proposes to leave out folders that are copies of others.
    fn propose(&mut self, copies: &[Fold]) {
        for copy in copies.iter().filter(|copy| plain(&copy.folder)) {
            let glob = format!("{}/**", copy.folder);
            let known = self.exclude.iter().any(|(known, _)| glob.starts_with(known.trim_end_matches("**")));
            let of = match copy.mirror.as_deref() {
                Some("") => "a copy of this folder".to_owned(),
                Some(mirror) => format!("a copy of {}", quoted(mirror)),
                None => "put aside".to_owned(),
            };
            if !known {
                self.copies.push((glob, of));
            }
        }
    }

    fn leave_out(&mut self, folder: &str, why: &'static str) {
        if plain(folder) && !folder.is_empty() {
            self.exclude.push((format!("{folder}/**"), why));
        }
    }

    fn render(&self, adopted: &Adopted) -> String {
        let defaults = Settings::with_rules(BTreeSet::new());
        let mut text = format!(
            "# Configuration of analyzer: static analysis of Python repositories.\n\
             # Lines that begin with `# ` and a key show what holds without them.\n{}\n\
             # Rules that run: names of rules or families, or \"ALL\". `analyzer rules` lists them.\n\
             # select = [\"ALL\"]\n",
            adopted.head()
        );
        let ignore = adopted.ignore();
        text.push_str(if ignore.is_empty() { "# ignore = []\n" } else { &ignore });
        text.push('\n');
        self.roots_section(&mut text);
        text.push_str(
            "# Files that are not analysed at all. Virtual environments, caches and build output never are.\n",
        );
        if !self.copies.is_empty() {
            text.push_str(
                "# Copies of other folders are one finding each, and nothing else is reported in them. Take the `#` away to \
                 leave them out.\n",
            );
        }
        if self.exclude.is_empty() && self.copies.is_empty() {
            text.push_str("# exclude = []\n\n");
        } else {
            text.push_str("exclude = [\n");
            for (glob, why) in &self.exclude {
                let _ = writeln!(text, "    {}, # {why}", quoted(glob));
            }
            for (glob, of) in &self.copies {
                let _ = writeln!(text, "    # {}, # {of}", quoted(glob));
            }
            text.push_str("]\n\n");
        }
        text.push_str(
            "# Folders that are analysed although their names leave them out, as `vendor` and `build` do.\n\
             # include = []\n\n",
        );
        text.push_str("# The oldest Python that the code must run on.\n");
        match self.target_version {
            Some(version) => {
                let _ = writeln!(text, "target-version = \"{version}\"\n");
            }
            None => {
                let _ = writeln!(text, "# target-version = \"{}\"\n", defaults.target_version);
            }
        }
        let _ = writeln!(
            text,
            "# The lowest severity that makes `analyzer check` fail: \"note\", \"warning\" or \"error\".\n\
             # fail-on = \"{}\"\n\n\
             # Bytes; a larger file is skipped, and a finding says so.\n\
             # max-file-size = {}\n\n\
             # Whether files that git ignores are left out.\n\
             # respect-gitignore = {}\n",
            defaults.fail_on.as_str(),
            defaults.max_file_size,
            defaults.respect_gitignore
        );
        text.push_str(
            "# Options of a rule, and its severity. `analyzer explain complex-function` tells which there are.\n\
             # [rules.complex-function]\n\
             # max = 10\n",
        );
        text.push_str(&adopted.options());
        for (glob, why) in &self.silent {
            let _ = write!(text, "\n# {why}\n[per-file.{}]\nignore = [\"ALL\"]\n", quoted(glob));
        }
        // The linters' settings for tests take precedence over the usual ones.
        let tests = if adopted.has_linter() { &[][..] } else { &self.tests };
        if !adopted.has_linter() {
            self.tests_section(adopted, &mut text);
        }
        let written =
            |glob: &str| tests.contains(&glob) || self.silent.iter().any(|(known, _)| known == glob);
        text.push_str(&adopted.per_file(written));
        text.push_str(&adopted.contracts(|name| covers_any(name, &self.modules)));
        text.push_str(&adopted.unmatched());
        text
    }

    fn roots_section(&self, text: &mut String) {
        text.push_str(
            "# Folders from which absolute imports resolve, in the order in which they are tried.\n",
        );
        let list = self.roots.iter().map(|root| quoted(root)).collect::<Vec<_>>();
        if list.len() <= 1 {
            text.push_str("# Found: this folder alone.\n# roots = [\".\"]\n\n");
        } else if list.len() <= MAX_ROOTS {
            let one_line = format!("roots = [{}]\n\n", list.join(", "));
            if one_line.len() <= 100 {
                text.push_str(&one_line);
            } else {
                let _ = write!(text, "roots = [\n    {},\n]\n\n", list.join(",\n    "));
            }
        } else {
            let some = list.get(..3).unwrap_or_default().join(", ");
            let _ = writeln!(
                text,
                "# Found: {} of them, such as {some}. Without this key they are found in every run.\n\
                 # roots = [\".\"]\n",
                list.len()
            );
        }
    }

    fn tests_section(&self, adopted: &Adopted, text: &mut String) {
        let rules = all_rules();
        let names = NOT_IN_TESTS.into_iter().filter(|name| Catalogue(&rules).expand(name).is_ok());
        let names: Vec<&str> = names.collect();
        // Rules that another tool reports in tests stay.
        let list = |glob: &str| {
            let mut all: Vec<&str> = Vec::new();
            for name in &names {
                let members = rules.iter().filter(|rule| rule.family == *name || rule.name == *name);
                let members: Vec<&str> = members.map(|rule| rule.name.as_str()).collect();
                if members.iter().any(|rule| adopted.reports_in(rule, glob)) {
                    all.extend(members.into_iter().filter(|rule| !adopted.reports_in(rule, glob)));
                } else {
                    all.push(name);
                }
            }
            all.extend(adopted.silent_in(glob).iter().map(String::as_str));
            all.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
        };
        text.push_str("\n# Tests may be long, catch everything, and name what they connect to.\n");
        for glob in &self.tests {
            let ignore = list(glob);
            let _ = write!(text, "[per-file.{}]\nignore = [{ignore}]\n\n", quoted(glob));
        }
        if self.tests.is_empty() {
            let ignore = list("**/tests/**");
            let _ = write!(text, "# [per-file.\"**/tests/**\"]\n# ignore = [{ignore}]\n");
        }
        while text.ends_with("\n\n") {
            text.pop();
        }
    }
}

/// The modules of what is not left out.
fn index(walked: &[SourceFile], exclude: &[(String, &'static str)], configured: &[String]) -> ModuleIndex {
    let kept = |file: &&SourceFile| {
        !exclude.iter().any(|(glob, _)| file.path.as_str().starts_with(glob.trim_end_matches("**")))
    };
    let kept: Vec<&SourceFile> = walked.iter().filter(kept).collect();
    let python = kept.iter().filter(|file| file.kind.is_python());
    let marks = |name: &str| matches!(name, "pyproject.toml" | "setup.py" | "setup.cfg");
    let projects = kept.iter().filter(|file| file.path.file_name().is_some_and(marks));
    ModuleIndex::new(&Tree {
        python: (0..).zip(python).map(|(id, file)| (FileId(id), file.path.as_str().into())).collect(),
        project_folders: projects
            .filter_map(|file| file.path.parent())
            .map(|folder| folder.as_str().into())
            .collect(),
        configured_roots: configured.iter().map(|root| root.trim_start_matches("./").into()).collect(),
        ..Tree::default()
    })
}

/// The roots that an analysis would find, without those that only `sys.path` names.
fn roots(index: &ModuleIndex) -> Vec<String> {
    let lasting = index.roots().all().iter().filter(|root| root.origin != RootOrigin::SearchPath);
    lasting.map(|root| if root.path.is_empty() { ".".to_owned() } else { root.path.to_string() }).collect()
}

/// `requires-python` of the project, or `python_requires` of its setup.cfg.
fn target_version(root: &Utf8Path, pyproject: &str) -> Option<PythonVersion> {
    let value = |text: &str, key: &str| {
        text.lines().find_map(|line| {
            let value = line.trim().strip_prefix(key)?.trim_start().strip_prefix('=')?;
            PythonVersion::lower_bound(value.trim().trim_matches(['"', '\'']))
        })
    };
    value(pyproject, "requires-python").or_else(|| {
        let setup = files::read_to_string(&root.join("setup.cfg")).ok()?;
        value(&setup, "python_requires")
    })
}

/// The folders above a file, innermost last.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

fn name_of(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}

/// Whether a path means itself as a glob.
fn plain(path: &str) -> bool {
    !path.contains(['*', '?', '[', ']', '{', '}', '\\', '!'])
}

/// A TOML string. JSON's escapes are TOML's too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
