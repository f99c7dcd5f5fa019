//! Rule pages: TOML front matter between `+++` lines, then Markdown whose examples are tests.
//! It must not know how examples are run.
//!
//! Below `## Examples` each `###` heading opens an example; the fenced blocks under it are its files:
//! ```` ```python ````, ```` ```python file=p/a.py ````, ```` ```toml ```` (the project's `analyzer.toml`),
//! ```` ```python fixed ```` or ```` ```python fixed file=p/a.py ```` (the file after the fix).
//! `# finds: rule-name` at a line's end marks a finding that begins on that line; `# finds: rule-name (note) "text"`
//! also gives its severity and a part of its message; several are separated by commas.
//!
//! No page may hold what looks like a live token: hosting services refuse such files. `{{random:KIND:LENGTH}}` in a
//! block stands for that many characters which pass for random and are the same at every run; KIND is `alnum`, `base32`
//! or `hex`. So `ghp_{{random:alnum:36}}` is a token where the example runs, and none in the file.

use analyzer_diagnostics::{FixKind, OptionInfo, Precision, RuleInfo, Scope, Severity};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use serde::Deserialize;

use analyzer_facts::FactSet;
use analyzer_project::OptionValue;

/// Why a page cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct PageError {
    /// From 1.
    pub line: usize,
    /// The mistake and its remedy, in one line.
    pub message: String,
}

impl PageError {
    fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

/// A group of facts that a rule reads.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Group {
    Usage,
    Flows,
    Markers,
    Shape,
}

/// Which texts a rule looks at beside Python that is in use.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Text {
    /// Files of configuration.
    Configuration,
    /// Files of folders that are copies of others: what was leaked there was leaked.
    Copies,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct FrontMatter {
    /// Groups of facts, beside those that are always gathered.
    #[serde(default)]
    reads: Vec<Group>,
    #[serde(default)]
    texts: Vec<Text>,
    severity: Severity,
    precision: Precision,
    security_severity: Option<String>,
    #[serde(default)]
    cwe: Vec<u32>,
    scope: Scope,
    #[serde(default)]
    fix: FixKind,
    #[serde(default)]
    options: Vec<OptionInfo>,
    #[serde(default)]
    replaces: Vec<String>,
    /// Of rules with a query, as in a repository's own rules.
    #[serde(rename = "message")]
    _message: Option<String>,
    #[serde(rename = "help")]
    _help: Option<String>,
    /// Severity in tests of such a rule.
    #[serde(rename = "in-tests")]
    _in_tests: Option<Severity>,
}

/// Contents of a rule's page.
#[derive(Debug)]
pub struct Page {
    /// Metadata and documentation.
    pub info: RuleInfo,
    /// Groups of facts that the rule reads.
    pub reads: FactSet,
    /// Whether it looks at files of configuration too.
    pub configuration: bool,
    /// Whether it also looks at files of folders that are copies of others.
    pub copies: bool,
}

/// Reads a page's metadata and text.
///
/// # Errors
/// When the front matter is missing or wrong, or the page does not open with its name and a summary.
pub fn parse(family: &str, name: &str, source: &str) -> Result<Page, PageError> {
    let (matter, page, page_line) = split(source)?;
    let matter: FrontMatter = toml::from_str(matter).map_err(|error| {
        let line = error.span().map_or(0, |span| matter[..span.start].matches('\n').count());
        PageError::new(line + 2, error.message())
    })?;
    for option in &matter.options {
        OptionValue::default_of(option).map_err(|problem| PageError::new(2, problem.0))?;
    }
    let mut paragraphs = page.trim_start().splitn(3, "\n\n");
    let heading = paragraphs.next().unwrap_or("");
    if heading.trim() != format!("# {name}") {
        return Err(PageError::new(page_line, format!("the page must open with `# {name}`")));
    }
    let summary = paragraphs.next().unwrap_or("").trim().replace('\n', " ");
    if summary.is_empty() || summary.starts_with('#') {
        return Err(PageError::new(page_line, "a one-line summary must follow the heading"));
    }
    let group = |group: &Group| match group {
        Group::Usage => FactSet::USAGE,
        Group::Flows => FactSet::FLOWS,
        Group::Markers => FactSet::MARKERS,
        Group::Shape => FactSet::SHAPE,
    };
    let reads = matter.reads.iter().map(group).fold(FactSet::NONE, FactSet::and);
    let (configuration, copies) =
        (matter.texts.contains(&Text::Configuration), matter.texts.contains(&Text::Copies));
    let info = RuleInfo {
        name: name.to_owned(),
        family: family.to_owned(),
        severity: matter.severity,
        precision: matter.precision,
        security_severity: matter.security_severity,
        cwe: matter.cwe,
        scope: matter.scope,
        fix: matter.fix,
        options: matter.options,
        replaces: matter.replaces,
        summary,
        page: page.trim_start().to_owned(),
    };
    Ok(Page { info, reads, configuration, copies })
}

/// Front matter, page, and the line on which the page begins.
pub(crate) fn split(source: &str) -> Result<(&str, &str, usize), PageError> {
    let missing = || PageError::new(1, "the page must open with TOML front matter between `+++` lines");
    let rest = source.strip_prefix("+++\n").ok_or_else(missing)?;
    let end = rest.find("\n+++\n").ok_or_else(missing)?;
    let line = rest[..end].matches('\n').count() + 4;
    Ok((&rest[..=end], &rest[end + 5..], line))
}

/// A finding that an example says there must be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    /// The file in which it is.
    pub path: String,
    /// The line on which it begins, from 1.
    pub line: u32,
    /// The rule's name.
    pub rule: String,
    /// Its severity, where the marker gives one.
    pub severity: Option<Severity>,
    /// A part of its message, where the marker gives one; else empty.
    pub text: String,
}

/// One file of an example, without markers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFile {
    /// Relative path.
    pub path: String,
    /// The text.
    pub text: String,
}

/// A small project and what must be found in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Example {
    /// The heading.
    pub title: String,
    /// Line of the heading in the page's file, from 1.
    pub line: usize,
    /// The files, `analyzer.toml` among them where there is one.
    pub files: Vec<ExampleFile>,
    /// The findings that there must be, and no others of their rules and of the page's own.
    pub expected: Vec<Expected>,
    /// Files after the fixes.
    pub fixed: Vec<ExampleFile>,
}

/// Reads the examples of a page.
///
/// # Errors
/// When a block is outside an example, or a marker cannot be read.
pub fn parse_examples(source: &str) -> Result<Vec<Example>, PageError> {
    let (_, page, page_line) = split(source)?;
    let line_at = |offset: usize| page_line + page[..offset].matches('\n').count();
    let mut examples: Vec<Example> = Vec::new();
    let mut inside = false;
    let mut heading: Option<(HeadingLevel, String, usize)> = None;
    let mut block: Option<(String, String, usize)> = None;
    for (event, range) in Parser::new(page).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => heading = Some((level, String::new(), range.start)),
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, title, start)) = heading.take() {
                    match level {
                        HeadingLevel::H3 if inside => {
                            examples.push(Example { title, line: line_at(start), ..Example::default() });
                        }
                        HeadingLevel::H1 | HeadingLevel::H2 => inside = title == "Examples",
                        _ => {}
                    }
                }
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if inside => {
                block = Some((info.to_string(), String::new(), range.start));
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((info, text, start)) = block.take() {
                    let line = line_at(start);
                    let Some(example) = examples.last_mut() else {
                        return Err(PageError::new(
                            line,
                            "an example needs a `###` heading above its first block",
                        ));
                    };
                    add_block(example, &info, &text, line)?;
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, into, _)) = &mut block {
                    into.push_str(&text);
                } else if let Some((_, into, _)) = &mut heading {
                    into.push_str(&text);
                }
            }
            _ => {}
        }
    }
    Ok(examples)
}

/// Adds a fenced block to its example.
fn add_block(example: &mut Example, info: &str, text: &str, line: usize) -> Result<(), PageError> {
    let text = &expanded(text).map_err(|message| PageError::new(line, message))?;
    let mut words = info.split_whitespace();
    let language = words.next().unwrap_or("");
    let mut path = if language == "toml" { "analyzer.toml".to_owned() } else { "example.py".to_owned() };
    let mut fixed = false;
    for word in words {
        if let Some(file) = word.strip_prefix("file=") {
            path = file.to_owned();
        } else if word == "fixed" {
            fixed = true;
        } else {
            return Err(PageError::new(
                line,
                format!("unknown word `{word}`: a block takes `file=PATH` and `fixed`"),
            ));
        }
    }
    if fixed {
        example.fixed.push(ExampleFile { path, text: text.to_owned() });
        return Ok(());
    }
    let mut clean = String::with_capacity(text.len());
    for (index, source_line) in text.split_inclusive('\n').enumerate() {
        let Some(at) = source_line.find("# finds: ") else {
            clean.push_str(source_line);
            continue;
        };
        clean.push_str(source_line[..at].trim_end());
        if source_line.ends_with('\n') {
            clean.push('\n');
        }
        for marker in split_markers(source_line[at + "# finds: ".len()..].trim()) {
            let expected = parse_marker(&marker, &path, index as u32 + 1);
            example.expected.push(expected.ok_or_else(|| {
                PageError::new(
                    line + index + 1,
                    format!("cannot read `{marker}`: write `rule-name (severity) \"text\"`"),
                )
            })?);
        }
    }
    example.files.push(ExampleFile { path, text: clean });
    Ok(())
}

/// The text with its stand-ins for random characters filled in.
fn expanded(text: &str) -> Result<String, String> {
    const OPEN: &str = "{{random:";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(OPEN) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let inner = from.get(OPEN.len()..from.find("}}").unwrap_or(0)).unwrap_or("");
        let parsed =
            inner.split_once(':').and_then(|(kind, length)| Some((kind, length.parse::<usize>().ok()?)));
        let alphabet: Option<&[u8]> = match parsed {
            Some(("alnum", _)) => Some(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
            Some(("base32", _)) => Some(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
            Some(("hex", _)) => Some(b"0123456789abcdef"),
            _ => None,
        };
        let (Some((_, length)), Some(alphabet)) = (parsed, alphabet) else {
            return Err(
                "write `{{random:alnum:36}}`, `{{random:base32:16}}` or `{{random:hex:32}}`".to_owned()
            );
        };
        // Xorshift; equal stand-ins give equal characters.
        let mut state = 0x9E37_79B9_7F4A_7C15_u64 ^ length as u64;
        for _ in 0..length.min(1000) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            out.push(
                alphabet.get((state % alphabet.len() as u64) as usize).map_or('0', |&byte| char::from(byte)),
            );
        }
        rest = from.get(OPEN.len() + inner.len() + "}}".len()..).unwrap_or("");
    }
    out.push_str(rest);
    Ok(out)
}

/// Splits markers at commas outside quotes.
fn split_markers(text: &str) -> Vec<String> {
    let mut markers = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        match markers.last_mut() {
            Some(last) if c != ',' || quoted => last.push(c),
            _ => markers.push(String::new()),
        }
    }
    markers.into_iter().map(|marker| marker.trim().to_owned()).filter(|marker| !marker.is_empty()).collect()
}

/// `rule-name (severity) "text"`
fn parse_marker(marker: &str, path: &str, line: u32) -> Option<Expected> {
    let (head, text) = match marker.split_once('"') {
        Some((head, quoted)) => (head.trim(), quoted.strip_suffix('"')?.to_owned()),
        None => (marker, String::new()),
    };
    let (rule, severity) = match head.split_once(" (") {
        Some((rule, name)) => {
            let severity = match name.strip_suffix(')')? {
                "note" => Severity::Note,
                "warning" => Severity::Warning,
                "error" => Severity::Error,
                _ => return None,
            };
            (rule, Some(severity))
        }
        None => (head, None),
    };
    let valid =
        !rule.is_empty() && rule.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    valid.then(|| Expected { path: path.to_owned(), line, rule: rule.to_owned(), severity, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "+++\nseverity = \"warning\"\nprecision = \"high\"\nscope = \"file\"\n+++\n# some-rule\n\nOne line.\n\n\
        ## What it finds\n\nText.\n\n## Examples\n\n### Two files\n\n```python file=p/a.py\nx = 1  # finds: some-rule (note) \"a, b\", other-rule\n```\n\n\
        ```toml\nselect = [\"ALL\"]\n```\n\n```python fixed file=p/a.py\nx = 2\n```\n";

    #[test]
    fn a_page_has_metadata_sections_and_examples() {
        let info = parse("family", "some-rule", PAGE).unwrap().info;
        assert_eq!((info.summary.as_str(), info.section("What it finds")), ("One line.", "Text."));
        let examples = parse_examples(PAGE).unwrap();
        assert_eq!(examples.len(), 1);
        assert_eq!(examples[0].files[0].text, "x = 1\n");
        assert_eq!(examples[0].files[1].path, "analyzer.toml");
        assert_eq!(examples[0].fixed[0].text, "x = 2\n");
        let expected = &examples[0].expected;
        assert_eq!((expected[0].rule.as_str(), expected[0].severity), ("some-rule", Some(Severity::Note)));
        assert_eq!((expected[0].text.as_str(), expected[1].rule.as_str()), ("a, b", "other-rule"));
    }

    #[test]
    fn stand_ins_become_characters() {
        let text = expanded("a {{random:hex:8}} {{x}} {{random:hex:8}}\n").unwrap();
        let parts: Vec<&str> = text.split_whitespace().collect();
        assert_eq!((parts.len(), parts[1], parts[2]), (4, parts[3], "{{x}}"));
        assert!(parts[1].len() == 8 && parts[1].bytes().all(|byte| byte.is_ascii_hexdigit()));
        for wrong in ["{{random:hex:x}}", "{{random:oct:8}}", "{{random:"] {
            assert!(expanded(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let unknown = PAGE.replace("scope =", "scopes =");
        let error = parse("family", "some-rule", &unknown).unwrap_err();
        assert_eq!(error.line, 4);
        assert!(error.message.contains("unknown field `scopes`"), "{error}");
        assert!(parse("family", "other", PAGE).unwrap_err().message.contains("# other"));
        let marker = PAGE.replace("(note)", "(fatal)");
        assert!(parse_examples(&marker).unwrap_err().message.contains("cannot read"));
    }
}
