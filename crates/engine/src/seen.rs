//! The version of a file that other files see. For one that an editor holds it is an input, which changes only where
//! something in it does: an edit that no other file can see leaves all that is known of other files valid, and nobody
//! asks them. It must not know what is found in files.
//!
//! Whatever a query reads of a file to say something of another, or of the project, is read from here, and compared in
//! [`is_current`]. Places are not: only findings that point to a file read them, and who holds such findings looks at
//! them again after each edit of that file.

use std::sync::Arc;

use analyzer_facts::FileFacts;
use analyzer_project::network::projection;
use salsa::{Durability, Setter};

use crate::Engine;
use crate::copies::notices_shape;
use crate::db::Db;
use crate::drift::{asked, lists_in};
use crate::gathered::{said, said_in};
use crate::graph::imports;
use crate::helpers::{blocking_functions, blocking_in};
use crate::inputs::{Content, File, Project};
use crate::mirrors::{TextKey, notices_text};
use crate::network::ports;
use crate::queries::{analysis, text_of};
use crate::secrets::has_same_secrets;
use crate::store::Analysis;
use crate::web::{names_in, web_names};

/// One version of a file, as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    text: Arc<str>,
    analysis: Arc<Analysis>,
    key: TextKey,
}

impl Seen {
    /// By what it is recognised as a copy.
    pub(crate) const fn key(&self) -> TextKey {
        self.key
    }

    fn breaks(&self) -> bool {
        self.analysis.facts().is_some_and(breaks)
    }
}

/// A version of a file that an editor holds, which says something else to other files than the one that they see.
#[derive(Debug, Clone)]
pub struct Unseen {
    path: Arc<str>,
    seen: Arc<Seen>,
    news: News,
}

/// The difference, for other files, between a version of a file and the one that they see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    /// Whether it is broken, and nothing else.
    Soundness,
    /// How alike it is to copies, and nothing else.
    Likeness,
    /// The prints by which copies of it would be recognised, and nothing else: there are no copies yet.
    Prints,
    Anything,
}

impl Unseen {
    /// The file.
    #[must_use]
    pub const fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// Whether the file itself can be checked before others see it. How alike it is to its copies changes with every other
    /// word that is typed, and concerns nobody who types.
    pub(crate) fn can_wait(&self) -> bool {
        matches!(self.news, News::Likeness | News::Prints)
    }

    /// Whether other files' findings can change. If not, it must still be published before the next sweep, because a copy
    /// may have appeared.
    #[must_use]
    pub fn concerns_others(&self) -> bool {
        self.news != News::Prints
    }
}

/// The facts of a file, as others see them; none where it was not analysed.
pub(crate) fn seen_facts(db: &dyn Db, file: File) -> Option<&FileFacts> {
    match file.seen(db) {
        Some(seen) => seen.analysis.facts(),
        None => analysis(db, file).facts(),
    }
}

/// The text that others see of a file.
pub(crate) fn seen_text(db: &dyn Db, file: File) -> Arc<str> {
    file.seen(db).as_ref().map_or_else(|| text_of(db, file), |seen| Arc::clone(&seen.text))
}

/// Whether others see anything of a file. Runs again when what they see of it changes; equal as long as there are facts.
#[salsa::tracked]
pub(crate) fn is_analysed(db: &dyn Db, file: File) -> bool {
    seen_facts(db, file).is_some()
}

/// Whether others see a file as broken. Runs again when that changes.
#[salsa::tracked]
pub(crate) fn is_broken(db: &dyn Db, file: File) -> bool {
    file.seen_broken(db).unwrap_or_else(|| analysis(db, file).facts().is_some_and(breaks))
}

fn breaks(facts: &FileFacts) -> bool {
    facts.syntax.is_some()
}

/// The version of a file that an editor holds, if others do not see it yet; none if nothing in it concerns them.
pub(crate) fn unseen(db: &dyn Db, project: Project, file: File) -> Option<Unseen> {
    let news = news(db, project, file)?;
    let (text, analysis) = (text_of(db, file), Arc::clone(analysis(db, file)));
    let key = TextKey::of(file.path(db), &text, analysis.facts());
    let seen = Seen { text, analysis, key };
    Some(Unseen { path: Arc::clone(file.path(db)), seen: Arc::new(seen), news })
}

/// The news, for others, in a file that an editor holds, compared with the version that they see.
fn news(db: &dyn Db, project: Project, file: File) -> Option<News> {
    let Some(seen) = file.seen(db) else { return Some(News::Anything) };
    let now = analysis(db, file);
    let mut noticed = None;
    match (seen.analysis.facts(), now.facts()) {
        _ if Arc::ptr_eq(&seen.analysis, now) => {}
        (None, None) => {}
        (Some(was), Some(is)) if is_current(db, file, was, is) => {
            let key = TextKey::of(file.path(db), &text_of(db, file), Some(is));
            let shape = notices_shape(db, project, file, &was.shape, &is.shape);
            // Whoever notices anything is looked at.
            noticed = shape.max(notices_text(db, project, seen.key, key));
        }
        _ => return Some(News::Anything),
    }
    if *is_broken(db, file) != now.facts().is_some_and(breaks) {
        return Some(News::Soundness);
    }
    noticed.map(|noticed| if noticed { News::Likeness } else { News::Prints })
}

/// Whether a file that an editor holds says the same to others as the version of it that they see, but for whether it is
/// broken, and how alike it is to its copies.
fn is_current(db: &dyn Db, file: File, was: &FileFacts, is: &FileFacts) -> bool {
    was.attributes == is.attributes
        && was.mentioned == is.mentioned
        && **imports(db, file) == is.imports_projection()
        && **ports(db, file) == projection(is)
        && **web_names(db, file) == names_in(is)
        && *blocking_functions(db, file) == blocking_in(is)
        && *asked(db, file) == lists_in(is)
        && *said(db, file) == said_in(is)
        && has_same_secrets(db, file, is, &text_of(db, file))
}

impl Engine {
    /// Shows other files a version of a file that an editor holds, unless that is not its version any more. Returns whether
    /// findings in them may be others now.
    pub fn show(&mut self, unseen: Unseen) -> bool {
        let Unseen { path, seen, news } = unseen;
        let Some(file) = self.file(&path).filter(|_| self.store().is_edited(&path)) else { return false };
        let is_last = match file.content(self.db()) {
            Content::Memory(text) => *text == seen.text,
            _ => seen.text.is_empty(),
        };
        if is_last {
            match news {
                News::Soundness => self.set_seen_broken(file, Some(seen.breaks())),
                News::Likeness | News::Prints | News::Anything => self.set_seen(file, Some(seen)),
            }
        }
        is_last
    }

    /// Shows other files what a file that an editor holds says now, and waits until it is known. Returns whether findings
    /// in them may be others now.
    pub fn show_now(&mut self, path: &str) -> bool {
        let Some(file) = self.file(path).filter(|_| self.store().is_edited(path)) else { return false };
        let (db, project) = self.database();
        unseen(db, project, file).is_some_and(|unseen| self.show(unseen))
    }

    /// Pins the version of a file that others see; `None` makes them follow the current content.
    pub(crate) fn set_seen(&mut self, file: File, seen: Option<Arc<Seen>>) {
        self.set_seen_broken(file, seen.as_ref().map(|seen| seen.breaks()));
        let facts = seen.as_ref().map(|seen| seen.analysis.facts());
        let paths = facts
            .map(|facts| facts.map_or_else(Arc::default, |facts| facts.names.search_paths.as_slice().into()));
        if *file.seen_paths(self.db()) != paths {
            file.set_seen_paths(self.db_mut()).with_durability(Durability::HIGH).to(paths);
        }
        if file.seen(self.db()).is_some() || seen.is_some() {
            // Edits are more frequent than what others see of them.
            file.set_seen(self.db_mut()).with_durability(Durability::MEDIUM).to(seen);
        }
    }

    /// Lets other files see a file as broken or sound, or as it is at any time. Few things depend on that, and it changes
    /// as often as the text does.
    fn set_seen_broken(&mut self, file: File, broken: Option<bool>) {
        if file.seen_broken(self.db()) != broken {
            file.set_seen_broken(self.db_mut()).with_durability(Durability::LOW).to(broken);
        }
    }
}
