//! Poetry's dependencies, in PEP 440's and PEP 508's notation. It must not know which tables of a file they are in.

use std::borrow::Cow;
use std::str::FromStr;

use analyzer_source::TextRange;
use compact_str::{CompactString, ToCompactString, format_compact};
use pep508_rs::MarkerTree;
use pep508_rs::pep440_rs::VersionSpecifiers;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::line::{content_at, extras, normalised};
use crate::Requirement;

/// Adds what a package's entry asks for: once, or for each circumstance.
pub(super) fn read(
    text: &str,
    name: &Spanned<Cow<str>>,
    value: &Spanned<DeValue>,
    list: &str,
    found: &mut Vec<Requirement>,
) {
    let several = value.get_ref().as_array().into_iter().flatten();
    let single = value.get_ref().as_array().is_none().then_some(value);
    for one in several.chain(single) {
        let (versions, marker) = match one.get_ref() {
            DeValue::String(_) => (Some(one), Some(CompactString::default())),
            DeValue::Table(table) => (table.get("version"), marker(table)),
            _ => continue,
        };
        // Circumstances that no marker can say.
        let Some(marker) = marker else { continue };
        let written = versions.and_then(|versions| versions.get_ref().as_str());
        let range = written.map(poetry_versions);
        let place = versions.zip(written).and_then(|(at, written)| content_at(text, at.span(), written));
        let key = name.span();
        let (start, end) = place.unwrap_or((key.end, key.end));
        let begin = if single.is_some() { key.start } else { one.span().start };
        found.push(Requirement {
            name: normalised(name.get_ref()),
            range: TextRange::new(begin as u32, one.span().end as u32),
            versions_range: TextRange::new(start as u32, end as u32),
            direct: !matches!(range, Some(Some(_))),
            versions: range.flatten().unwrap_or_default(),
            extras: named_extras(one),
            marker,
            list: CompactString::new(list),
            plain: place.is_some(),
        });
    }
}

/// The extras that an entry takes along.
fn named_extras(value: &Spanned<DeValue>) -> CompactString {
    let named = value.get_ref().as_table().and_then(|table| table.get("extras")?.get_ref().as_array());
    extras(named.into_iter().flatten().filter_map(|extra| Some(extra.get_ref().as_str()?.to_owned())))
}

/// The circumstances of an entry; none where they have no equal.
fn marker(table: &DeTable) -> Option<CompactString> {
    let word = |key: &str| table.get(key).and_then(|value| value.get_ref().as_str());
    let mut all = MarkerTree::TRUE;
    if let Some(markers) = word("markers") {
        all.and(MarkerTree::from_str(markers).ok()?);
    }
    if let Some(python) = word("python") {
        for part in poetry_versions(python)?.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let digits = part.find(|c: char| c.is_ascii_digit())?;
            let (sign, version) = part.split_at_checked(digits)?;
            all.and(MarkerTree::from_str(&format!("python_version {sign} '{version}'")).ok()?);
        }
    }
    if let Some(platform) = word("platform") {
        all.and(MarkerTree::from_str(&format!("sys_platform == '{platform}'")).ok()?);
    }
    Some(all.try_to_string().map(CompactString::from).unwrap_or_default())
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
