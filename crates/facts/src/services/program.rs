//! The Python program that a command line runs. It must not know where the command is written.

use compact_str::CompactString;

/// Program that the words of a command run: a path, or a module.
pub(super) fn program(words: &[String]) -> Option<CompactString> {
    let mut words = words.iter().map(String::as_str).filter(|word| *word != "exec");
    while let Some(word) = words.next() {
        let name = word.rsplit('/').next().unwrap_or(word);
        if name == "-m" {
            return words.next().map(CompactString::from);
        }
        if matches!(name, "uvicorn" | "gunicorn" | "hypercorn" | "daphne" | "granian") {
            let app = words
                .find(|word| !word.starts_with('-') && word.contains(['.', ':']) && !word.contains('/'))?;
            return app.split(':').next().map(CompactString::from);
        }
        if word.ends_with(".py") {
            return Some(word.trim_start_matches("./").trim_start_matches("/app/").into());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_commands() {
        for (command, expected) in [
            ("python -m a.b --x", Some("a.b")),
            ("python3 -u a/b.py", Some("a/b.py")),
            ("exec uvicorn --workers 2 a.main:app --port 80", Some("a.main")),
            ("./run.sh", None),
        ] {
            let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
            assert_eq!(program(&words).as_deref(), expected, "{command}");
        }
    }
}
