//! The handling of values of secrets: they are compared under a key in memory, and masked in whatever is shown.
//! No value, and no hash of one that others could compute, leaves this module. It must not know which secrets are
//! faults.

use std::borrow::Cow;
use std::sync::Arc;

use analyzer_diagnostics::{Anchor, Diagnostic};
use analyzer_facts::{
    ConfigKind, FileFacts, Secret, SecretKind, extract_config, secret_pieces, secret_value, secrets_in,
};
use analyzer_project::PlacedSecret;
use analyzer_project::places::is_aside;
use rustc_hash::FxHashMap;
use salsa::plumbing::AsId;
use serde_json::Value;

use crate::db::{Db, Subject};
use crate::inputs::{File, Project, Shard};
use crate::mirrors::is_folded;
use crate::queries::facts;
use crate::seen::{seen_facts, seen_text};

/// A value's keyed hash, for comparing; it lives in memory only.
type Tag = [u8; 16];

/// A secret, reduced to the parts that are compared: no place, so that a moved line changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tagged {
    tag: Tag,
    /// Findings are made where this is lowest.
    rank: u8,
}

/// Raises the rank of a secret in a copy above every other rank.
const COPY: u8 = 8;

/// The keyed hashes of a file's secrets, in their order; none of those that everybody may know.
/// Runs again when what others see of the file changes; equal as long as its secrets are.
#[salsa::tracked(returns(ref))]
fn tags(db: &dyn Db, file: File) -> Vec<Option<Tagged>> {
    db.ran("tags", Subject::File(file.as_id()));
    let Some(facts) = seen_facts(db, file).filter(|facts| !facts.secrets.is_empty()) else {
        return Vec::new();
    };
    tags_in(db, file, facts, &seen_text(db, file))
}

/// Whether the secrets in these facts of a text are those that others see of a file.
pub(crate) fn has_same_secrets(db: &dyn Db, file: File, facts: &FileFacts, text: &str) -> bool {
    let tags = tags(db, file);
    tags.len() == facts.secrets.len() && (tags.is_empty() || *tags == tags_in(db, file, facts, text))
}

fn tags_in(db: &dyn Db, file: File, facts: &FileFacts, text: &str) -> Vec<Option<Tagged>> {
    let path = file.path(db);
    let shown =
        analyzer_rules::is_example_path(path) || analyzer_rules::is_translation_path(path) || is_aside(path);
    let tagged = |secret: &Secret| {
        let confidential = secret.kind.is_confidential();
        let rank = u8::from(shown) * 4 + u8::from(secret.doubtful) * 2 + u8::from(secret.literal.is_none());
        confidential.then(|| Tagged { tag: tag(db.key(), &secret_value(text, secret)), rank })
    };
    facts.secrets.iter().map(tagged).collect()
}

/// The keyed hash of a value: BLAKE3 under the repository's key.
fn tag(key: &[u8; 32], value: &str) -> Tag {
    let mut tag = Tag::default();
    blake3::Hasher::new_keyed(key).update(value.as_bytes()).finalize_xof().fill(&mut tag);
    tag
}

/// The key of a repository.
pub(crate) fn key_of(identity: &str) -> [u8; 32] {
    blake3::derive_key("analyzer 2026 fingerprints of secrets v1", identity.as_bytes())
}

/// A secret of some file: the file, and the secret's index there.
type Occurrence = (File, u32);

/// The secrets of a shard's files. Runs again when the secrets of one of them change.
#[salsa::tracked(returns(ref))]
fn shard_tags(db: &dyn Db, shard: Shard) -> Vec<(Occurrence, Tagged)> {
    db.ran("shard_tags", Subject::Shard);
    shard.files(db).iter().flat_map(|file| occurrences(db, *file)).collect()
}

fn occurrences(db: &dyn Db, file: File) -> impl Iterator<Item = (Occurrence, Tagged)> {
    (0..).zip(tags(db, file)).filter_map(move |(index, tagged)| Some(((file, index), (*tagged)?)))
}

/// Every value that occurs more than once, with its places, that of the finding first. Runs again when the secrets of a
/// shard change.
#[salsa::tracked(returns(ref))]
fn repeated(db: &dyn Db, project: Project) -> FxHashMap<Tag, Vec<Occurrence>> {
    db.ran("repeated", Subject::Project);
    let mut places: FxHashMap<Tag, Vec<(u8, Occurrence)>> = FxHashMap::default();
    let shards = project.shards(db).iter().flat_map(|shard| shard_tags(db, *shard).clone());
    let texts = project.texts(db).iter().flat_map(|file| occurrences(db, *file));
    for (occurrence, tagged) in shards.chain(texts) {
        // A copy is never the place of a finding that stands in what is used too.
        let rank = tagged.rank + if is_folded(db, project, occurrence.0) { COPY } else { 0 };
        places.entry(tagged.tag).or_default().push((rank, occurrence));
    }
    places.retain(|_, places| places.len() > 1);
    let sorted = places.into_iter().map(|(tag, mut places)| {
        places.sort_by_cached_key(|(rank, (file, index))| (*rank, Arc::clone(file.path(db)), *index));
        (tag, places.into_iter().map(|(_, occurrence)| occurrence).collect())
    });
    sorted.collect()
}

/// The other places of a file's secret; none if the finding is made elsewhere. Runs again when the repeated
/// values change; equal as long as those of the file do not.
#[salsa::tracked(returns(ref))]
fn placed(db: &dyn Db, project: Project, file: File) -> Vec<(u32, String, Vec<Occurrence>)> {
    db.ran("placed", Subject::File(file.as_id()));
    let mut placed = Vec::new();
    for (index, tagged) in (0..).zip(tags(db, file)) {
        let Some(Tagged { tag, .. }) = tagged else {
            if is_folded(db, project, file) {
                continue;
            }
            placed.push((index, String::new(), Vec::new()));
            continue;
        };
        let others = match repeated(db, project).get(tag).map(Vec::as_slice) {
            None => Vec::new(),
            Some([first, others @ ..]) if *first == (file, index) => others.to_vec(),
            Some(_) => continue,
        };
        // Sixteen bits: a changed value is a new finding, yet of a list of likely passwords thousands agree with it.
        placed.push((index, format!("{:02x}{:02x}", tag[0], tag[1]), others));
    }
    placed
}

/// The secrets that are reported in a file, placed. Not tracked: it is part of the file's check.
pub(crate) fn secrets_of(db: &dyn Db, project: Project, file: File) -> Vec<PlacedSecret> {
    if facts(db, file).is_none_or(|facts| facts.secrets.is_empty()) {
        return Vec::new();
    }
    let place = |(file, index): &Occurrence| {
        let secret = facts(db, *file)?.secrets.get(*index as usize)?;
        Some((Arc::clone(file.path(db)), secret.range))
    };
    let all = placed(db, project, file).iter();
    all.map(|(index, tag, others)| PlacedSecret {
        index: *index,
        tag: tag.clone(),
        others: others.iter().filter_map(place).collect(),
    })
    .collect()
}

/// The values in a text that must not be shown, longest first. What is doubtful is masked where it stands, but is no
/// secret elsewhere: the password of `user:password@host` is a word.
pub(crate) fn values<'a>(text: &'a str, facts: Option<&FileFacts>) -> Vec<Cow<'a, str>> {
    let secrets = facts.map(|facts| facts.secrets.as_slice()).unwrap_or_default();
    let mut values = Vec::new();
    for secret in secrets.iter().filter(|secret| secret.kind.is_confidential() && !is_word(secret)) {
        values.push(secret_value(text, secret));
        if secret.joined {
            let pieces = secret_pieces(text, secret).into_iter().filter(|piece| piece.len() >= TELLING);
            values.extend(pieces.map(Cow::Borrowed));
        }
    }
    values.retain(|value| !value.trim().is_empty());
    values.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    values.dedup();
    values
}

/// The text with every secret masked, wherever in it the value is: as many bytes, characters and lines as before.
pub(crate) fn masked(text: Arc<str>, facts: Option<&FileFacts>) -> Arc<str> {
    let secrets = facts.map(|facts| facts.secrets.as_slice()).unwrap_or_default();
    if secrets.is_empty() {
        return text;
    }
    hidden(&text, secrets, &values(&text, facts)).into()
}

/// The two versions of a file's text that a fix made, masked alike: no secret of either shows in the other.
pub(crate) fn masked_pair(kind: Option<ConfigKind>, before: &str, after: &str) -> (Arc<str>, Arc<str>) {
    let facts = [before, after].map(|text| match kind {
        None => FileFacts { secrets: secrets_in(text), ..FileFacts::default() },
        Some(kind) => extract_config(text, kind),
    });
    let mut all = values(before, Some(&facts[0]));
    all.extend(values(after, Some(&facts[1])));
    (hidden(before, &facts[0].secrets, &all).into(), hidden(after, &facts[1].secrets, &all).into())
}

pub(crate) fn hidden(text: &str, secrets: &[Secret], values: &[Cow<str>]) -> String {
    let mut ranges: Vec<(usize, usize)> =
        secrets.iter().map(|secret| (secret.range.start as usize, secret.range.end as usize)).collect();
    for value in values {
        if value.len() >= SHORTEST {
            ranges.extend(text.match_indices(&**value).map(|(start, found)| (start, start + found.len())));
        }
    }
    ranges.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (start, end) in ranges {
        let start = start.max(done);
        if let (true, Some(before), Some(hidden)) = (start < end, text.get(done..start), text.get(start..end))
        {
            out.push_str(before);
            out.extend(hidden.chars().map(mask));
            done = end;
        }
    }
    out.push_str(text.get(done..).unwrap_or(""));
    out
}

fn is_word(secret: &Secret) -> bool {
    secret.doubtful && matches!(secret.kind, SecretKind::UrlPassword | SecretKind::Password)
}

/// Values shorter than this are masked where they were found only: `abc` occurs in much that is no secret.
const SHORTEST: usize = 5;
/// Parts of a value shorter than this reveal nothing by themselves.
const TELLING: usize = 8;

/// The mask of a character: one of as many bytes, and as many units of UTF-16.
pub(crate) fn mask(c: char) -> char {
    match (c, c.len_utf8()) {
        ('\n' | '\r', _) => c,
        (_, 1) => '*',
        (_, 2) => '¤',
        (_, 3) => '•',
        _ => '🔒',
    }
}

/// Takes the values out of all that diagnostics say. A fix that would write one is dropped: it cannot be shown, and
/// written with a mask in place of the value it would do harm.
pub(crate) fn scrub(values: &[Cow<str>], diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics {
        scrub_text(values, &mut diagnostic.message);
        diagnostic.notes.iter_mut().chain(diagnostic.help.as_mut()).for_each(|text| scrub_text(values, text));
        diagnostic.related.iter_mut().for_each(|related| scrub_text(values, &mut related.message));
        if let Anchor::Key(key) | Anchor::Project(key) = &mut diagnostic.anchor {
            scrub_text(values, key);
        }
        for value in diagnostic.properties.values_mut() {
            scrub_value(values, value);
        }
        let tells = |text: &String| scrubbed(values, text).is_some();
        for fix in [&mut diagnostic.fix, &mut diagnostic.safe_fix] {
            fix.take_if(|fix| tells(&fix.title) || fix.edits.iter().any(|edit| tells(&edit.content)));
        }
    }
}

pub(crate) fn scrub_text(values: &[Cow<str>], text: &mut String) {
    if let Some(clean) = scrubbed(values, text) {
        *text = clean;
    }
}

/// A text without the values; none if it holds none of them.
fn scrubbed(values: &[Cow<str>], text: &str) -> Option<String> {
    let mut clean = Cow::Borrowed(text);
    for value in values.iter().filter(|value| value.len() >= SHORTEST) {
        if clean.contains(&**value) {
            clean = Cow::Owned(clean.replace(&**value, "***"));
        }
    }
    match clean {
        Cow::Borrowed(_) => None,
        Cow::Owned(clean) => Some(clean),
    }
}

/// Properties nest at will, so the nodes that are left to do are a list.
pub(crate) fn scrub_value(values: &[Cow<str>], value: &mut Value) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => scrub_text(values, text),
            Value::Array(items) => open.extend(items.iter_mut()),
            Value::Object(fields) => {
                let keys = fields.keys().filter_map(|key| Some((key.clone(), scrubbed(values, key)?)));
                for (key, clean) in keys.collect::<Vec<_>>() {
                    if let Some(field) = fields.remove(&key) {
                        fields.insert(clean, field);
                    }
                }
                open.extend(fields.values_mut());
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use analyzer_diagnostics::{Applicability, Edit, Fix, Severity};
    use analyzer_facts::{Limits, TextRange, extract};

    use super::*;

    #[test]
    fn a_mask_keeps_every_position() {
        let text = "# q8#Lké2!vZp0w\npassword = 'q8#Lké2!vZp0w'\nx = 1\n";
        let facts = extract(text, Limits::default()).unwrap();
        let masked = masked(text.into(), Some(&facts));
        assert_eq!(&*masked, "# *****¤*******\npassword = '*****¤*******'\nx = 1\n");
        for c in ['a', 'é', '中', '𝄞'] {
            assert_eq!((mask(c).len_utf8(), mask(c).len_utf16()), (c.len_utf8(), c.len_utf16()));
        }
    }

    #[test]
    fn every_piece_of_a_value_is_masked() {
        let text =
            "password = ('q8#Lk2!vZp0w'\n    'Winter2024!')\nx = 'q8#Lk2!vZp0wWinter2024!'  # Winter2024!\n";
        let facts = extract(text, Limits::default()).unwrap();
        let masked = masked(text.into(), Some(&facts));
        assert!(!masked.contains("Winter") && !masked.contains("q8#"), "{masked}");
        assert_eq!(masked.lines().count(), 3);
    }

    #[test]
    fn nothing_that_is_said_holds_a_value() {
        let edit = Edit { range: TextRange::new(0, 1), content: "run('hunter2!x')".to_owned() };
        let fix = Fix { title: "x".to_owned(), applicability: Applicability::Safe, edits: vec![edit] };
        let mut diagnostic = Diagnostic::new("r", Severity::Note, TextRange::new(0, 1), "a hunter2!x b")
            .note("hunter2!x")
            .help("hunter2!x")
            .property("p", serde_json::json!({"hunter2!x": ["hunter2!x", 1]}))
            .fix(Some(fix))
            .key("k hunter2!x");
        scrub(&["hunter2!x".into()], std::slice::from_mut(&mut diagnostic));
        assert!(!format!("{diagnostic:?}").contains("hunter2"));
        assert_eq!(diagnostic.message, "a *** b");
    }

    #[test]
    fn hashes_depend_on_the_key() {
        assert_ne!(tag(&key_of("a"), "x"), tag(&key_of("b"), "x"));
        assert_eq!(tag(&key_of("a"), "x"), tag(&key_of("a"), "x"));
    }
}
