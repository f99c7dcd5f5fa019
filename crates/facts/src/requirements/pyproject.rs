//! The requirements of a pyproject.toml: of the project, its extras and groups, and Poetry's.
//! It must not know what other tools read from the file.

use std::str::FromStr;

use analyzer_source::TextRange;
use compact_str::{CompactString, ToCompactString, format_compact};
use pep508_rs::pep440_rs::VersionSpecifiers;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Read, line};
use crate::Requirement;

/// Reads a text; nothing where it is no TOML, which is told elsewhere.
pub(super) fn in_pyproject(text: &str) -> Read {
    let mut reader = Reader { text, read: (Vec::new(), Vec::new()) };
    let Ok(document) = DeTable::parse(text) else { return reader.read };
    let document = document.get_ref();
    if let Some(build) = sub(document, "build-system") {
        reader.array(build.get("requires"), "build");
    }
    if let Some(project) = sub(document, "project") {
        reader.array(project.get("dependencies"), "project");
        for (extra, list) in sub(project, "optional-dependencies").into_iter().flatten() {
            reader.array(Some(list), &format!("extra {}", extra.get_ref()));
        }
    }
    for (group, list) in sub(document, "dependency-groups").into_iter().flatten() {
        reader.array(Some(list), &format!("group {}", group.get_ref()));
    }
    if let Some(poetry) = sub(document, "tool").and_then(|tool| sub(tool, "poetry")) {
        reader.poetry(sub(poetry, "dependencies"), "project");
        reader.poetry(sub(poetry, "dev-dependencies"), "group dev");
        for (group, value) in sub(poetry, "group").into_iter().flatten() {
            let dependencies = value.get_ref().as_table().and_then(|group| sub(group, "dependencies"));
            reader.poetry(dependencies, &format!("group {}", group.get_ref()));
        }
    }
    reader.read.0.sort_by_key(|requirement| requirement.range);
    reader.read
}

fn sub<'a, 'i>(table: &'a DeTable<'i>, key: &str) -> Option<&'a DeTable<'i>> {
    table.get(key)?.get_ref().as_table()
}

struct Reader<'a> {
    text: &'a str,
    read: Read,
}

impl Reader<'_> {
    /// The requirements of an array of strings; what else it holds names other lists.
    fn array(&mut self, list: Option<&Spanned<DeValue>>, name: &str) {
        let items = list.and_then(|list| list.get_ref().as_array());
        for item in items.into_iter().flatten() {
            let Some(content) = item.get_ref().as_str() else { continue };
            let Some((start, end)) = self.content(item.span(), content) else { continue };
            match line::read(self.text, start, end, name) {
                Ok(found) => self.read.0.extend(found),
                Err(problem) => self.read.1.push(problem),
            }
        }
    }

    /// The place of a string's content, if it is written without escapes.
    fn content(&self, span: std::ops::Range<usize>, content: &str) -> Option<(usize, usize)> {
        let at = self.text.get(span.clone())?.find(content)?;
        let start = span.start + at;
        Some((start, start + content.len()))
    }

    /// Poetry's tables from names to versions.
    fn poetry(&mut self, table: Option<&DeTable>, list: &str) {
        for (name, value) in table.into_iter().flatten() {
            if name.get_ref() == "python" {
                continue;
            }
            let (versions, marked) = match value.get_ref() {
                DeValue::String(_) => (Some(value), false),
                DeValue::Table(table) => {
                    let marked = ["python", "markers", "platform"].iter().any(|key| table.contains_key(*key));
                    (table.get("version"), marked)
                }
                // Several, each for its own circumstances.
                _ => continue,
            };
            if marked {
                continue;
            }
            let written = versions.and_then(|versions| versions.get_ref().as_str());
            let found = written.map(poetry_versions);
            let place = versions.zip(written).and_then(|(at, written)| self.content(at.span(), written));
            let key = name.span();
            let (start, end) = place.unwrap_or((key.end, key.end));
            self.read.0.push(Requirement {
                name: normalised(name.get_ref()),
                range: TextRange::new(key.start as u32, value.span().end as u32),
                versions_range: TextRange::new(start as u32, end as u32),
                direct: !matches!(found, Some(Some(_))),
                versions: found.flatten().unwrap_or_default(),
                marker: CompactString::default(),
                list: CompactString::new(list),
                plain: place.is_some(),
            });
        }
    }
}

/// A name as package indexes compare it (PEP 503).
fn normalised(name: &str) -> CompactString {
    let mut out = CompactString::default();
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if out.ends_with('-') => {}
            '-' | '_' | '.' => out.push('-'),
            c => out.push(c.to_ascii_lowercase()),
        }
    }
    out
}

/// Poetry's notation as PEP 440 writes it; none where it has no equal.
fn poetry_versions(written: &str) -> Option<CompactString> {
    let mut parts = Vec::new();
    if written.contains('|') {
        return None;
    }
    for part in written.split(',').map(str::trim).filter(|part| !part.is_empty() && *part != "*") {
        let bounded = |version: &str, keeps: fn(&[u64]) -> usize| {
            let release: Option<Vec<u64>> = version.split('.').map(|number| number.parse().ok()).collect();
            let release = release?;
            let at = keeps(&release).min(release.len().checked_sub(1)?);
            let mut upper = release.get(..=at)?.to_vec();
            *upper.last_mut()? += 1;
            let upper: Vec<String> = upper.iter().map(u64::to_string).collect();
            Some(format_compact!(">={version}, <{}", upper.join(".")))
        };
        parts.push(if let Some(version) = part.strip_prefix('^') {
            // Up to the next change of the first number that is not 0.
            bounded(version.trim(), |release| release.iter().position(|n| *n != 0).unwrap_or(release.len()))?
        } else if let Some(version) = part.strip_prefix('~').filter(|rest| !rest.starts_with('=')) {
            bounded(version.trim(), |release| usize::from(release.len() > 1))?
        } else if part.starts_with(|c: char| c.is_ascii_digit()) {
            format_compact!("=={part}")
        } else {
            CompactString::new(part)
        });
    }
    let versions = VersionSpecifiers::from_str(&parts.join(", ")).ok()?;
    Some(versions.to_compact_string())
}
