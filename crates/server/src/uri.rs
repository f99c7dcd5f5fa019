//! Addresses of files as clients write them, to paths and back. It must not know what the files are.

use camino::{Utf8Path, Utf8PathBuf};

/// The path of a `file:` address; none for any other.
pub(crate) fn to_path(uri: &str) -> Option<Utf8PathBuf> {
    let rest = uri.strip_prefix("file:")?;
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let slash = rest.find('/')?;
            let host = rest.get(..slash)?;
            if !(host.is_empty() || host.eq_ignore_ascii_case("localhost")) {
                return None;
            }
            rest.get(slash..)?
        }
        None => rest,
    };
    let path = decoded(path)?;
    Some(Utf8PathBuf::from(without_slash_before_drive(&path)))
}

/// The name that a document without a file goes by, such as `Untitled-1`.
pub(crate) fn name(uri: &str) -> String {
    let rest = uri.split_once(':').map_or(uri, |(_, rest)| rest);
    decoded(rest).unwrap_or_else(|| rest.to_owned()).trim_start_matches('/').to_owned()
}

/// The address of a file.
pub(crate) fn of_path(path: &Utf8Path) -> String {
    let text = path.as_str().replace('\\', "/");
    let mut uri = String::from(if text.starts_with('/') { "file://" } else { "file:///" });
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

/// `/c:/x` is written with a slash that is no part of the path.
fn without_slash_before_drive(path: &str) -> &str {
    let bytes = path.as_bytes();
    let drive = bytes.first() == Some(&b'/')
        && bytes.get(1).is_some_and(u8::is_ascii_alphabetic)
        && bytes.get(2) == Some(&b':');
    if drive { path.get(1..).unwrap_or(path) } else { path }
}

/// Without percent signs; none where that gives no text. What follows a `?` or `#` belongs to no file.
fn decoded(text: &str) -> Option<String> {
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let mut bytes = Vec::with_capacity(end);
    let mut rest = text.get(..end)?.as_bytes();
    while let [first, tail @ ..] = rest {
        let digits = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let escaped = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        match escaped.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_clients_write_them() {
        let path = |uri| to_path(uri).map(|path| path.to_string());
        assert_eq!(path("file:///a/b%20c.py").as_deref(), Some("/a/b c.py"));
        assert_eq!(path("file:///a/b c.py").as_deref(), Some("/a/b c.py"));
        assert_eq!(path("file:///%C3%A9%F0%9F%A6%80.py").as_deref(), Some("/é🦀.py"));
        assert_eq!(path("file://localhost/a").as_deref(), Some("/a"));
        assert_eq!(path("file:/a").as_deref(), Some("/a"));
        assert_eq!(path("file:///c%3A/x.py").as_deref(), Some("c:/x.py"));
        assert_eq!(path("file:///100%.py").as_deref(), Some("/100%.py"));
        assert_eq!(path("file://server/share/x.py"), None);
        assert_eq!(path("untitled:Untitled-1"), None);
        assert_eq!(path("file:///%ff"), None);
        assert_eq!(name("untitled:Untitled-1"), "Untitled-1");
    }

    #[test]
    fn addresses_are_written_so_that_they_read_back() {
        for path in ["/a/b.py", "/a b/é#?.py", "c:/x.py", "/100%25.py"] {
            assert_eq!(to_path(&of_path(Utf8Path::new(path))).as_deref(), Some(Utf8Path::new(path)));
        }
        assert_eq!(of_path(Utf8Path::new("c:/x.py")), "file:///c%3A/x.py");
    }
}
