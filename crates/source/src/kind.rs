//! The kind of a file, decided from its path alone.
//!
//! It must not look into files, and not know what is done with each kind.

use camino::Utf8Path;

/// The kinds of files that an analysis has a use for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// A Python module or script: `.py`, `.pyw`.
    Python,
    /// A Python stub: `.pyi`.
    Stub,
    /// A copy of a Python file that was put aside (`x.py.bak`, `x.py.backup_day4_1`, `x.DEPRECATED`, `x.py~`):
    /// listed, never parsed.
    Backup,
    /// A module without Python text, `.so`, `.pyd`, `.pyx`, or the C of one, or any module in a folder of downloaded code. Listed, so that
    /// imports of it resolve; never read.
    Compiled,
    /// YAML, compose files included.
    Yaml,
    /// JSON.
    Json,
    /// TOML, `Pipfile` included.
    Toml,
    /// `.ini`, `.cfg`, `.conf`, `.properties`.
    Ini,
    /// `.env` and its variants.
    Env,
    /// A Dockerfile or Containerfile.
    Docker,
    /// A list of requirements or constraints for pip.
    Requirements,
    /// A script of a shell: `.sh`, `.bash`, `.zsh`, `.envrc`.
    Shell,
    /// A list of processes: `Procfile`, `Procfile.dev`.
    Procfile,
    /// A notebook of Jupyter: `.ipynb`.
    Notebook,
    /// A file that is named for the key that it holds: `.pem`, `.key`, `id_rsa`.
    KeyFile,
}

impl FileKind {
    /// The kind of the file at `path`, whose separators are forward slashes; `None` for files of no interest.
    pub fn of(path: &Utf8Path) -> Option<Self> {
        let path = path.as_str();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        // Editors' lock files: links that point nowhere.
        if name.starts_with(".#") {
            return None;
        }
        if let Some(kind) = by_extension(name) {
            return Some(kind);
        }
        if is_backup(name) {
            return Some(Self::Backup);
        }
        let plain = [".template", ".tmpl", ".example", ".sample", ".dist"]
            .iter()
            .find_map(|end| name.strip_suffix(end))
            .unwrap_or(name);
        let lower = plain.to_ascii_lowercase();
        if lower == ".env" || lower.starts_with(".env.") || lower.ends_with(".env") {
            return Some(Self::Env);
        }
        let is_docker = |stem: &str| {
            lower.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                || lower.rsplit_once('.').is_some_and(|(_, extension)| extension == stem)
        };
        if is_docker("dockerfile") || is_docker("containerfile") {
            return Some(Self::Docker);
        }
        if matches!(name, "id_rsa" | "id_dsa" | "id_ecdsa" | "id_ed25519") {
            return Some(Self::KeyFile);
        }
        if name == "Procfile" || name.starts_with("Procfile.") {
            return Some(Self::Procfile);
        }
        if lower == "pipfile" {
            return Some(Self::Toml);
        }
        if let Some(stem) = lower.strip_suffix(".txt").or_else(|| lower.strip_suffix(".in")) {
            let listed = stem.contains("requirements") || stem.starts_with("constraints");
            let in_folder = folder.rsplit('/').next() == Some("requirements");
            return (listed || in_folder).then_some(Self::Requirements);
        }
        by_extension(plain).filter(|kind| !kind.is_python())
    }

    /// Whether files of this kind are parsed as Python.
    pub fn is_python(self) -> bool {
        matches!(self, Self::Python | Self::Stub)
    }
}

fn by_extension(name: &str) -> Option<FileKind> {
    // Python itself tells these apart by case.
    match name.rsplit_once('.')?.1 {
        "py" | "pyw" => Some(FileKind::Python),
        "pyi" => Some(FileKind::Stub),
        "so" | "pyd" | "pyx" | "c" | "cc" | "cpp" | "cxx" => Some(FileKind::Compiled),
        "yaml" | "yml" => Some(FileKind::Yaml),
        "json" => Some(FileKind::Json),
        "toml" => Some(FileKind::Toml),
        "ini" | "cfg" | "conf" | "properties" => Some(FileKind::Ini),
        "sh" | "bash" | "zsh" | "envrc" => Some(FileKind::Shell),
        "ipynb" => Some(FileKind::Notebook),
        "pem" | "key" | "ppk" => Some(FileKind::KeyFile),
        _ => None,
    }
}

/// Whether a part of the name after a dot says that the file was put aside. Beside `.py` the vaguer words count too.
fn is_backup(name: &str) -> bool {
    const SURE: [&str; 3] = ["backup", "bak", "deprecated"];
    const AFTER_PYTHON: [&str; 9] =
        ["old", "orig", "save", "saved", "disabled", "copy", "broken", "unused", "rej"];
    let mut parts = name.split('.');
    parts.next();
    let mut after_python = false;
    for part in parts {
        if starts_with_any(part, &SURE) || after_python && starts_with_any(part, &AFTER_PYTHON) {
            return true;
        }
        // Numbered and dated copies: `x.py.1`, `x.py.2025-06-13`.
        if after_python
            && !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'_')
        {
            return true;
        }
        let extension = part.get(..2) == Some("py");
        let rest = part.trim_start_matches("py").trim_start_matches(['i', 'w']);
        let word = rest.trim_start_matches(['~', '-', '_', ' ', '(']);
        // `x.py-tpl` is a template.
        let aside = word.is_empty()
            || word.starts_with(|c: char| c.is_ascii_digit())
            || starts_with_any(word, &SURE)
            || starts_with_any(word, &AFTER_PYTHON);
        if extension && word.len() < rest.len() && aside {
            return true;
        }
        after_python = extension && rest.is_empty();
    }
    false
}

/// Whether a text begins with one of some words, in capitals or not.
fn starts_with_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_kind() {
        use FileKind::*;
        for (kind, paths) in [
            (Some(Python), &["a.py", "p/a.pyw", "p/.hidden.py", "x_old.py", "x copy.py", "x.backup.py"][..]),
            (Some(Stub), &["a.pyi"]),
            (
                Some(Backup),
                &[
                    "p/x.py.backup_day4_1",
                    "x.py.bak",
                    "x.py.bak2",
                    "x.DEPRECATED",
                    "x.py.deprecated",
                    "x.bak",
                    "x.py~",
                    "x.py_old",
                    "x.pyi.orig",
                    "x.py.1",
                    "x.py.2025-06-13",
                    "x.py (copy)",
                    "x.BACKUP",
                ],
            ),
            (Some(Yaml), &["docker-compose.yml", "config/startup_config.yaml", ".github/workflows/ci.yml"]),
            (Some(Json), &["a.json", "config/api_keys.json.template", "b.json.example"]),
            (Some(Toml), &["pyproject.toml", "Pipfile"]),
            (Some(Ini), &["setup.cfg", "tox.ini", "x.conf"]),
            (Some(Env), &[".env", ".env.local", "prod.env", ".env.example"]),
            (Some(Procfile), &["Procfile", "web/Procfile.dev"]),
            (Some(Docker), &["Dockerfile", "Dockerfile.gpu", "api.dockerfile", "p/Containerfile"]),
            (
                Some(Requirements),
                &[
                    "requirements.txt",
                    "requirements-dev.txt",
                    "dev-requirements.in",
                    "requirements/base.txt",
                    "constraints.txt",
                ],
            ),
            (
                None,
                &[
                    "README.md",
                    "notes.txt",
                    "a.pyc",
                    "x.orig",
                    "x.1",
                    ".#x.py",
                    "py",
                    "a.py.template",
                    "a.py-tpl",
                    "a.py_t",
                    "Dockerfiles",
                    "x.python",
                    "backup",
                    "p.requirements/readme.txt.gz",
                    "",
                ],
            ),
        ] {
            for path in paths {
                assert_eq!(FileKind::of(Utf8Path::new(path)), kind, "{path}");
            }
        }
    }
}
