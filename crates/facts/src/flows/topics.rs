//! Which of its subjects a text speaks of at all, from one pass over its bytes.
//! It must not know Python.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// What a text speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Topics {
    /// Coroutines, or the event loop.
    pub(super) coroutines: bool,
    /// Functions that block.
    pub(super) blocking: bool,
    /// The graphics card, or models that may live on it.
    pub(super) gpu: bool,
    /// Routes of a web application.
    pub(super) web: bool,
}

/// A word, and what it tells of a text.
type Word = (&'static str, fn(&mut Topics));

const WORDS: [Word; 24] = [
    ("async ", |topics| topics.coroutines = true),
    ("get_event_loop", |topics| topics.coroutines = true),
    ("sleep(", |topics| topics.blocking = true),
    ("requests", |topics| topics.blocking = true),
    ("httpx", |topics| topics.blocking = true),
    ("urlopen", |topics| topics.blocking = true),
    ("urlretrieve", |topics| topics.blocking = true),
    ("urllib3", |topics| topics.blocking = true),
    ("subprocess", |topics| topics.blocking = true),
    ("os.system", |topics| topics.blocking = true),
    ("zmq", |topics| topics.blocking = true),
    ("cuda", |topics| topics.gpu = true),
    ("torch", |topics| topics.gpu = true),
    ("device_map", |topics| topics.gpu = true),
    ("FastAPI", |topics| topics.web = true),
    ("Router", |topics| topics.web = true),
    ("Flask", |topics| topics.web = true),
    ("Blueprint", |topics| topics.web = true),
    ("include_router", |topics| topics.web = true),
    ("fastapi", |topics| topics.web = true),
    ("flask", |topics| topics.web = true),
    ("csrf", |topics| topics.web = true),
    ("CSRF", |topics| topics.web = true),
    ("SeaSurf", |topics| topics.web = true),
];

static FINDER: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(WORDS.map(|(word, _)| word)).ok());

/// What `text` speaks of.
pub(super) fn topics(text: &str) -> Topics {
    let mut topics = Topics::default();
    match &*FINDER {
        Some(finder) => {
            for found in finder.find_iter(text) {
                if let Some((_, tell)) = WORDS.get(found.pattern().as_usize()) {
                    tell(&mut topics);
                }
            }
        }
        // Without the automaton everything has to be looked at.
        None => WORDS.iter().for_each(|(_, tell)| tell(&mut topics)),
    }
    topics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_text_speaks_of() {
        assert_eq!(topics("def f():\n    return 1\n"), Topics::default());
        assert!(topics("async def f(): pass").coroutines);
        assert!(topics("from asyncio import get_event_loop").coroutines);
        let found = topics("import zmq");
        assert!(found.blocking && !found.coroutines && !found.gpu && !found.web);
    }
}
