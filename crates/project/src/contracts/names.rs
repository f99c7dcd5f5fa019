//! Names and patterns of modules in contracts. It must not know graphs.

/// Whether a name of a contract covers a module: the module itself, something below it, or what a pattern matches.
pub(super) fn covers(pattern: &str, module: &str) -> bool {
    if !pattern.contains('*') {
        return module.strip_prefix(pattern).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    }
    let parts: Vec<&str> = module.split('.').collect();
    // A module that a pattern matches includes everything below it.
    (1..=parts.len()).any(|end| parts.get(..end).is_some_and(|parts| matches_parts(pattern, parts)))
}

/// Whether a pattern matches a whole name: `*` one part, `**` one or more.
pub(super) fn matches(pattern: &str, module: &str) -> bool {
    if !pattern.contains('*') {
        return pattern == module;
    }
    let parts: Vec<&str> = module.split('.').collect();
    matches_parts(pattern, &parts)
}

fn matches_parts(pattern: &str, parts: &[&str]) -> bool {
    // By number of parts so far, whether the pattern so far matches them.
    let mut reached = vec![false; parts.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for piece in pattern.split('.') {
        let mut next = vec![false; parts.len() + 1];
        for (at, part) in parts.iter().enumerate() {
            let before = reached.get(at) == Some(&true);
            let goes_on = piece == "**" && next.get(at) == Some(&true);
            let fits = piece == "*" || piece == "**" || piece == *part;
            if let Some(slot) = next.get_mut(at + 1) {
                *slot = fits && before || goes_on;
            }
        }
        reached = next;
    }
    reached.last() == Some(&true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_parts() {
        for (pattern, module) in [
            ("a.*", "a.b"),
            ("a.**", "a.b"),
            ("a.**", "a.b.c"),
            ("*.b", "a.b"),
            ("a.**.d", "a.b.c.d"),
            ("a.*.c", "a.b.c"),
            ("a", "a"),
        ] {
            assert!(matches(pattern, module), "{pattern} {module}");
        }
        for (pattern, module) in
            [("a.*", "a"), ("a.*", "a.b.c"), ("a.**", "a"), ("a.**.d", "a.d"), ("a", "a.b"), ("a.*", "b.a")]
        {
            assert!(!matches(pattern, module), "{pattern} {module}");
        }
    }

    #[test]
    fn a_name_covers_what_lies_below_it() {
        assert!(covers("a.b", "a.b") && covers("a.b", "a.b.c") && covers("a.*", "a.b.c.d"));
        assert!(!covers("a.b", "a.bc") && !covers("a.b", "a") && !covers("a.*", "a"));
    }
}
