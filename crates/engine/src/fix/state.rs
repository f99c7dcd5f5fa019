//! One file while it is being fixed: its bytes as they were analysed, its text as it stands, what has failed.
//! It must not know findings.

use std::collections::BTreeMap;
use std::sync::Arc;

use analyzer_facts::FileFacts;
use analyzer_source::{LineEnding, SourceText, content_hash, decode, read_bounded};
use rustc_hash::FxHashSet;

use super::choose::Chosen;
use crate::Engine;
use crate::inputs::Content;
use crate::secrets;

/// Why a file changed between analysis and fix is left alone.
pub(super) const CHANGED: &str = "it changed on disk meanwhile; run the analyser again";

/// A file that changes.
#[derive(Debug)]
pub struct FixedFile {
    /// Relative to the root.
    pub path: Arc<str>,
    /// The text as it was analysed.
    pub before: String,
    /// The text with all fixes.
    pub after: String,
    /// Number of findings that were fixed, by rule.
    pub fixed: BTreeMap<String, u32>,
    pub(super) source: SourceText,
    /// Hash of the bytes on disk; none for a file in memory.
    pub(super) hash: Option<u128>,
}

impl FixedFile {
    /// Both texts as they may be shown: with every secret masked.
    #[must_use]
    pub fn shown(&self) -> (Arc<str>, Arc<str>) {
        secrets::masked_pair(&self.before, &self.after)
    }

    /// Number of findings that were fixed.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.fixed.values().sum()
    }
}

/// A file with findings to fix.
#[derive(Debug)]
pub(super) struct State {
    /// As it was analysed; none where it must be left alone, for the reason given.
    source: Result<SourceText, String>,
    hash: Option<u128>,
    /// As it stands.
    pub(super) text: String,
    /// As it stood before the pass that is under way.
    previous: String,
    /// Hashes of all texts so far: fixes that undo each other would not end.
    seen: FxHashSet<u128>,
    /// Fixes in the next pass at most.
    limit: usize,
    rejected: FxHashSet<u128>,
    fixed: BTreeMap<String, u32>,
}

impl State {
    /// The file as the engine analysed it.
    pub(super) fn new(engine: &Engine, path: &str) -> Self {
        let (source, hash) = match engine.content_of(path) {
            Some(Content::Memory(text)) => (decoded(text.as_bytes().to_vec()), None),
            Some(Content::Disk(hash)) => (read(engine, path, *hash), Some(*hash)),
            Some(Content::Skipped(_) | Content::Missing) | None => (Err(CHANGED.to_owned()), None),
        };
        // Statements of Python 2 alone can be mended as a whole.
        let is_broken = |facts: &FileFacts| facts.syntax.is_some() && !facts.python2_alone;
        let broken = engine.facts_of(path).is_none_or(is_broken);
        let source = source.and_then(|source| {
            if broken { Err("it does not parse; correct its syntax first".to_owned()) } else { Ok(source) }
        });
        let text = source.as_ref().map_or_else(|_| String::new(), |source| source.text.clone());
        let seen = std::iter::once(content_hash(text.as_bytes())).collect();
        Self {
            source,
            hash,
            previous: text.clone(),
            text,
            seen,
            limit: usize::MAX,
            rejected: FxHashSet::default(),
            fixed: BTreeMap::new(),
        }
    }

    /// Whether the file gets no fixes at all.
    pub(super) const fn is_left_alone(&self) -> bool {
        self.source.is_err()
    }

    /// How many fixes a pass may try.
    pub(super) const fn limit(&self) -> usize {
        self.limit
    }

    /// Whether a fix has failed before.
    pub(super) fn has_rejected(&self, identity: u128) -> bool {
        self.rejected.contains(&identity)
    }

    /// Takes a new text on trial; false if it was there before.
    pub(super) fn begin(&mut self, text: String) -> bool {
        if !self.seen.insert(content_hash(text.as_bytes())) {
            return false;
        }
        self.previous = std::mem::replace(&mut self.text, text);
        true
    }

    /// The pass went well.
    pub(super) fn keep(&mut self, chosen: &Chosen) {
        for fix in &chosen.fixes {
            *self.fixed.entry(fix.rule.clone()).or_default() += 1;
        }
        self.limit = usize::MAX;
    }

    /// The pass failed: half as many fixes are tried next, or the only one not again.
    pub(super) fn undo(&mut self, chosen: &Chosen) {
        self.text.clone_from(&self.previous);
        match chosen.fixes.as_slice() {
            [only] => {
                self.rejected.insert(only.identity);
                self.limit = usize::MAX;
            }
            several => self.limit = several.len() / 2,
        }
    }

    /// The file's outcome; none if it does not change.
    pub(super) fn finish(self, path: &Arc<str>) -> Result<Option<FixedFile>, String> {
        let source = self.source?;
        let file = FixedFile {
            path: Arc::clone(path),
            before: source.text.clone(),
            after: self.text,
            fixed: self.fixed,
            source,
            hash: self.hash,
        };
        Ok((file.before != file.after).then_some(file))
    }
}

/// The file on disk, if it still is what was analysed.
fn read(engine: &Engine, path: &str, hash: u128) -> Result<SourceText, String> {
    let bytes = read_bounded(&engine.place_of(path), u64::MAX).map_err(|error| error.to_string())?;
    if content_hash(&bytes) != hash {
        return Err(CHANGED.to_owned());
    }
    let old_macs = bytes.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n');
    let source = decoded(bytes)?;
    // Which of the new lines are to end in a lone CR cannot be told.
    if old_macs && source.line_ending == LineEnding::Mixed {
        return Err("its lines end in several ways, lone CRs among them; make them alike first".to_owned());
    }
    Ok(source)
}

fn decoded(bytes: Vec<u8>) -> Result<SourceText, String> {
    let source = decode(bytes).map_err(|reason| reason.to_string())?;
    if source.lossy {
        return Err("it holds bytes that could not be read as text; repair them first".to_owned());
    }
    Ok(source)
}
