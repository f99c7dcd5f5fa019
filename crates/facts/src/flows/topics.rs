//! Topics that a text speaks of at all, judged by its words.
//! It must not know Python.

use crate::spoken::{Spoken, Subject};

/// Topics of a text.
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

/// Words for coroutines, of blocking functions, of the graphics card, and of web applications; in this
/// order.
pub(crate) const WORDS: [&str; 25] = [
    "async ",
    "get_event_loop",
    "sleep(",
    "requests",
    "httpx",
    "urlopen",
    "urlretrieve",
    "urllib3",
    "subprocess",
    "os.system",
    "zmq",
    "cuda",
    "torch",
    "device_map",
    "FastAPI",
    "Router",
    "Flask",
    "Blueprint",
    "include_router",
    "fastapi",
    "flask",
    "csrf",
    "CSRF",
    "SeaSurf",
    "starlette",
];
/// Number of words of coroutines.
const COROUTINES: usize = 2;
/// Number of words before those of the graphics card.
const BEFORE_GPU: usize = 11;
/// Number of words before those of web applications.
const BEFORE_WEB: usize = 14;

/// Topics of a text whose words are `spoken`.
pub(super) fn topics(spoken: &Spoken) -> Topics {
    let mut topics = Topics::default();
    for hit in spoken.hits(Subject::Flows) {
        match hit.word {
            word if word < COROUTINES => topics.coroutines = true,
            word if word < BEFORE_GPU => topics.blocking = true,
            word if word < BEFORE_WEB => topics.gpu = true,
            _ => topics.web = true,
        }
    }
    topics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_text_speaks_of() {
        assert_eq!((WORDS[COROUTINES], WORDS[BEFORE_GPU], WORDS[BEFORE_WEB]), ("sleep(", "cuda", "FastAPI"));
        let topics = |text| topics(&Spoken::of(text));
        assert_eq!(topics("def f():\n    return 1\n"), Topics::default());
        assert!(topics("async def f(): pass").coroutines);
        assert!(topics("from asyncio import get_event_loop").coroutines);
        let found = topics("import zmq");
        assert!(found.blocking && !found.coroutines && !found.gpu && !found.web);
    }
}
