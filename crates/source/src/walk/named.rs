//! Why a walk does not list a file or folder that somebody named. It must not know what files are for.

use std::sync::Arc;

use camino::Utf8Path;

use super::ignores::Lists;
use super::{Excludes, WalkOptions, Walker, braces_of, is_ignored};

/// Why a walk of `root` leaves out the file or folder `path`, relative to it and with forward slashes, in a sentence that
/// begins with that path or a folder around it; none if the walk looks at it.
#[must_use]
pub fn why_left_out(root: &Utf8Path, path: &str, options: &WalkOptions) -> Option<String> {
    let (excludes, _) = Excludes::new(&options.exclude, &options.include, options.default_excludes);
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    let include = |folder: &str| format!("`include = [\"{folder}\"]` in the configuration takes it in");
    for part in ends.filter_map(|end| path.get(..end)) {
        let name = part.rsplit('/').next().unwrap_or(part);
        let is_folder = root.join(part).is_dir();
        if is_folder && excludes.is_default(name, || Some(part.to_owned())) {
            return Some(format!("`{part}` is left out by default; {}", include(part)));
        }
        if is_folder && excludes.listed_only(part).is_some() {
            return Some(format!("`{part}` is taken for downloaded code; {}", include(part)));
        }
        if excludes.matches(Utf8Path::new(part)) {
            return Some(format!("the configuration excludes `{part}`"));
        }
    }
    let walker = Walker { options, excludes: Arc::new(excludes) };
    // A file that does not exist yet cannot be judged.
    let ignored = options.respect_gitignore && root.join(path).exists() && !walker.meets(root, path);
    ignored.then(|| format!("`.gitignore` or `.ignore` leaves out `{path}`"))
}

impl Walker<'_> {
    /// True if ignore files let a walk of `root` come to a path.
    fn meets(&self, root: &Utf8Path, path: &str) -> bool {
        let target = root.join(path);
        // Lists that must not be read are not read here either.
        let on_the_way = target.ancestors().filter(|folder| folder.starts_with(root) && folder.is_dir());
        let lists = Lists::all(self.options.respect_gitignore).fit_below(root);
        let lists = on_the_way.fold(lists, |lists, folder| lists.fit_for(folder, &mut |_, _| {}));
        let wanted = target.clone().into_std_path_buf();
        let mut builder = self.builder(root, root, lists);
        let braces = braces_of(root, lists);
        builder.filter_entry(move |entry| {
            wanted.starts_with(entry.path()) && (entry.depth() == 0 || !is_ignored(entry, braces.as_ref()))
        });
        builder.build().flatten().any(|entry| entry.path() == target.as_std_path())
    }
}
