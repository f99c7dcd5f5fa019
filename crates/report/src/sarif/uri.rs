//! Paths as relative addresses. It must not know where the project lies.

use std::borrow::Cow;

/// Percent-encodes a path with forward slashes as RFC 3986 wants a relative reference: what is neither unreserved
/// nor a sub-delimiter goes, and so does the colon, which would make the first folder a scheme.
pub(super) fn relative(path: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=@/".contains(&byte);
    if path.bytes().all(plain) {
        return Cow::Borrowed(path);
    }
    let mut encoded = String::with_capacity(path.len() + 16);
    for byte in path.bytes() {
        if plain(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                encoded.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
    Cow::Owned(encoded)
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn what_is_special_is_encoded() {
        let shown = ["p/a-b_c.py", "a b/ü#%.py", "c:d?[e].py", "x\\y.py"].map(relative);
        assert_eq!(shown, ["p/a-b_c.py", "a%20b/%C3%BC%23%25.py", "c%3Ad%3F%5Be%5D.py", "x%5Cy.py"]);
    }
}
