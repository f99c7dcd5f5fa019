//! INI files as Python's configparser reads them, as far as linters use that: sections, keys, values over several lines.
//! It must not know any tool.

/// The sections of a file, in order.
#[derive(Debug, Default)]
pub(super) struct Ini(Vec<(String, Vec<(String, String)>)>);

impl Ini {
    /// Reads a text; lines that make no sense are passed over.
    pub(super) fn parse(text: &str) -> Self {
        let mut found = Self::default();
        for line in text.lines() {
            let content = line.trim();
            if content.is_empty() || content.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = content.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
                found.0.push((name.trim().to_owned(), Vec::new()));
                continue;
            }
            let Some((_, keys)) = found.0.last_mut() else { continue };
            match keys.last_mut() {
                Some((_, value)) if line.starts_with([' ', '\t']) => {
                    value.push('\n');
                    value.push_str(content);
                }
                _ => {
                    if let Some((key, value)) = content.split_once(['=', ':']) {
                        keys.push((key.trim().to_ascii_lowercase(), value.trim().to_owned()));
                    }
                }
            }
        }
        found
    }

    /// The keys of a section, with their values.
    pub(super) fn section(&self, name: &str) -> Option<&[(String, String)]> {
        self.0.iter().find(|(section, _)| section == name).map(|(_, keys)| keys.as_slice())
    }

    /// All sections whose names pass, with their keys.
    pub(super) fn sections(
        &self,
        passes: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = (&str, &[(String, String)])> {
        let all = self.0.iter().filter(move |(section, _)| passes(section));
        all.map(|(section, keys)| (section.as_str(), keys.as_slice()))
    }
}

/// The entries of a value: parted by commas, blanks and line ends, comments left out.
pub(super) fn list(value: &str) -> Vec<String> {
    let lines = value.lines().map(|line| line.split(" #").next().unwrap_or(line));
    let lines = lines.filter(|line| !line.trim_start().starts_with('#'));
    let words = lines.flat_map(|line| line.split([',', ' ', '\t'])).map(str::trim);
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The lines of a value, comments left out.
pub(super) fn lines(value: &str) -> Vec<String> {
    let lines = value.lines().map(|line| line.split(" #").next().unwrap_or(line).trim());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// Whether a value says yes.
pub(super) fn is_true(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_on_over_indented_lines() {
        let ini =
            Ini::parse("# c\n[a]\nx = 1,\n    2  # two\n    # three\ny: z\n\n[b:c]\nx=\n  p.q\n  r -> s\n");
        let value = |section: &str, key: &str| {
            let keys = ini.section(section).unwrap();
            keys.iter().find(|(known, _)| known == key).unwrap().1.clone()
        };
        assert_eq!(list(&value("a", "x")), ["1", "2"]);
        assert_eq!(value("a", "y"), "z");
        assert_eq!(lines(&value("b:c", "x")), ["p.q", "r -> s"]);
        assert_eq!(ini.sections(|name| name.starts_with('b')).count(), 1);
        assert!(is_true("True") && !is_true("no"));
    }
}
