//! Lists of ignored files in which braces stand: to git they are letters, to the walker alternatives. Where there is one, the
//! lists are read here. It must not know which lists may be read.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::ignores::is_fit;

/// The lists of a walk, each read once.
pub(super) struct Braces {
    /// The outermost folder whose list counts.
    base: Utf8PathBuf,
    lists: Mutex<HashMap<PathBuf, Option<Arc<Gitignore>>>>,
}

impl Braces {
    pub(super) fn below(base: &Utf8Path) -> Self {
        Self { base: base.to_owned(), lists: Mutex::default() }
    }

    /// Whether the lists of the folders around a path leave it out, the nearest first.
    pub(super) fn ignore(&self, path: &Path, folder: bool) -> bool {
        for around in path.ancestors().skip(1).take_while(|around| around.starts_with(&self.base)) {
            match self.list(around).map(|list| list.matched(path, folder).map(|_| ())) {
                Some(Match::Ignore(())) => return true,
                Some(Match::Whitelist(())) => return false,
                Some(Match::None) | None => {}
            }
            // A repository in a repository has its own lists.
            if around.join(".git").exists() {
                break;
            }
        }
        false
    }

    fn list(&self, folder: &Path) -> Option<Arc<Gitignore>> {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        lists.entry(folder.to_owned()).or_insert_with(|| read(folder).map(Arc::new)).clone()
    }
}

fn read(folder: &Path) -> Option<Gitignore> {
    let path = folder.join(".gitignore");
    let text = is_fit(Utf8Path::from_path(&path)?).then(|| fs::read(&path).ok())??;
    let mut list = GitignoreBuilder::new(folder);
    for line in String::from_utf8_lossy(&text).lines() {
        // A line that cannot be read says nothing, as to git.
        let _ = list.add_line(None, &literal(line));
    }
    list.build().ok()
}

/// A pattern whose braces are letters.
fn literal(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let (mut escaped, mut in_class) = (false, false);
    for c in line.chars() {
        if matches!(c, '{' | '}') && !escaped && !in_class {
            out.push('\\');
        }
        in_class = !escaped && (c == '[' || in_class && c != ']');
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_become_letters() {
        assert_eq!(literal("{a,b}.py"), r"\{a,b\}.py");
        assert_eq!(literal(r"\{a\}/[{]x"), r"\{a\}/[{]x");
    }
}
