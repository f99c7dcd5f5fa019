//! An import cycle in one line. It must not know findings.

use crate::text::thousands;

/// `a → b → a`; where that is too long, without the package that all share, then with as many modules before the last left
/// out as are needed.
pub(crate) fn route(modules: &[String], room: usize) -> String {
    let mut stops: Vec<&str> = modules.iter().map(String::as_str).collect();
    stops.extend(modules.first().map(String::as_str));
    let length = |stops: &[&str]| stops.iter().map(|stop| stop.chars().count() + 3).sum::<usize>();
    if length(&stops) <= room + 3 {
        return stops.join(" → ");
    }
    let shared = shared_package(modules);
    stops = stops.into_iter().map(|stop| stop.get(shared..).unwrap_or(stop)).collect();
    if let [a, b, _] = stops.as_slice() {
        return format!("{a} ↔ {b}");
    }
    if length(&stops) <= room + 3 {
        return stops.join(" → ");
    }
    let last = stops.pop().unwrap_or("");
    let whole = stops.len();
    // The marker, `… 1,234 more`, and the last stop need room too.
    while stops.len() > 1 && length(&stops) + last.chars().count() + 15 > room {
        stops.pop();
    }
    format!("{} → … {} more → {last}", stops.join(" → "), thousands((whole - stops.len()) as u64))
}

/// Length of the packages that all modules begin with, the dot after them included.
fn shared_package(modules: &[String]) -> usize {
    let Some(first) = modules.first() else { return 0 };
    let ends = first.match_indices('.').map(|(at, _)| at + 1);
    let shared = |end: &usize| {
        first.get(..*end).is_some_and(|package| modules.iter().all(|module| module.starts_with(package)))
    };
    ends.rev().find(shared).unwrap_or(0)
}
