//! Reads endpoints out of texts: URLs, `host:port`, and bare IP addresses. Texts may hold holes.
//! It must not know trees.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// Stands for an expression inside a text.
pub(super) const HOLE: char = '\u{fffc}';

/// A host and a port as parts of a text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts {
    /// The scheme; empty for none.
    pub(super) scheme: Range<usize>,
    pub(super) host: Range<usize>,
    /// None where there is no port.
    pub(super) port: Option<Range<usize>>,
}

/// The URLs of a text, in order.
pub(super) fn urls(text: &str) -> Vec<Parts> {
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), b"://") {
        let before = &text[..at];
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.') || c == HOLE;
        let start = before.char_indices().rev().take_while(|(_, c)| is_scheme(*c)).last();
        let Some((start, _)) = start else { continue };
        let from = at + 3;
        let rest = &text[from..];
        let ends = |c: char| {
            matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | ',' | ')' | '`' | '\\')
                || c.is_whitespace()
        };
        let end = from + rest.find(ends).unwrap_or(rest.len());
        // Of `source;destination` it is the second one, as ZeroMQ has it.
        let host_start = text[from..end].rfind(['@', ';']).map_or(from, |user| from + user + 1);
        let (host, port) = split(text, host_start..end);
        found.push(Parts { scheme: start..at, host, port });
    }
    found
}

/// `host:port`, as servers take it.
pub(super) fn host_port(text: &str) -> Option<Parts> {
    if text.contains([' ', '/', ',']) {
        return None;
    }
    let (host, port) = split(text, 0..text.len());
    port.is_some().then_some(Parts { scheme: 0..0, host, port })
}

/// Splits an authority into host and port.
fn split(text: &str, range: Range<usize>) -> (Range<usize>, Option<Range<usize>>) {
    let authority = &text[range.clone()];
    if authority.starts_with('[')
        && let Some(close) = authority.find(']')
    {
        let host = range.start + 1..range.start + close;
        let port = authority[close + 1..].starts_with(':').then_some(range.start + close + 2..range.end);
        return (host, port);
    }
    match authority.rfind(':') {
        Some(colon) => (range.start..range.start + colon, Some(range.start + colon + 1..range.end)),
        None => (range, None),
    }
}

/// A port number as text.
pub(super) fn port_number(text: &str) -> Option<u16> {
    let digits = text.trim_end_matches('.');
    if digits.len() > 5 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|number| *number > 0)
}

/// Whether a text is an IP address that names one machine: no wildcard, loopback, broadcast, link-local, multicast,
/// nor one of those that documents use.
#[must_use]
pub fn is_machine(text: &str) -> bool {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        let [first, ..] = address.octets();
        return !(first == 0
            || address.is_loopback()
            || address.is_broadcast()
            || address.is_multicast()
            || address.is_documentation()
            || address.is_link_local()
            || first >= 240
            || is_mask(address));
    }
    let Ok(address) = text.parse::<Ipv6Addr>() else { return false };
    let segments = address.segments();
    let documentation = segments[0] == 0x2001 && segments[1] == 0x0db8 || segments[0] == 0x3fff;
    let link_local = segments[0] & 0xffc0 == 0xfe80;
    // Eight pairs of digits are the hardware address of a radio, as Zigbee writes it.
    let is_hardware = text.len() == 23 && text.split(':').all(|part| part.len() == 2);
    // Short ones are times and the like.
    text.len() >= 6
        && !is_hardware
        && !(address.is_unspecified()
            || address.is_loopback()
            || address.is_multicast()
            || documentation
            || link_local)
}

/// `255.255.255.0` and the like.
fn is_mask(address: Ipv4Addr) -> bool {
    let bits = u32::from(address);
    bits.leading_ones() >= 8 && bits.leading_ones() + bits.trailing_zeros() == 32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(&str, &str, Option<&str>)> {
        let parts = urls(text);
        parts.into_iter().map(|p| (&text[p.scheme], &text[p.host], p.port.map(|port| &text[port]))).collect()
    }

    #[test]
    fn urls_are_taken_apart() {
        assert_eq!(read("tcp://*:5556"), [("tcp", "*", Some("5556"))]);
        assert_eq!(
            read("see http://h/a and https://u:p@[::1]:8443/x"),
            [("http", "h", None), ("https", "::1", Some("8443"))]
        );
        assert_eq!(read("http://\u{fffc}:9200"), [("http", "\u{fffc}", Some("9200"))]);
        assert_eq!(read("tcp://127.0.0.1:5600;*:5601"), [("tcp", "*", Some("5601"))]);
        assert!(read("://x").is_empty());
    }

    #[test]
    fn only_addresses_of_machines_count() {
        for yes in ["10.0.0.1", "192.168.100.16", "8.8.8.8", "2a00:1450:4001::1"] {
            assert!(is_machine(yes), "{yes}");
        }
        for no in [
            "127.0.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "255.255.255.0",
            "192.0.2.7",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "169.254.169.254",
            "::1",
            "::",
            "2001:db8::1",
            "1.2.3",
            "1.2.3.4.5",
            "12:30:00",
            "fe80::1",
        ] {
            assert!(!is_machine(no), "{no}");
        }
    }

    #[test]
    fn ports_have_five_digits_at_most() {
        assert_eq!(port_number("5556"), Some(5556));
        assert_eq!(port_number("8000."), Some(8000));
        for no in ["0", "65536", "", "80a", "000080"] {
            assert_eq!(port_number(no), None, "{no}");
        }
    }
}
