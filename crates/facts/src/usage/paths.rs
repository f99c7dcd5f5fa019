//! Absolute paths that only exist on one machine: below somebody's home folder, on a drive, on a mounted volume.
//! It must not know trees.

/// Texts of which one is in every text that may hold such a path.
const WORDS: [&str; 8] =
    ["/home/", "/Users/", concat!("/", "root/"), ":\\", ":/", "/mnt/", "/media/", "/Volumes/"];
/// Names that mean whoever reads the text.
const ANYONE: [&str; 24] = [
    "user",
    "username",
    "you",
    "your_user",
    "yourname",
    "your-user",
    "name",
    "me",
    "myuser",
    "someone",
    "xxx",
    "foo",
    "...",
    "youruser",
    // Accounts that images come with: there every container has them.
    "abc",
    "jovyan",
    "vscode",
    "node",
    "runner",
    "circleci",
    "gitpod",
    "codespace",
    "nonroot",
    "appuser",
];

/// Where a text may hold a path of a machine.
pub(super) fn places(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    WORDS.iter().flat_map(move |word| {
        memchr::memmem::find_iter(bytes, word.as_bytes()).filter(move |&at| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before)).copied().unwrap_or(b' ');
            if !word.starts_with(':') {
                return matches!(before, b'"' | b'\'' | b':' | b'/');
            }
            // A drive: one letter after a quote.
            let quote = at.checked_sub(2).and_then(|quote| bytes.get(quote));
            before.is_ascii_alphabetic() && matches!(quote, Some(b'"' | b'\''))
        })
    })
}

/// Beginning of a path, before the part that is shared by all machines of its kind: `/home/ann`, `C:\Users\ann`, `D:`;
/// none where the text is no such path.
pub(crate) fn machine(text: &str) -> Option<String> {
    let text = text.strip_prefix("file://").or_else(|| text.strip_prefix("sqlite:///")).unwrap_or(text);
    let path = text.replace("\\\\", "\\");
    let wild = |c: char| {
        matches!(c, '(' | ')' | '|' | '^' | '?' | '+' | '<' | '>' | '\n' | '=' | ';' | ',' | '`' | '"')
    };
    if path.contains(wild) || path.contains("  ") || path.len() < 6 {
        return None;
    }
    if let Some(rest) = drive(&path) {
        let parts: Vec<&str> = rest.split(['\\', '/']).filter(|part| !part.is_empty()).collect();
        let first = parts.first().copied()?;
        let system =
            ["program files", "program files (x86)", "programdata", "windows", "temp", "tmp", "path", "foo"];
        let lower = first.to_ascii_lowercase();
        let drive = path.get(..2)?;
        if system.contains(&lower.as_str()) || !is_plain(first) {
            return None;
        }
        if lower == "users" {
            let user = parts.get(1).copied()?;
            return (is_somebody(user) && parts.len() > 2).then(|| format!("{drive}\\Users\\{user}"));
        }
        return (parts.len() > 1).then(|| drive.to_owned());
    }
    let mut parts = path.strip_prefix('/')?.split('/');
    let (top, owner) = (parts.next()?, parts.next()?);
    let deeper = parts.next().is_some_and(|part| !part.is_empty());
    match top {
        "home" if deeper && is_somebody(owner) => Some(format!("/home/{owner}")),
        "Users" if deeper && is_somebody(owner) && owner != "Shared" => Some(format!("/Users/{owner}")),
        // What lies in the folder itself, and keys and settings below it, are put there by systems.
        "root" if deeper && is_plain(owner) && !owner.starts_with('.') => Some(format!("/{top}")),
        "mnt" | "media" | "Volumes" if deeper && is_plain(owner) => Some(format!("/{top}/{owner}")),
        _ => None,
    }
}

/// Path after a drive's letter: `C:\…`, `D:/…`.
fn drive(path: &str) -> Option<&str> {
    let mut chars = path.chars();
    let (letter, colon) = (chars.next()?, chars.next()?);
    let rest = chars.as_str();
    let absolute = rest.starts_with('\\') || rest.starts_with('/') && !rest.starts_with("//");
    (letter.is_ascii_alphabetic() && colon == ':' && absolute).then_some(rest)
}

/// Whether a part of a path is a name, and nothing that is filled in later.
fn is_plain(part: &str) -> bool {
    !part.is_empty() && !part.contains(['{', '}', '$', '%', '<', '*', '[', '\u{fffc}', '~'])
}

fn is_somebody(part: &str) -> bool {
    is_plain(part) && !ANYONE.contains(&part.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_one_machine() {
        for (text, part) in [
            ("/home/ann/models/x.bin", "/home/ann"),
            ("/Users/ann/x", "/Users/ann"),
            ("C:\\\\Users\\\\ann\\\\x", "C:\\Users\\ann"),
            ("C:\\Users\\ann\\x", "C:\\Users\\ann"),
            ("D:/DISKARTE/Voice Assistant/cache", "D:"),
            ("/mnt/data/models", "/mnt/data"),
            ("sqlite:////home/ann/x.db", "/home/ann"),
            (concat!("/", "root/models/x.bin"), concat!("/", "root")),
        ] {
            assert_eq!(machine(text).as_deref(), Some(part), "{text}");
        }
    }

    #[test]
    fn paths_of_every_machine() {
        for text in [
            "/usr/bin/env",
            "/tmp/x",
            "/dev/null",
            "/etc/hosts",
            "/var/lib/x",
            "/home/{user}/x",
            "/home/$USER/x",
            "/home/user/x",
            "/home/ann",
            "/Users/<name>/x",
            "/Users/Shared/x",
            "/users/42/items",
            "C:\\Windows\\System32",
            "C:\\Program Files\\x",
            "http://h/home/ann/x",
            concat!("/", "root/start.cfg"),
            concat!("/", "root/.ssh/keys"),
            "/home/(\\w+)/x",
            "c://x",
            "a:b",
            "",
        ] {
            assert_eq!(machine(text), None, "{text}");
        }
        let may_hold = |text| places(text).next().is_some();
        assert!(may_hold("x = '/home/ann/x'") && may_hold("x = r\"C:\\Users\"") && may_hold("'D:/x'"));
        assert!(!may_hold("url = 'http://h/'; d = {'a': '/x'}; # see /home/ann"));
    }
}
