//! Schedules checks: an edited text at once, one check at a time; other files a moment after the last edit.
//! It must not know how findings are reported.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use analyzer_engine::{Changes, Unseen};
use serde_json::json;

use crate::document::Document;
use crate::project::{FileResult, OpenResult, Sweep};
use crate::server::{OpenChecked, Server};
use crate::workers::{CheckJob, OpenText, SweepJob};

/// How long after an edit other files are looked at.
const DEBOUNCE: Duration = Duration::from_millis(30);

impl Server {
    /// Gives engines the texts that they have not seen, and starts what is due.
    pub(crate) fn flush(&mut self) {
        for number in 0..self.projects.len() {
            let busy = self.projects.get(number).is_none_or(|project| project.checking);
            // A check that runs is of use; what was edited meanwhile comes next, all at once.
            if !busy {
                self.edit(number);
                self.start_check(number);
            }
            self.start_sweep(number);
        }
    }

    /// Gives an engine the texts that it has not seen.
    fn edit(&mut self, number: usize) {
        let Some(project) = self.projects.get_mut(number) else { return };
        let mut others = false;
        for document in self.documents.values_mut().filter(|document| document.project == number) {
            if !std::mem::take(&mut document.dirty) {
                others |= !document.named;
                continue;
            }
            if document.left_out {
                project.unchecked.remove(&document.path);
                project.forget(&document.path);
                if let Some(told) = project.published.remove(&document.path) {
                    self.outbox.publish(&told.uri, json!({"uri": told.uri, "diagnostics": []}));
                }
                continue;
            }
            if document.named {
                project.engine.edit_file(&document.path, Arc::clone(&document.text));
                project.take_edit(&document.path);
            } else {
                project.engine.offer_file(&document.path, Arc::clone(&document.text));
                others = true;
            }
            if document.analysed && !document.named {
                project.take_edit(&document.path);
            }
        }
        if others {
            self.find_lists(number);
        }
    }

    /// Finds out which of the open texts are lists of requirements by now because another file names them, and which are
    /// not any more.
    fn find_lists(&mut self, number: usize) {
        let Some(project) = self.projects.get_mut(number) else { return };
        let unnamed = self.documents.values_mut();
        let unnamed = unnamed.filter(|document| document.project == number && !document.left_out);
        for document in unnamed.filter(|document| !document.named) {
            let analysed = project.engine.reads_as_list(&document.path);
            if analysed == document.analysed {
                continue;
            }
            document.analysed = analysed;
            project.take_edit(&document.path);
            if analysed {
                project.engine.edit_file(&document.path, Arc::clone(&document.text));
            } else {
                project.unchecked.remove(&document.path);
                project.forget(&document.path);
                if let Some(told) = project.published.remove(&document.path) {
                    self.outbox.publish(&told.uri, json!({"uri": told.uri, "diagnostics": []}));
                }
            }
        }
    }

    fn start_check(&mut self, number: usize) {
        let Some(project) = self.projects.get_mut(number) else { return };
        if project.unchecked.is_empty() {
            return;
        }
        let wanted =
            |document: &&Document| document.project == number && project.unchecked.contains(&document.path);
        let files = self.documents.values().filter(wanted).map(|document| OpenText {
            path: Arc::clone(&document.path),
            version: document.version,
            text: Arc::clone(&document.text),
        });
        let mut files: Vec<OpenText> = files.collect();
        // The files edited last are checked first.
        files.sort_by_key(|file| std::cmp::Reverse(project.edited.contains(&file.path)));
        if files.is_empty() {
            project.unchecked.clear();
            return;
        }
        project.checking = true;
        let (generation, snapshot) = (project.generation, project.engine.snapshot());
        self.workers.check(CheckJob { project: number, generation, snapshot, files });
    }

    fn start_sweep(&mut self, number: usize) {
        let Some(project) = self.projects.get_mut(number) else { return };
        let due = project.sweep_due.is_some_and(|due| due <= Instant::now());
        if !due || project.sweeping.is_some() || project.checking || !project.unchecked.is_empty() {
            return;
        }
        project.sweep_due = None;
        project.concerns_others |= project.later.values().any(Unseen::concerns_others);
        let everything = std::mem::take(&mut project.concerns_others) || !project.complete;
        if everything {
            for unseen in std::mem::take(&mut project.later).into_values() {
                project.engine.show(unseen);
            }
        }
        let stale = project.stale();
        let edited = std::mem::take(&mut project.edited);
        if !everything && stale.is_empty() {
            return;
        }
        let job = SweepJob {
            project: number,
            generation: project.generation,
            snapshot: project.engine.snapshot(),
            known: everything.then(|| Arc::clone(&project.known)),
            stale,
            first: !project.complete,
        };
        project.sweeping = Some(Sweep { edited, everything });
        self.workers.sweep(job);
    }

    /// An open text was checked.
    pub(crate) fn checked(&mut self, one: OpenChecked) {
        let OpenChecked { project: number, generation, path, version, text, checked, time } = one;
        self.trace(|| format!("checked {path}, version {version}, in {:.1} ms", time.as_secs_f64() * 1000.0));
        let Some(project) = self.projects.get_mut(number) else { return };
        let open = self.documents.values().any(|other| other.project == number && other.path == path);
        if project.generation != generation || !open {
            return;
        }
        project.unchecked.remove(&path);
        let before = project.pointed_to(&path);
        match checked {
            Some(checked) => {
                let facts = Some(checked.facts());
                project.take(checked, Some(OpenResult { version, text, facts }));
            }
            None => {
                project.forget(&path);
                let open = Some(OpenResult { version, text, facts: None });
                let result = FileResult { findings: Vec::new(), open };
                project.results.insert(Arc::clone(&path), result);
            }
        }
        let mut others = project.pointed_to(&path);
        others.extend(before);
        self.workspace_changed |= !others.is_empty();
        self.tell(number, &path, true);
        for other in others {
            self.tell(number, &other, false);
        }
    }

    /// Checks of open texts are over; those that others do not see as they are come again, after the others see them.
    pub(crate) fn check_done(
        &mut self,
        number: usize,
        generation: u32,
        unseen: Vec<Unseen>,
        later: Vec<Unseen>,
    ) {
        let Some(project) = self.projects.get_mut(number) else { return };
        if project.generation == generation {
            for one in unseen {
                project.concerns_others |= project.engine.show(one);
            }
            project.later.extend(later.into_iter().map(|one| (Arc::clone(one.path()), one)));
            project.checking = false;
            self.schedule_sweep(number);
        }
    }

    /// A file changed: what is found in others may have.
    pub(crate) fn touched(&mut self, number: usize, path: &Arc<str>) {
        if let Some(project) = self.projects.get_mut(number) {
            project.edited.insert(Arc::clone(path));
            project.concerns_others = true;
            self.schedule_sweep(number);
        }
    }

    fn schedule_sweep_if_edited(&mut self, number: usize) {
        if self.projects.get(number).is_some_and(|project| !project.edited.is_empty()) {
            self.schedule_sweep(number);
        }
    }

    fn schedule_sweep(&mut self, number: usize) {
        let Some(project) = self.projects.get_mut(number) else { return };
        let concerns_others = project.concerns_others || project.later.values().any(Unseen::concerns_others);
        let anything = !project.edited.is_empty() || concerns_others || !project.complete;
        if project.indexed && anything {
            let due = Instant::now() + if project.complete { DEBOUNCE } else { Duration::ZERO };
            project.sweep_due = Some(project.sweep_due.map_or(due, |earlier| earlier.min(due)));
        }
    }

    /// Other files were looked at.
    pub(crate) fn swept(&mut self, number: usize, generation: u32, changes: Option<Changes>) {
        let Some(project) = self.projects.get_mut(number).filter(|one| one.generation == generation) else {
            return;
        };
        let Some(sweep) = project.sweeping.take() else { return };
        let Some(changes) = changes else {
            project.edited.extend(sweep.edited);
            project.concerns_others |= sweep.everything;
            self.schedule_sweep(number);
            return;
        };
        let first = !std::mem::replace(&mut project.complete, true);
        if let Some(progress) = project.progress.take() {
            progress.end();
        }
        let mut told = BTreeSet::new();
        let lost = if first { project.lost() } else { Vec::new() };
        for path in changes.gone.into_iter().chain(lost) {
            told.extend(project.pointed_to(&path));
            if project.forget(&path) {
                told.insert(path);
            }
        }
        for checked in changes.checked {
            let path = Arc::clone(&checked.path);
            let before = project.pointed_to(&path);
            if project.take(checked, None) {
                told.extend(before);
                told.extend(project.pointed_to(&path));
                told.insert(path);
            }
        }
        if sweep.everything {
            let again = project.follow_moved_files();
            project.concerns_others |= !again.is_empty();
            project.edited.extend(again);
        }
        self.schedule_sweep_if_edited(number);
        self.refresh_lenses |= !told.is_empty();
        self.workspace_changed |= first || !told.is_empty();
        for path in told {
            self.tell(number, &path, false);
        }
    }
}
