//! When two names mean the same service. It must not know where names are written.

/// A name without case and separators.
pub(super) fn normal(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The name of the service that a path, or a dotted module, is the program of.
pub(super) fn stem(program: &str) -> &str {
    let path = program.strip_suffix(".py").unwrap_or(program);
    let last =
        path.rsplit(['/', '.']).find(|part| !matches!(*part, "__main__" | "main" | "app" | "__init__"));
    last.unwrap_or(path)
}

/// Whether `program`, as configuration writes it, is the file at `path`.
pub(super) fn is_program(program: &str, path: &str) -> bool {
    if program.is_empty() {
        return false;
    }
    let wanted = match program.strip_suffix(".py") {
        Some(stem) => stem.trim_start_matches("./").trim_start_matches('/').to_owned(),
        None => program.replace('.', "/"),
    };
    let stem = path.strip_suffix(".py").unwrap_or(path);
    let stem = stem.strip_suffix("/__main__").unwrap_or(stem);
    stem.strip_suffix(wanted.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('/'))
        || wanted.strip_suffix(stem).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Whether two names are of one service and of what tells its health.
pub(super) fn are_twins(a: &str, b: &str) -> bool {
    let bare = |name: &str| {
        let name = normal(name);
        ["healthcheck", "healthz", "health"].iter().fold(name, |name, word| name.replace(word, ""))
    };
    let (a, b) = (bare(a), bare(b));
    !a.is_empty() && a == b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_files() {
        assert!(
            is_program("a.b", "a/b.py")
                && is_program("a/b.py", "src/a/b.py")
                && is_program("/app/a/b.py", "a/b.py")
        );
        assert!(is_program("a.b", "a/b/__main__.py"));
        assert!(!is_program("a.b", "xa/b.py") && !is_program("", "a.py") && !is_program("b.c", "a/b.py"));
        assert_eq!((stem("a/b_c.py"), stem("a.b.main"), stem("x")), ("b_c", "b", "x"));
    }

    #[test]
    fn twins_differ_in_the_word_health() {
        assert!(are_twins("memory", "memory_health") && are_twins("MemoryHealthCheck", "memory"));
        assert!(!are_twins("memory", "vision") && !are_twins("health", "healthz"));
    }
}
