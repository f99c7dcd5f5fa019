//! Environments of conda: `dependencies` of an `environment.yml`, and the list for pip within it.
//! It must not know other files.

use std::str::FromStr;

use analyzer_source::TextRange;
use compact_str::{CompactString, ToCompactString, format_compact};
use pep508_rs::pep440_rs::VersionSpecifiers;

use super::Read;
use super::line::{content_at, normalised};
use super::lists::words;
use crate::config_text::yaml::{NodeId, Yaml};
use crate::{Requirement, SyntaxProblem};

/// Reads a text; mistakes of YAML in it are reported elsewhere.
pub(super) fn read(text: &str) -> Read {
    let mut read = Read::default();
    let yaml = Yaml::parse(text);
    let lists = yaml.documents.iter().filter_map(|document| yaml.get(*document, "dependencies"));
    for &item in lists.flat_map(|list| yaml.items(list)) {
        if let Some(written) = yaml.text(item) {
            let place = content_at(text, span(&yaml, item), written);
            match place.and_then(|(start, end)| package(text, start, end)) {
                Some(found) => read.requirements.push(found),
                None => wrong(&mut read, yaml.range(item), "a dependency is a name with versions"),
            }
        } else if yaml.is_mapping(item) {
            let pip = yaml.entries(item).into_iter().filter(|(key, ..)| *key == "pip");
            for &line in pip.flat_map(|(.., list)| yaml.items(list)) {
                let place = yaml.text(line).and_then(|written| content_at(text, span(&yaml, line), written));
                if let Some((start, end)) = place {
                    read.line(text, &words(text, start, end), "pip");
                }
            }
        } else {
            wrong(&mut read, yaml.range(item), "a dependency is a text, or `pip:` with a list");
        }
    }
    read.requirements.sort_by_key(|requirement| requirement.range);
    read
}

fn span(yaml: &Yaml, node: NodeId) -> std::ops::Range<usize> {
    let range = yaml.range(node);
    range.start as usize..range.end as usize
}

fn wrong(read: &mut Read, range: TextRange, message: &str) {
    read.problems.push(SyntaxProblem { range, message: message.to_owned() });
}

/// One package: `[channel::]name`, and after it versions in one of conda's notations.
fn package(text: &str, start: usize, end: usize) -> Option<Requirement> {
    let written = text.get(start..end)?;
    let begin = written.rfind("::").map_or(0, |at| at + 2);
    let rest = written.get(begin..)?;
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let behind = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
    let (name, versions) = rest.split_at_checked(behind)?;
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        || !versions.starts_with([' ', '=', '<', '>', '!', '~', '[']) && !versions.is_empty()
    {
        return None;
    }
    let blanks = versions.len() - versions.trim_start().len();
    let from = (start + begin + behind + blanks).min(end);
    let read = pep440(versions.trim());
    Some(Requirement {
        name: normalised(name),
        range: TextRange::new(start as u32, end as u32),
        versions_range: TextRange::new(from as u32, end as u32),
        // Conda knows versions that are none of Python's.
        direct: read.is_none(),
        versions: read.unwrap_or_default(),
        extras: CompactString::default(),
        marker: CompactString::default(),
        list: CompactString::const_new("conda"),
        plain: false,
    })
}

/// Conda's notation of versions as PEP 440 writes them; none where it has no equal.
fn pep440(written: &str) -> Option<CompactString> {
    let exact = |version: &str| format_compact!("=={version}");
    let begins = |version: &str| exact(version.trim_end_matches(".*").trim_end_matches('*')) + ".*";
    let plain = written.starts_with(|c: char| c.is_ascii_digit());
    let versions = if let Some(rest) = written.strip_prefix('=').filter(|rest| !rest.starts_with('=')) {
        // A build after the version makes it one version.
        match rest.split_once('=') {
            Some((version, _)) => exact(version),
            None => begins(rest),
        }
    } else if plain && written.contains('*') {
        begins(written)
    } else if plain && !written.contains(',') {
        exact(written.split(' ').next()?)
    } else {
        CompactString::new(written)
    };
    let versions = VersionSpecifiers::from_str(&versions).ok()?;
    Some(versions.to_compact_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let read = read(text);
        let requirements = read.requirements.iter().map(|one| {
            let direct = if one.direct { " direct" } else { "" };
            format!("{}{}|{}{direct}|{}", one.name, one.versions, one.list, one.range.slice(text))
        });
        let links = read.links.iter().map(|link| format!("-r {}", link.path));
        let problems = read.problems.iter().map(|one| format!("{} {}", one.range.slice(text), one.message));
        requirements.chain(links).chain(problems).collect()
    }

    #[test]
    fn packages_of_both_installers() {
        let text = "name: x\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - numpy==1.26.4\n  - conda-forge::scipy>=1.10,<2\n  - pandas 2.1.*\n  - \"PyYAML 6.0\"\n  - cudatoolkit=11.8.0=h37601d7_11\n  - openssl=1.1.1k\n  - pip\n  - pip:\n      - torch==2.2.1\n      - -r requirements.txt\n      - -e .\n      - b=1\n";
        assert_eq!(
            told(text),
            [
                "python==3.11.*|conda|python=3.11",
                "numpy==1.26.4|conda|numpy==1.26.4",
                "scipy>=1.10, <2|conda|conda-forge::scipy>=1.10,<2",
                "pandas==2.1.*|conda|pandas 2.1.*",
                "pyyaml==6.0|conda|PyYAML 6.0",
                "cudatoolkit==11.8.0|conda|cudatoolkit=11.8.0=h37601d7_11",
                "openssl|conda direct|openssl=1.1.1k",
                "pip|conda|pip",
                "torch==2.2.1|pip|torch==2.2.1",
                "-r requirements.txt",
                "b=1 not a requirement: no such comparison operator \"=\", must be one of ~= == != <= >= < > ===",
            ]
        );
    }

    #[test]
    fn what_is_no_package_is_told() {
        assert_eq!(
            told("dependencies:\n  - =1.0\n  - [a]\n  - b\n"),
            [
                "b|conda|b",
                "=1.0 a dependency is a name with versions",
                "[a] a dependency is a text, or `pip:` with a list",
            ]
        );
        assert!(told("dependencies: {a: 1}\nother: 1\n").is_empty());
    }
}
