//! Files that an editor holds: their texts come from it. It must not know editors or protocols.

use std::sync::Arc;

use salsa::{Durability, Setter};

use crate::Engine;
use crate::inputs::Content;
use crate::load::content_in;

impl Engine {
    /// Says that an editor holds a file: its texts come from here until [`Engine::close_file`]. Other files go on seeing
    /// the version that [`Engine::show`] showed them last.
    pub fn edit_file(&mut self, path: &str, text: Arc<str>) {
        if !self.store().is_edited(path) {
            self.store().begin_edits(path);
            if let Some(file) = self.file(path) {
                // From now on its edits are expected, and concern nothing that does not read it.
                let content = file.content(self.db()).clone();
                file.set_content(self.db_mut()).with_durability(Durability::LOW).to(content);
            }
        }
        let content = Content::of_text(text, self.settings().max_file_size);
        self.following_lists(path, |engine| {
            engine.put_content(path, content, Durability::LOW);
        });
    }

    /// Says that an editor holds a text whose name does not say what it is: it is part of the project while another file
    /// names it as a list of requirements.
    pub fn offer_file(&mut self, path: &str, text: Arc<str>) {
        self.offered_mut().insert(path.into(), Arc::clone(&text));
        if self.reads_as_list(path) {
            self.edit_file(path, text);
        }
    }

    /// Gives a file back the content that it has on disk, or removes it if it is not there.
    pub fn close_file(&mut self, path: &str) {
        self.store().end_edits(path);
        self.offered_mut().remove(path);
        let limit = self.settings().max_file_size;
        // A project in memory has no files on disk.
        let in_memory = self.root().as_str().is_empty();
        let content = if in_memory { Content::Missing } else { content_in(self.root(), path, limit) };
        self.following_lists(path, |engine| {
            engine.put_content(path, content, Durability::HIGH);
            if let Some(file) = engine.file(path) {
                engine.set_seen(file, None);
            }
        });
    }
}
