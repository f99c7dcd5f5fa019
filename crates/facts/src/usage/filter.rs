//! Which parts of the work a text needs at all, from one pass over its bytes.
//! It must not know Python.

use crate::spoken::{Spoken, Subject};

/// Topics of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Topics {
    /// Starting programs.
    pub(super) commands: bool,
    /// Sockets, servers and clients.
    pub(super) network: bool,
    /// The word `port`, apart from longer words that contain it.
    pub(super) ports: bool,
    /// URLs.
    pub(super) urls: bool,
    /// Paths that only exist on one machine.
    pub(super) paths: bool,
}

/// Words of commands, of the network, the word `port`, and what URLs have; in this order.
pub(crate) const WORDS: [&str; 48] = [
    "subprocess",
    ".system",
    "system(",
    "system as",
    ", system",
    "import system",
    "popen",
    "execl",
    "execv",
    "posix_spawn",
    "spawnl",
    "spawnv",
    "getoutput",
    "getstatusoutput",
    ", \"system\"",
    ", 'system'",
    "zmq",
    "tcp://",
    "socket",
    "uvicorn",
    "HTTPServer",
    "TCPServer",
    "UDPServer",
    "XMLRPCServer",
    "WSGIServer",
    "run_app",
    "run_simple",
    "make_server",
    "start_server",
    "create_server",
    "_connection(",
    "0.0.0.0",
    ".bind(",
    "add_insecure_",
    "add_secure_",
    "insecure_channel",
    "secure_channel",
    "start_http_server",
    "HTTPConnection",
    "HTTPSConnection",
    "smtplib",
    "websockets",
    "waitress",
    "hypercorn",
    "port",
    "PORT",
    "Port",
    "://",
];
/// Number of words of commands.
const COMMANDS: usize = 16;
/// `tcp://`, which has a URL's sign in it.
const ENDPOINT: usize = 17;
/// Number of words before `port`.
const BEFORE_PORT: usize = 44;
/// Number of words before those of URLs.
const BEFORE_URLS: usize = 47;

/// Topics of `text`, whose words are `spoken`.
pub(super) fn topics(text: &str, spoken: &Spoken) -> Topics {
    let mut topics = Topics { paths: super::paths::places(text).next().is_some(), ..Topics::default() };
    let bytes = text.as_bytes();
    for hit in spoken.hits(Subject::Usage) {
        match hit.word {
            word if word < COMMANDS => topics.commands = true,
            word if word < BEFORE_PORT => {
                topics.network = true;
                topics.urls |= word == ENDPOINT;
            }
            word if word < BEFORE_URLS => topics.ports = topics.ports || is_word(bytes, hit.start, hit.end),
            _ => topics.urls = true,
        }
    }
    topics.network |= topics.ports;
    topics
}

/// Whether a text may hold an IP address in a string: digits on both sides of two dots, or hexadecimal ones around
/// `::`.
pub(super) fn may_hold_address(text: &str) -> bool {
    addresses(text.as_bytes()).next().is_some()
}

/// Where that may be.
fn addresses(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let dotted = move |dot: &usize| {
        let dot = *dot;
        let behind = bytes.get(dot + 1..).unwrap_or_default();
        let number = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
        digit(dot.checked_sub(1))
            && (1..=3).contains(&number)
            && bytes.get(dot + 1 + number) == Some(&b'.')
            && digit(Some(dot + 2 + number))
    };
    memchr::memchr_iter(b'.', bytes).filter(dotted).chain(memchr::memmem::find_iter(bytes, b"::"))
}

/// Whether `port` is a word of its own there, an `s` apart.
fn is_word(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let camel =
        bytes.get(start) == Some(&b'P') && bytes.get(start + 1) == Some(&b'o') && before.is_ascii_lowercase();
    if before.is_ascii_alphabetic() && !camel {
        return false;
    }
    let after = bytes.get(end).copied().unwrap_or(b' ');
    let after =
        if matches!(after, b's' | b'S') { bytes.get(end + 1).copied().unwrap_or(b' ') } else { after };
    !after.is_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_their_order() {
        assert_eq!((WORDS[COMMANDS], WORDS[ENDPOINT]), ("zmq", "tcp://"));
        assert_eq!(WORDS[BEFORE_PORT], "port");
        assert_eq!(WORDS[BEFORE_URLS], "://");
    }

    #[test]
    fn longer_words_do_not_count() {
        let topics = |text| topics(text, &Spoken::of(text));
        assert_eq!(topics("import report; support(transport) # portfolio"), Topics::default());
        assert!(topics("X_PORT = 1").ports && topics("http_port").ports && topics("httpPort").ports);
        assert!(topics("ports").ports && topics("run(port=80)").ports);
        let found = topics("import subprocess");
        assert!(found.commands && !found.network && !found.urls);
    }
}
