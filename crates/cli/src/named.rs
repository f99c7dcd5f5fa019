//! Messages about files and folders that were named and not analysed. It must not know why they were not.

use analyzer_engine::Engine;

/// Paths that are listed; the rest is counted.
const MOST: usize = 10;

/// Tells of each named path of which nothing was analysed. Returns whether something was, or nothing was named.
pub(crate) fn tell(engine: &Engine, named: &[String]) -> bool {
    let not_analysed: Vec<(&String, String)> =
        named.iter().filter_map(|path| Some((path, engine.why_not_analysed(path)?))).collect();
    for (path, why) in not_analysed.iter().take(MOST) {
        tell!("warning: {path} is not analysed: {why}");
    }
    if not_analysed.len() > MOST {
        tell!("warning: and {} more are not", not_analysed.len() - MOST);
    }
    named.is_empty() || not_analysed.len() < named.len()
}
