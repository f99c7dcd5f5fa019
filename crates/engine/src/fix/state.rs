//! One file while it is being fixed: its bytes as they were analysed, its current text, what has failed.
//! It must not know findings.

use std::collections::BTreeMap;
use std::sync::Arc;

use analyzer_facts::{ConfigKind, FileFacts};
use analyzer_source::content_hash;
use rustc_hash::FxHashSet;

use super::choose::Chosen;
use crate::Engine;
use crate::disk::DiskFile;
use crate::inputs::Content;
use crate::secrets;

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
    /// How it is read if it is no Python.
    kind: Option<ConfigKind>,
    /// None for a file in memory.
    pub(super) disk: Option<DiskFile>,
}

impl FixedFile {
    /// Both texts as they may be shown: with every secret masked.
    #[must_use]
    pub fn shown(&self) -> (Arc<str>, Arc<str>) {
        secrets::masked_pair(self.kind, &self.before, &self.after)
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
    /// How it is read if it is no Python.
    kind: Option<ConfigKind>,
    /// As it was analysed, and where; the reason where it must be left alone.
    source: Result<(String, Option<DiskFile>), String>,
    /// The current text.
    pub(super) text: String,
    /// As it stood before the pass that is under way.
    previous: String,
    /// Hashes of all texts that it has had so far: fixes that undo each other would not end.
    seen: FxHashSet<u128>,
    /// Fixes in the next pass at most.
    limit: usize,
    rejected: FxHashSet<u128>,
    /// Those that raised findings of other rules in the current text; they are tried again in another.
    raising: FxHashSet<u128>,
    fixed: BTreeMap<String, u32>,
}

impl State {
    /// The file as the engine analysed it.
    pub(super) fn new(engine: &Engine, path: &str) -> Self {
        let source = match engine.content_of(path) {
            // It is text already, whatever it declares of the bytes that it came from.
            Some(Content::Memory(text)) => Ok((text.to_string(), None)),
            Some(Content::Disk(hash)) => {
                DiskFile::read(engine.root(), path, *hash).map(|disk| (disk.source.text.clone(), Some(disk)))
            }
            Some(Content::Skipped(_) | Content::Missing) | None => Err("it was not analysed".to_owned()),
        };
        // Statements of Python 2 alone can be mended as a whole.
        let is_broken = |facts: &FileFacts| facts.syntax.is_some() && !facts.python2_alone;
        let broken = engine.facts_of(path).is_none_or(is_broken);
        let source = source.and_then(|source| {
            if broken { Err("it does not parse; correct its syntax first".to_owned()) } else { Ok(source) }
        });
        let text = source.as_ref().map_or_else(|_| String::new(), |(text, _)| text.clone());
        let seen = std::iter::once(content_hash(text.as_bytes())).collect();
        Self {
            kind: engine.kind_of(path),
            source,
            previous: text.clone(),
            text,
            seen,
            limit: usize::MAX,
            rejected: FxHashSet::default(),
            raising: FxHashSet::default(),
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
        self.rejected.contains(&identity) || self.raising.contains(&identity)
    }

    /// Takes a new text on trial; false if it was there before.
    pub(super) fn begin(&mut self, text: String) -> bool {
        if !self.seen.insert(content_hash(text.as_bytes())) {
            return false;
        }
        self.previous = std::mem::replace(&mut self.text, text);
        true
    }

    /// The text as it stood before the pass that is under way.
    pub(super) fn previous(&self) -> &str {
        &self.previous
    }

    /// The pass went well; gives the text as it was before.
    pub(super) fn keep(&mut self, chosen: &Chosen) -> &str {
        for fix in &chosen.fixes {
            *self.fixed.entry(fix.rule.clone()).or_default() += 1;
        }
        self.limit = usize::MAX;
        self.raising.clear();
        &self.previous
    }

    /// The pass failed: half as many fixes are tried next, or the only one not again. `raises` tells that it failed only for
    /// the current text.
    pub(super) fn undo(&mut self, chosen: &Chosen, raises: bool) {
        // What all of them gave may be what the rest of them gives later.
        self.seen.remove(&content_hash(self.text.as_bytes()));
        self.text.clone_from(&self.previous);
        match chosen.fixes.as_slice() {
            [only] => {
                let rejected = if raises { &mut self.raising } else { &mut self.rejected };
                rejected.insert(only.identity);
                self.limit = usize::MAX;
            }
            several => self.limit = several.len() / 2,
        }
    }

    /// The file's outcome; none if it does not change.
    pub(super) fn finish(self, path: &Arc<str>) -> Result<Option<FixedFile>, String> {
        let (before, disk) = self.source?;
        let path = Arc::clone(path);
        let file = FixedFile { path, before, after: self.text, fixed: self.fixed, kind: self.kind, disk };
        Ok((file.before != file.after).then_some(file))
    }
}
