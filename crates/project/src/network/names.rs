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

/// Words that distinguish a variant of a module from the module: the two are not run together.
const VARIANTS: [&str; 40] = [
    "alt",
    "alternative",
    "backup",
    "bak",
    "clean",
    "compat",
    "copy",
    "debug",
    "enhanced",
    "experimental",
    "final",
    "fix",
    "fixed",
    "full",
    "improved",
    "legacy",
    "light",
    "lite",
    "migrated",
    "mini",
    "minimal",
    "modified",
    "new",
    "old",
    "optimised",
    "optimized",
    "orig",
    "original",
    "patched",
    "prod",
    "production",
    "refactored",
    "rewrite",
    "safe",
    "simple",
    "simplified",
    "slim",
    "temp",
    "tmp",
    "updated",
];
/// Names of files that start what lies beside them.
const STARTERS: [&str; 12] = [
    "__main__", "main", "run", "start", "cli", "wsgi", "asgi", "manage", "launch", "launcher", "serve", "dev",
];

/// Whether two files are ways to start one service, or variants of one: they are not run together.
pub(super) fn are_one(a: &str, b: &str) -> bool {
    let (folder_a, stem_a) = split(a);
    let (folder_b, stem_b) = split(b);
    if folder_a != folder_b {
        return false;
    }
    let starts = |name: &str| STARTERS.contains(&name);
    if starts(stem_a) != starts(stem_b) {
        return true;
    }
    base(stem_a) == base(stem_b)
}

/// The folder and the name of a file.
fn split(path: &str) -> (&str, &str) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    (folder, name.strip_suffix(".py").unwrap_or(name))
}

/// A name without the words that mark a variant, or how it is started.
fn base(stem: &str) -> String {
    let lower = stem.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_variant = |word: &str| {
        let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
        VARIANTS.contains(&bare)
            || matches!(bare, "" | "v" | "day" | "phase" | "step" | "part" | "ver" | "version")
    };
    let mut words: Vec<&str> = words.collect();
    while words.len() > 1 && words.last().is_some_and(|word| is_variant(word)) {
        words.pop();
    }
    if words.len() > 1 && words.first().is_some_and(|word| matches!(*word, "run" | "start" | "launch")) {
        words.remove(0);
    }
    words.concat()
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
    fn variants_and_starters_are_one() {
        for (a, b) in [
            ("p/noise.py", "p/noise_day4_optimized.py"),
            ("p/noise.py", "p/noise_v2.py"),
            ("p/noise.py", "p/noise (1).py"),
            ("p/noise_old.py", "p/noise_new.py"),
            ("p/__main__.py", "p/server.py"),
            ("p/run_noise.py", "p/noise.py"),
        ] {
            assert!(are_one(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("p/noise.py", "p/noise_reporter.py"),
            ("p/noise.py", "q/noise.py"),
            ("p/api.py", "p/admin.py"),
            ("p/agent1.py", "p/agent2.py"),
        ] {
            assert!(!are_one(a, b), "{a} {b}");
        }
    }

    #[test]
    fn twins_differ_in_the_word_health() {
        assert!(are_twins("memory", "memory_health") && are_twins("MemoryHealthCheck", "memory"));
        assert!(!are_twins("memory", "vision") && !are_twins("health", "healthz"));
    }
}
