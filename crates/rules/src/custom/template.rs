//! Texts with `{{capture}}` in them. It must not know what captures hold.

/// A text with places for captures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// A capture, by its index in the query.
    Capture(u32),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// The mistake and its remedy, when it names a capture that the query does not have, or does not close one.
    pub(super) fn parse(text: &str, captures: &[&str]) -> Result<Self, (String, String)> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, behind)) = after.split_once("}}") else {
                return Err(("`{{` is not closed".to_owned(), "write `{{capture}}`".to_owned()));
            };
            let name = name.trim().trim_start_matches('@');
            let Some(index) = captures.iter().position(|capture| *capture == name) else {
                let known: Vec<String> = captures.iter().map(|name| format!("@{name}")).collect();
                return Err((
                    format!("the query has no capture `@{name}`"),
                    format!("it has {}", known.join(", ")),
                ));
            };
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Capture(index as u32));
            rest = behind;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self(parts))
    }

    /// The text with captures filled in; one that did not take part in the match is empty.
    pub(super) fn fill<'a>(&self, capture: impl Fn(u32) -> Option<&'a str>) -> String {
        let mut out = String::new();
        for text in &self.0 {
            out.push_str(match text {
                Part::Text(text) => text.as_str(),
                Part::Capture(index) => capture(*index).unwrap_or(""),
            });
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_are_filled_in() {
        let template = Template::parse("a {{x}} b {{ @y }}{{x}}", &["x", "y"]).unwrap();
        assert_eq!(
            template.fill(|index| [Some("1"), None].get(index as usize).copied().flatten()),
            "a 1 b 1"
        );
    }

    #[test]
    fn unknown_and_open_captures_are_told() {
        assert_eq!(Template::parse("{{z}}", &["x"]).unwrap_err().1, "it has @x");
        assert!(Template::parse("{{x", &["x"]).unwrap_err().0.contains("not closed"));
    }
}
