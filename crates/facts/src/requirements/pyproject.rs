//! The requirements of a pyproject.toml: of the project, its extras and groups, and the places of Poetry's.
//! It must not know how Poetry writes versions, nor what other tools read from the file.

use analyzer_source::TextRange;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::line::content_at;
use super::{Read, link, poetry};
use crate::SyntaxProblem;

/// Reads a text; nothing where it is no TOML, which is reported elsewhere.
pub(super) fn read(text: &str) -> Read {
    let mut reader = Reader { text, read: Read::default() };
    let Ok(document) = DeTable::parse(text) else { return reader.read };
    let document = document.get_ref();
    if let Some(build) = sub(document, "build-system") {
        reader.array(build.get("requires"), "build");
    }
    if let Some(project) = sub(document, "project") {
        let python = project.get("requires-python").and_then(|python| python.get_ref().as_str());
        reader.read.python = python.unwrap_or_default().into();
        reader.array(project.get("dependencies"), "project");
        for (extra, list) in sub(project, "optional-dependencies").into_iter().flatten() {
            reader.array(Some(list), &format!("extra {}", extra.get_ref()));
        }
    }
    for (group, list) in sub(document, "dependency-groups").into_iter().flatten() {
        reader.array(Some(list), &format!("group {}", group.get_ref()));
    }
    let project = sub(document, "project");
    if let Some(poetry) = table(document, &["tool", "poetry"]) {
        // Beside those of the project, Poetry's own table only says where they come from.
        if project.is_none_or(|project| project.get("dependencies").is_none()) {
            reader.poetry(sub(poetry, "dependencies"), "project");
        }
        reader.poetry(sub(poetry, "dev-dependencies"), "group dev");
        for (group, value) in sub(poetry, "group").into_iter().flatten() {
            let dependencies = value.get_ref().as_table().and_then(|group| sub(group, "dependencies"));
            reader.poetry(dependencies, &format!("group {}", group.get_ref()));
        }
    }
    if let Some(dynamic) = table(document, &["tool", "setuptools", "dynamic"]) {
        // A list that the project does not call dynamic is not read.
        let named = project.and_then(|project| project.get("dynamic")?.get_ref().as_array());
        let is_named =
            |key: &str| named.into_iter().flatten().any(|name| name.get_ref().as_str() == Some(key));
        let all = sub(dynamic, "optional-dependencies").filter(|_| is_named("optional-dependencies"));
        let optional = all.into_iter().flatten().map(|(_, value)| value);
        let own = dynamic.get("dependencies").filter(|_| is_named("dependencies"));
        for value in own.into_iter().chain(optional) {
            reader.files(value.get_ref().as_table().and_then(|table| table.get("file")));
        }
    }
    reader.read.requirements.sort_by_key(|requirement| requirement.range);
    reader.read
}

fn sub<'a, 'i>(table: &'a DeTable<'i>, key: &str) -> Option<&'a DeTable<'i>> {
    table.get(key)?.get_ref().as_table()
}

fn table<'a, 'i>(document: &'a DeTable<'i>, path: &[&str]) -> Option<&'a DeTable<'i>> {
    path.iter().try_fold(document, |table, key| sub(table, key))
}

struct Reader<'a> {
    text: &'a str,
    read: Read,
}

impl Reader<'_> {
    /// The requirements of an array of strings; in groups, tables in it name other lists.
    fn array(&mut self, list: Option<&Spanned<DeValue>>, name: &str) {
        let Some(list) = list else { return };
        let Some(items) = list.get_ref().as_array() else {
            return self.wrong(list, "requirements are an array of strings");
        };
        for item in items {
            let content = match item.get_ref() {
                DeValue::String(content) => content,
                DeValue::Table(_) if name.starts_with("group ") => continue,
                _ => {
                    self.wrong(item, "a requirement is a string");
                    continue;
                }
            };
            if let Some(place) = content_at(self.text, item.span(), content) {
                self.read.requirement(self.text, place, name);
            }
        }
    }

    fn wrong(&mut self, value: &Spanned<DeValue>, message: &str) {
        let range = TextRange::new(value.span().start as u32, value.span().end as u32);
        self.read.problems.push(SyntaxProblem { range, message: message.to_owned() });
    }

    /// The other lists that a string or an array of strings names.
    fn files(&mut self, value: Option<&Spanned<DeValue>>) {
        let Some(value) = value else { return };
        let items = value.get_ref().as_array().into_iter().flatten().chain(Some(value));
        for item in items {
            let place = item.get_ref().as_str().and_then(|name| content_at(self.text, item.span(), name));
            let range = place.map(|(start, end)| TextRange::new(start as u32, end as u32));
            self.read.links.extend(range.map(|range| link(self.text, range, false)));
        }
    }

    fn poetry(&mut self, table: Option<&DeTable>, list: &str) {
        for (name, value) in table.into_iter().flatten().filter(|(name, _)| name.get_ref() != "python") {
            poetry::read(self.text, name, value, list, &mut self.read.requirements);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        super::super::tests::told(read(text))
    }

    #[test]
    fn lists_of_the_project() {
        let text = "[build-system]\nrequires = [\"s>=1\"]\n[project]\ndynamic = [\"dependencies\"]\ndependencies = [\n  \"a>=1\", # why\n  \"b==2; sys_platform == 'win32'\",\n  \"c = 1\",\n]\n[project.optional-dependencies]\nx = [\"d\"]\n[dependency-groups]\ndev = [\"e~=1.4\", {include-group = \"x\"}]\n[tool.setuptools.dynamic]\ndependencies = {file = [\"requirements.txt\"]}\n";
        assert_eq!(
            told(text),
            [
                "s>=1||build",
                "a>=1||project",
                "b==2|sys_platform == 'win32'|project",
                "d||extra x",
                "e~=1.4||group dev",
                "-r requirements.txt",
                "not a requirement: no such comparison operator \"=\", must be one of ~= == != <= >= < > ===",
            ]
        );
    }

    #[test]
    fn values_of_the_wrong_kind() {
        let wrong = ["requirements are an array of strings", "a requirement is a string"];
        assert_eq!(told("[project]\ndependencies = \"x\"\n"), wrong[..1]);
        assert_eq!(told("[project]\ndependencies = [\"x\", 3]\n"), ["x||project", wrong[1]]);
        assert_eq!(told("[project.optional-dependencies]\na = \"b\"\n"), wrong[..1]);
        assert_eq!(told("[dependency-groups]\na = [{include-group = \"b\"}, true]\nb = []\n"), wrong[1..]);
    }

    #[test]
    fn lists_that_are_not_read() {
        let beside = "[project]\ndependencies = [\"a>=1\"]\n[tool.poetry.dependencies]\na = \"^1.2\"\nb = \"1\"\n[tool.poetry.group.dev.dependencies]\nc = \"1\"\n";
        assert_eq!(told(beside), ["a>=1||project", "c==1||group dev"]);
        let dynamic = "[project]\ndynamic = [\"version\", \"optional-dependencies\"]\n[tool.setuptools.dynamic]\ndependencies = {file = \"a.txt\"}\noptional-dependencies.x = {file = \"b.txt\"}\n";
        assert_eq!(told(dynamic), ["-r b.txt"]);
    }

    #[test]
    fn lists_of_poetry() {
        let text = "[tool.poetry.dependencies]\npython = \"^3.9\"\nf = \"^1.2.3\"\ng = {version = \"~0.4\", optional = true}\nh = {git = \"https://example.org\"}\ni = \"1.5\"\nj = \"*\"\nl = {version = \"1\", markers = \"sys_platform == 'win32'\"}\nm = {version = \"1\", python = \"^3.10\", platform = \"linux\"}\nn = [{version = \"1\", python = \"<3.9\"}, {version = \"2\", python = \">=3.9\"}]\no = {version = \"1\", python = \"3.9 || 3.11\"}\np = {path = \"../p\"}\n[tool.poetry.group.dev.dependencies]\nk = \"^0.0.3\"\n";
        assert_eq!(
            told(text),
            [
                "f>=1.2.3, <2||project",
                "g>=0.4, <0.5||project",
                "h||project direct",
                "i==1.5||project",
                "j||project",
                "l==1|sys_platform == 'win32'|project",
                "m==1|python_full_version >= '3.10' and python_full_version < '4' and sys_platform == 'linux'|project",
                "n==1|python_full_version < '3.9'|project",
                "n==2|python_full_version >= '3.9'|project",
                "p||project direct",
                "k>=0.0.3, <0.0.4||group dev",
            ]
        );
    }
}
