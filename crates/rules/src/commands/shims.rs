//! Programs that are scripts for the shell on Windows: without a shell Windows does not find them under their names.
//! It must not know rules.

use analyzer_facts::{Command, TextRange};

/// Programs whose name on Windows ends in `.cmd` or `.bat`.
const SHIMS: [&str; 65] = [
    "activate",
    "ant",
    "az",
    "bower",
    "bundle",
    "code",
    "composer",
    "conda",
    "cordova",
    "corepack",
    "cypress",
    "dart",
    "electron",
    "eslint",
    "expo",
    "firebase",
    "flutter",
    "gatsby",
    "gcloud",
    "gem",
    "gradle",
    "gradlew",
    "grunt",
    "gsutil",
    "gulp",
    "http-server",
    "ionic",
    "jest",
    "karma",
    "lerna",
    "lessc",
    "mocha",
    "mvn",
    "mvnw",
    "nest",
    "netlify",
    "next",
    "ng",
    "nodemon",
    "npm",
    "npx",
    "nuxt",
    "nx",
    "parcel",
    "pm2",
    "pnpm",
    "pnpx",
    "prettier",
    "prisma",
    "rake",
    "rollup",
    "sass",
    "sbt",
    "serverless",
    "stylelint",
    "ts-node",
    "tsc",
    "turbo",
    "vercel",
    "vite",
    "vue",
    "webpack",
    "wrangler",
    "yarn",
    "yarnpkg",
];

/// Lines above a call that are searched for the branch around it.
const LINES: usize = 400;

/// Whether a command's program may need a shell on Windows, where the call can run there.
pub(super) fn needs_shell(text: &str, command: &Command) -> bool {
    program(command.range.slice(text)).is_some_and(is_shim) && !is_posix_only(text, command.range)
}

/// The first word of the first text in a call.
fn program(call: &str) -> Option<&str> {
    let start = call.find(['"', '\''])?;
    let quote = call.get(start..)?.chars().next()?;
    let inner = call.get(start..)?.trim_start_matches(quote);
    inner.split([' ', quote, '\n']).next().filter(|word| !word.is_empty())
}

fn is_shim(program: &str) -> bool {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    SHIMS.contains(&name)
}

/// Whether the branch around a place is never taken on Windows.
fn is_posix_only(text: &str, place: TextRange) -> bool {
    let Some(before) = text.get(..place.start as usize) else { return false };
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = |line: &str| line.len() - line.trim_start().len();
    let own = text.get(line_start..).and_then(|rest| rest.lines().next()).unwrap_or("");
    let mut around = column(own);
    // Of an `else`, the column at which its `if` is looked for.
    let mut negated = None;
    for line in before.get(..line_start).unwrap_or("").lines().rev().take(LINES) {
        let code = line.trim();
        if code.is_empty() || code.starts_with('#') {
            continue;
        }
        let depth = column(line);
        if negated == Some(depth)
            && let Some(condition) = code.strip_prefix("if ").or_else(|| code.strip_prefix("elif "))
        {
            if means_windows(condition) {
                return true;
            }
            if code.starts_with("if ") {
                negated = None;
            }
        }
        if depth < around {
            around = depth;
            negated = (code.starts_with("else") || code.starts_with("elif ")).then_some(depth);
            let condition = code.strip_prefix("if ").or_else(|| code.strip_prefix("elif "));
            if condition.is_some_and(means_posix) {
                return true;
            }
        }
        if depth == 0 && around == 0 && negated.is_none() {
            break;
        }
    }
    false
}

/// Whether a condition holds on Windows, and only there.
fn means_windows(condition: &str) -> bool {
    let code: String = condition.split('#').next().unwrap_or("").replace('"', "'");
    let code = code.trim().trim_end_matches(':').trim();
    let words = [
        "os.name == 'nt'",
        "sys.platform == 'win32'",
        "sys.platform.startswith('win",
        "platform.system() == 'Windows'",
    ];
    !code.contains(" and ") && words.iter().any(|word| code.starts_with(word))
        || matches!(
            code.to_ascii_lowercase().as_str(),
            "windows" | "is_windows" | "is_windows()" | "on_windows" | "is_win"
        )
}

/// Whether a condition never holds on Windows.
fn means_posix(condition: &str) -> bool {
    let code: String = condition.split('#').next().unwrap_or("").replace('"', "'");
    let code = code.trim().trim_end_matches(':').trim();
    if code.contains(" or ") {
        return false;
    }
    let words = [
        "os.name == 'posix'",
        "os.name != 'nt'",
        "sys.platform != 'win32'",
        "sys.platform == 'linux'",
        "sys.platform == 'darwin'",
        "sys.platform.startswith('linux')",
        "platform.system() != 'Windows'",
        "platform.system() == 'Linux'",
        "platform.system() == 'Darwin'",
    ];
    words.iter().any(|word| code.contains(word)) || code.strip_prefix("not ").is_some_and(means_windows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posix_only(text: &str) -> bool {
        let start = text.find("run(").unwrap() as u32;
        is_posix_only(text, TextRange::new(start, start + 4))
    }

    #[test]
    fn programs_are_told_by_the_first_word() {
        assert_eq!(program("run('yarn install', shell=True)"), Some("yarn"));
        assert_eq!(program("run([\"npm\", 'ci'])"), Some("npm"));
        assert!(is_shim("node_modules/.bin/tsc") && !is_shim("git"));
    }

    #[test]
    fn branches_tell_where_they_run() {
        assert!(posix_only("if os.name == 'posix':\n    run(1)\n"));
        assert!(posix_only("def f():\n    if sys.platform != \"win32\":\n        x = 1\n        run(1)\n"));
        assert!(posix_only("if os.name == 'nt':\n    x = 1\nelse:\n    run(1)\n"));
        assert!(posix_only("if not IS_WINDOWS:\n    run(1)\n"));
        for text in [
            "run(1)\n",
            "if os.name == 'nt':\n    run(1)\n",
            "if os.name == 'posix':\n    x = 1\nelse:\n    run(1)\n",
            "if os.name == 'posix':\n    x = 1\nrun(1)\n",
            "if os.name == 'posix' or y:\n    run(1)\n",
        ] {
            assert!(!posix_only(text), "{text}");
        }
    }
}
