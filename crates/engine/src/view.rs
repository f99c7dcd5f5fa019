//! One file checked: its diagnostics made into findings, with the texts of other files that they point to. It must not
//! know what is done with findings.

use std::sync::{Arc, Mutex, PoisonError};

use analyzer_diagnostics::Finding;
use rustc_hash::FxHashMap;

use crate::custom::query_diagnostics;
use crate::db::{Database, Db as _};
use crate::finish::{Finisher, Texts};
use crate::inputs::{Content, File, Project};
use crate::locate::LocatedText;
use crate::mirrors::is_folded;
use crate::queries::{
    facts, file_diagnostics, found_in_file, found_in_project, project_diagnostics, text_of,
};
use crate::secrets;
use crate::suppress::RULE as UNUSED_SUPPRESSION;

/// How many bytes of texts are kept ready at once: copies of modules point to each other throughout a repository.
const MOST_READY: usize = 4 << 20;

/// Texts by path, shared by all threads of a check, and by one check after the other as long as their contents stay.
#[derive(Default)]
pub(crate) struct ReadyTexts(Mutex<Ready>);

#[derive(Default)]
struct Ready {
    texts: FxHashMap<Arc<str>, (Content, Arc<LocatedText>)>,
    bytes: usize,
}

impl ReadyTexts {
    fn get(&self, path: &str, content: &Content) -> Option<Arc<LocatedText>> {
        let ready = self.lock();
        let (of, text) = ready.texts.get(path)?;
        (of == content).then(|| Arc::clone(text))
    }

    fn keep(&self, path: &Arc<str>, content: &Content, text: &Arc<LocatedText>) {
        let mut ready = self.lock();
        if ready.bytes + text.text().len() > MOST_READY {
            *ready = Ready::default();
        }
        ready.bytes += text.text().len();
        if let Some((_, old)) = ready.texts.insert(Arc::clone(path), (content.clone(), Arc::clone(text))) {
            ready.bytes -= old.text().len();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Ready> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The input of checking one file, besides the database.
#[derive(Clone, Copy)]
pub(crate) struct FileView<'a> {
    pub(crate) project: Project,
    pub(crate) files: &'a FxHashMap<Arc<str>, File>,
}

impl FileView<'_> {
    /// The findings of one file: the same from every door.
    pub(crate) fn check_file(
        &self,
        db: &Database,
        file: File,
        finisher: &Finisher,
        ready: &ReadyTexts,
    ) -> Vec<Finding> {
        let mut diagnostics = if db.is_once() {
            let mut found = found_in_file(db, self.project, file);
            found.append(&mut found_in_project(db, self.project, file));
            found
        } else {
            let kept =
                [file_diagnostics(db, self.project, file), project_diagnostics(db, self.project, file)];
            kept.into_iter().flat_map(|found| found.iter().cloned()).collect()
        };
        diagnostics.extend_from_slice(&query_diagnostics(db, self.project, file));
        let facts = facts(db, file);
        let folded = is_folded(db, self.project, file);
        if diagnostics.is_empty() && (folded || !finisher.looks_at(facts)) {
            return Vec::new();
        }
        let path = file.path(db);
        let whole = text_of(db, file);
        secrets::scrub(&secrets::values(&whole, facts), &mut diagnostics);
        let text = LocatedText::new(Arc::clone(path), secrets::masked(whole, facts));
        let texts = RelatedTexts { view: self, db, ready };
        let mut findings = finisher.findings(&text, path, facts, diagnostics, &texts);
        // Nobody asked there whether a suppression still has something to silence.
        findings.retain(|finding| !folded || finding.rule != UNUSED_SUPPRESSION);
        findings
    }
}

/// Texts of other files that findings point to, read once each.
struct RelatedTexts<'a> {
    view: &'a FileView<'a>,
    db: &'a Database,
    ready: &'a ReadyTexts,
}

impl Texts for RelatedTexts<'_> {
    fn text(&self, path: &str) -> Option<Arc<LocatedText>> {
        let (path, file) = self.view.files.get_key_value(path)?;
        let content = file.content(self.db);
        if let Some(text) = self.ready.get(path, content) {
            return Some(text);
        }
        let shown = secrets::masked(text_of(self.db, *file), facts(self.db, *file));
        let text = Arc::new(LocatedText::new(Arc::clone(path), shown));
        self.ready.keep(path, content, &text);
        Some(text)
    }
}
