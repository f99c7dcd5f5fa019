//! Targets of the report, and their formats. It must not know how a format is written.

use std::fmt;

use analyzer_source::{environment, files};
use camino::{Utf8Path, Utf8PathBuf};
use clap::ValueEnum as _;

use crate::args::{CheckArgs, OutputFormat};
use crate::failure::Failure;
use crate::output::{self, plain};

/// Value of `--output`: a file, with the format of its own before a colon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutputArg {
    pub(crate) format: Option<OutputFormat>,
    pub(crate) path: Utf8PathBuf,
}

impl OutputArg {
    /// Reads `FILE` or `FORMAT:FILE`. A word before a colon is a format; a file of such a name is written `./a:b`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let word = |word: &str| word.len() > 1 && word.bytes().all(|c| c.is_ascii_lowercase() || c == b'-');
        let named = text.split_once(':').filter(|(format, _)| word(format));
        let (format, path) = match named {
            None => (None, text),
            Some((name, path)) => match OutputFormat::from_str(name, false) {
                Ok(format) => (Some(format), path),
                Err(_) => return Err(format!("there is no format `{name}`; known are {}", names())),
            },
        };
        if path.is_empty() {
            return Err("the name of a file is missing".to_owned());
        }
        Ok(Self { format, path: path.into() })
    }
}

fn names() -> String {
    let names = OutputFormat::value_variants().iter().filter_map(clap::ValueEnum::to_possible_value);
    names.map(|value| value.get_name().to_owned()).collect::<Vec<_>>().join(", ")
}

/// The path that stands for standard output.
const STDOUT: &str = "-";

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// None where the number of findings decides.
    pub(crate) format: Option<OutputFormat>,
    /// None for standard output.
    pub(crate) file: Option<Utf8PathBuf>,
}

impl Target {
    /// Whether it is read by people.
    pub(crate) const fn is_for_people(&self) -> bool {
        matches!(self.format, None | Some(OutputFormat::Full | OutputFormat::Concise | OutputFormat::Grouped))
    }
}

/// All reports of a run, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outputs(Vec<Target>);

impl Outputs {
    /// The outputs that the arguments ask for: each file, and standard output where it is named, where no file is, or where
    /// `--output-format` is for none of them.
    pub(crate) fn of(args: &CheckArgs) -> Result<Self, Failure> {
        let asked = if args.sarif { Some(OutputFormat::Sarif) } else { args.output_format };
        let shown = args.output.is_empty()
            || asked.is_some() && args.output.iter().all(|output| output.format.is_some());
        let mut targets = Vec::new();
        if shown {
            // Findings that the baseline knows are marked one by one.
            let format = asked.or_else(|| args.show_baselined.then_some(OutputFormat::Full));
            targets.push(Target { format, file: None });
        }
        for output in &args.output {
            // A file has room for everything.
            let format = output.format.or(asked).unwrap_or(OutputFormat::Full);
            let file = (output.path != STDOUT).then(|| output.path.clone());
            targets.push(Target { format: Some(format), file });
        }
        let outputs = Self(targets);
        outputs.apart()?;
        if args.fix.diff && outputs.0.len() > 1 {
            return Err(Failure::new("`--diff` writes one diff, and several outputs are named"));
        }
        Ok(outputs)
    }

    /// Fails where two reports go to one file, or one to a folder that is not there.
    fn apart(&self) -> Result<(), Failure> {
        if self.0.iter().filter(|target| target.file.is_none()).count() > 1 {
            return Err(Failure::new("two outputs go to standard output, where one would end in the other"));
        }
        let mut seen = Vec::new();
        for file in self.0.iter().filter_map(|target| target.file.as_deref()) {
            // A target that is no file, such as /dev/stderr, takes one report after the other.
            if files::exists(file) && !files::is_file(file) {
                continue;
            }
            output::confirm_folder(file)?;
            let place = identity(file)?;
            if seen.contains(&place) {
                return Err(Failure::with_help(
                    format!("two outputs go to `{file}`, and one would be lost"),
                    "name a file for each `--output`",
                ));
            }
            seen.push(place);
        }
        Ok(())
    }

    pub(crate) fn targets(&self) -> &[Target] {
        &self.0
    }

    /// Whether one of them is in this format.
    pub(crate) fn any(&self, format: OutputFormat) -> bool {
        self.0.iter().any(|target| target.format == Some(format))
    }

    /// The first file.
    pub(crate) fn file(&self) -> Option<&Utf8Path> {
        self.0.iter().find_map(|target| target.file.as_deref())
    }

    /// The report that goes to standard output.
    pub(crate) fn on_stdout(&self) -> Option<&Target> {
        self.0.iter().find(|target| target.file.is_none())
    }
}

/// The file that a path leads to, whether it is there yet or not.
fn identity(path: &Utf8Path) -> Result<Utf8PathBuf, Failure> {
    let path = plain(&environment::current_dir()?.join(path));
    if let Ok(real) = files::canonicalize(&path) {
        return Ok(real);
    }
    let real = path.parent().and_then(|folder| files::canonicalize(folder).ok());
    Ok(match (real, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path,
    })
}

impl fmt::Display for OutputArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = self.format.and_then(|format| format.to_possible_value());
        match format {
            Some(format) => write!(f, "{}:{}", format.get_name(), self.path),
            None => write!(f, "{}", self.path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_before_a_colon_is_a_format() {
        let parse =
            |text: &str| OutputArg::parse(text).map(|output| (output.format, output.path.into_string()));
        assert_eq!(parse("sarif:a/b.sarif"), Ok((Some(OutputFormat::Sarif), "a/b.sarif".to_owned())));
        assert_eq!(parse("json-lines:x"), Ok((Some(OutputFormat::JsonLines), "x".to_owned())));
        for file in ["a.sarif", "./sarif:x", "C:\\x", "2:x", "a.b:c", "Sarif:x"] {
            assert_eq!(parse(file), Ok((None, file.to_owned())));
        }
        assert!(parse("sarff:x").unwrap_err().contains("there is no format `sarff`"));
        assert!(parse("sarif:").is_err() && parse("").is_err());
    }
}
