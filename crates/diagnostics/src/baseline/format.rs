//! The text of a baseline, written in version 2 and read in versions 1 and 2. It must not know how entries are matched.
//!
//! Version 2 groups the entries by file and rule, so that a review shows per file which rule gains or loses findings, and
//! an entry takes about 30 bytes: the first 12 digits of the identity, the count where it is above 1, and a name to
//! recognise the finding by.
//!
//! ```json
//! {"version": 2, "findings": {
//! "app/jobs.py": {
//! "bare-except": ["4f0c6e9b12aa load"],
//! "unused-import": [
//! "0a94c1d2e3f4 os",
//! "77b0c1d2e3f4*2 sys"]}
//! }}
//! ```

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{BaselineEntry, BaselineError};

/// The version that is written.
const VERSION: u32 = 2;
/// Digits of an identity that are kept. Two findings of one rule in one file agree in them by chance once in 10^14 pairs.
const DIGITS: usize = 12;
/// Characters of a name that are kept.
const NAME: usize = 20;

/// The part of an identity that a baseline keeps.
pub(super) fn short(identity: &str) -> &str {
    identity.get(..DIGITS).unwrap_or(identity)
}

/// A few words by which people recognise a finding: the first name that its message quotes, else the message's beginning.
pub(super) fn name_in(message: &str) -> String {
    let quoted = message.split('`').nth(1).filter(|name| !name.trim().is_empty());
    // The end of a dotted name says more than its beginning.
    let name = match quoted {
        Some(name) if name.chars().count() > NAME => name.rsplit(['.', '/']).next().unwrap_or(name),
        Some(name) => name,
        None => message,
    };
    let kept: String = name.chars().filter(|c| !c.is_control()).take(NAME).collect();
    kept.trim().to_owned()
}

/// Writes entries, which are sorted.
pub(super) fn write(entries: &[BaselineEntry]) -> String {
    let mut out = format!("{{\"version\": {VERSION}, \"findings\": {{");
    let files = entries.chunk_by(|a, b| a.path == b.path);
    for (index, of_file) in files.enumerate() {
        let path = of_file.first().map_or("", |entry| &entry.path);
        let _ = write!(out, "{}\n{}: {{", if index == 0 { "" } else { "," }, quoted(path));
        for (index, of_rule) in of_file.chunk_by(|a, b| a.rule == b.rule).enumerate() {
            let rule = of_rule.first().map_or("", |entry| &entry.rule);
            let _ = write!(out, "{}\n{}: [", if index == 0 { "" } else { "," }, quoted(rule));
            for (index, entry) in of_rule.iter().enumerate() {
                let before = match (of_rule.len(), index) {
                    (1, _) => "",
                    (_, 0) => "\n",
                    _ => ",\n",
                };
                out.push_str(before);
                out.push_str(&quoted(&item(entry)));
            }
            out.push(']');
        }
        out.push('}');
    }
    out.push_str("\n}}\n");
    out
}

fn item(entry: &BaselineEntry) -> String {
    let mut item = entry.identity.clone();
    if entry.count != 1 {
        let _ = write!(item, "*{}", entry.count);
    }
    if !entry.name.is_empty() {
        let _ = write!(item, " {}", entry.name);
    }
    item
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Reads a text.
///
/// # Errors
/// When it is damaged, or of another program or a later version.
pub(super) fn read(text: &str) -> Result<Vec<BaselineEntry>, BaselineError> {
    let document: Document = serde_json::from_str(text).map_err(|error| {
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = error.to_string();
        let message = message.strip_suffix(&place).unwrap_or(&message).to_owned();
        BaselineError { line: error.line().max(1), message }
    })?;
    Ok(document.findings.0)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "version")]
    _version: Version,
    findings: Findings,
}

struct Version;

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let version = u32::deserialize(from)?;
        if (1..=VERSION).contains(&version) {
            return Ok(Self);
        }
        Err(de::Error::custom(format!("version {version} is not known here, only 1 to {VERSION} are")))
    }
}

/// The entries of both versions: a list in the first, files in the second.
struct Findings(Vec<BaselineEntry>);

impl<'de> Deserialize<'de> for Findings {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Both;
        impl<'de> Visitor<'de> for Both {
            type Value = Findings;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("the findings of a baseline")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = list.next_element::<FirstEntry>()? {
                    entries.push(entry.into());
                }
                Ok(Findings(entries))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut files: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                // A merge can leave a file twice; both count.
                while let Some(path) = files.next_key::<String>()? {
                    let Rules(rules) = files.next_value()?;
                    entries.extend(rules.into_iter().flat_map(|(rule, items)| {
                        let path = path.clone();
                        items.into_iter().map(move |Item { identity, count, name }| BaselineEntry {
                            path: path.clone(),
                            rule: rule.clone(),
                            name,
                            identity,
                            count,
                        })
                    }));
                }
                Ok(Findings(entries))
            }
        }
        from.deserialize_any(Both)
    }
}

/// The entries of one file, by rule.
struct Rules(Vec<(String, Vec<Item>)>);

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct ByRule;
        impl<'de> Visitor<'de> for ByRule {
            type Value = Rules;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("lists of findings by rule")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut rules = Vec::new();
                while let Some(rule) = map.next_entry()? {
                    rules.push(rule);
                }
                Ok(Rules(rules))
            }
        }
        from.deserialize_map(ByRule)
    }
}

struct Item {
    identity: String,
    count: u32,
    name: String,
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let (key, name) = text.split_once(' ').unwrap_or((&text, ""));
        let (identity, count) = match key.split_once('*') {
            Some((identity, count)) => (identity, count.parse().ok().filter(|count| *count > 0)),
            None => (key, Some(1)),
        };
        let digits = identity.len() == DIGITS && identity.bytes().all(|byte| byte.is_ascii_hexdigit());
        match count {
            Some(count) if digits => Ok(Self { identity: identity.to_owned(), count, name: name.to_owned() }),
            _ => Err(de::Error::custom(format!(
                "`{text}` is no entry: {DIGITS} hexadecimal digits, `*COUNT` where it is above 1, and a name"
            ))),
        }
    }
}

/// An entry of version 1.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstEntry {
    path: String,
    rule: String,
    message: String,
    #[serde(rename = "fingerprint")]
    _fingerprint: String,
    identity: String,
    count: u32,
}

impl From<FirstEntry> for BaselineEntry {
    fn from(entry: FirstEntry) -> Self {
        Self {
            name: name_in(&entry.message),
            identity: short(&entry.identity).to_owned(),
            path: entry.path,
            rule: entry.rule,
            count: entry.count,
        }
    }
}

/// Adds up entries that differ in their names alone, and sorts them.
pub(super) fn tidied(entries: Vec<BaselineEntry>) -> Vec<BaselineEntry> {
    let mut known: BTreeMap<(String, String, String), BaselineEntry> = BTreeMap::new();
    for entry in entries {
        let key = (entry.path.clone(), entry.rule.clone(), entry.identity.clone());
        match known.get_mut(&key) {
            Some(first) => first.count = first.count.saturating_add(entry.count),
            None => {
                known.insert(key, entry);
            }
        }
    }
    let mut entries: Vec<BaselineEntry> = known.into_values().collect();
    entries.sort();
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, rule: &str, name: &str, identity: &str, count: u32) -> BaselineEntry {
        BaselineEntry {
            path: path.to_owned(),
            rule: rule.to_owned(),
            name: name.to_owned(),
            identity: identity.to_owned(),
            count,
        }
    }

    #[test]
    fn an_entry_is_written_once_and_read_back() {
        let entries = vec![
            entry("a \"b\".py", "bare-except", "", "0123456789ab", 1),
            entry("a \"b\".py", "unused-import", "os", "00000000000a", 1),
            entry("a \"b\".py", "unused-import", "sys", "00000000000b", 12),
            entry("c.py", "bare-except", "load", "0123456789ab", 1),
        ];
        let text = write(&entries);
        assert_eq!(
            text,
            "{\"version\": 2, \"findings\": {\n\
             \"a \\\"b\\\".py\": {\n\"bare-except\": [\"0123456789ab\"],\n\
             \"unused-import\": [\n\"00000000000a os\",\n\"00000000000b*12 sys\"]},\n\
             \"c.py\": {\n\"bare-except\": [\"0123456789ab load\"]}\n}}\n"
        );
        assert_eq!(read(&text).unwrap(), entries);
        assert_eq!(read(&write(&[])).unwrap(), []);
    }

    #[test]
    fn a_baseline_of_version_1_is_read() {
        let text = "{\"version\": 1, \"findings\": [\n{\"path\":\"a.py\",\"rule\":\"unused-import\",\"message\":\
                    \"`os` is imported but never used\",\"fingerprint\":\"00\",\
                    \"identity\":\"0123456789abcdef0123456789abcdef\",\"count\":2}\n]}\n";
        assert_eq!(read(text).unwrap(), [entry("a.py", "unused-import", "os", "0123456789ab", 2)]);
    }

    #[test]
    fn damage_is_reported_with_its_line() {
        let good = write(&[entry("a.py", "bare-except", "", "0123456789ab", 1)]);
        let damaged = [
            (good.replace("0123456789ab", "0123456789"), 3, "`0123456789` is no entry"),
            (good.replace("0123456789ab", "0123456789ab*0"), 3, "`0123456789ab*0` is no entry"),
            (good.replace("0123456789ab", "0123456789xy"), 3, "is no entry"),
            (good.replace("\"version\": 2", "\"version\": 3"), 1, "version 3 is not known here"),
            (good.replace("[\"0123456789ab\"]", "7"), 3, "invalid type"),
            (good.replace("}}\n", ""), 3, "EOF"),
            ("<<<<<<< HEAD\n".to_owned() + &good, 1, "expected value"),
        ];
        for (text, line, message) in damaged {
            let error = read(&text).unwrap_err();
            assert!(error.line >= line && error.message.contains(message), "{error}: {text}");
        }
    }

    #[test]
    fn a_name_is_short_and_says_the_most() {
        assert_eq!(name_in("`os` is imported but never used"), "os");
        assert_eq!(name_in("`a.very.long.path.of.packages.Thing` is imported"), "Thing");
        assert_eq!(name_in("bare except hides every error"), "bare except hides ev");
        assert_eq!(name_in(""), "");
    }
}
