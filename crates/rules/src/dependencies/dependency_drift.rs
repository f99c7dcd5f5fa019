//! `dependency-drift`: requirements of one package that disagree, and lists that name one that is not there. It must not
//! know how versions are compared, nor where lists are looked for.

use analyzer_diagnostics::{Applicability, Diagnostic, Edit, Fix, Related, Severity};
use analyzer_facts::Requirement;
use analyzer_project::drift::Disagreement;
use analyzer_project::{PlacedDrift, PlacedRequirement};

use crate::Check;

/// Reports the requirements of the file that disagree with others, and the lists that it names in vain.
pub fn dependency_drift(check: &Check, out: &mut Vec<Diagnostic>) {
    let Some(config) = &check.facts.config else { return };
    for drift in &check.project.drifts {
        if let Some(requirement) = config.requirements.get(drift.index as usize) {
            out.push(told(check, requirement, drift));
        }
    }
    for index in &check.project.missing_lists {
        if let Some(link) = config.requirement_links.get(*index as usize) {
            out.push(
                check
                    .diagnostic(link.range, format!("requirements file `{}` does not exist", link.path))
                    .note("an installer stops where a list that another one names cannot be read")
                    .help("name a list that is there; its path begins at the folder of this one")
                    .property("kind", "missing")
                    .key(format!("missing {}", link.path)),
            );
        }
    }
}

fn told(check: &Check, requirement: &Requirement, drift: &PlacedDrift) -> Diagnostic {
    let name = &requirement.name;
    let (here, there) = (shown(&requirement.versions), shown(&drift.with.versions));
    let other = &drift.with.path;
    let place = if **other != *check.path {
        format!("in `{other}`")
    } else if drift.with.range.start < requirement.range.start {
        "above".to_owned()
    } else {
        "below".to_owned()
    };
    let (severity, message, note, help) = match drift.how {
        Disagreement::Disjoint { together } => (
            if together { Severity::Error } else { Severity::Warning },
            format!("no version of `{name}` is both {here} and {there} as {place}"),
            "whoever installs both lists gets an error, or one version overwrites the other",
            "ask for versions that overlap, or keep the two apart",
        ),
        Disagreement::Behind { together } => (
            if together { Severity::Error } else { Severity::Warning },
            format!("`{name}` is {here} here and {there} {place}"),
            if together {
                "one list names both (`-r`, `-c`), and no installer takes two versions of a package"
            } else {
                "what is tested with one version runs with another"
            },
            "bring the lists into line, best through one file of constraints that all of them name",
        ),
        Disagreement::Twice => (
            Severity::Warning,
            format!("`{name}` stands in this list twice: {there} and {here}"),
            "whoever changes one of the lines changes nothing, or half of it",
            "keep one line that says both",
        ),
        Disagreement::Unpinned => (
            Severity::Note,
            format!("`{name}` has no version here and is {there} {place}"),
            "the next installation may take another version than the one that is tested",
            "name the versions here too, or a file of constraints",
        ),
    };
    let related = |one: &PlacedRequirement| Related {
        path: one.path.clone(),
        range: one.range,
        message: format!("{} here", shown(&one.versions)),
    };
    let message = match drift.more {
        0 => message,
        1 => format!("{message}; one more list disagrees so"),
        more => format!("{message}; {more} more lists disagree so"),
    };
    let mut found = check
        .diagnostic(requirement.range, message)
        .note(note)
        .help(help)
        .property("package", name.as_str())
        .property("versions", requirement.versions.as_str())
        .property("kind", kind(drift.how))
        .fix(fix(check, requirement, drift))
        .key(format!("{name} {} {}", kind(drift.how), requirement.list));
    found.severity = severity;
    found.elsewhere = drift.elsewhere;
    found.related = drift.others.iter().map(related).collect();
    found
}

/// Raises a pin to the highest one, if every other list takes that.
fn fix(check: &Check, requirement: &Requirement, drift: &PlacedDrift) -> Option<Fix> {
    let version = drift
        .common
        .as_ref()
        .filter(|_| matches!(drift.how, Disagreement::Behind { .. }) && requirement.plain)?;
    // Poetry leaves the signs out.
    let signed = (check.text)()?.get(requirement.versions_range.start as usize..)?.starts_with('=');
    signed.then(|| Fix {
        title: format!("Pin `{}` to {version} as the other lists do", requirement.name),
        applicability: Applicability::Unsafe,
        edits: vec![Edit { range: requirement.versions_range, content: format!("=={version}") }],
    })
}

const fn kind(how: Disagreement) -> &'static str {
    match how {
        Disagreement::Disjoint { .. } => "disjoint",
        Disagreement::Behind { .. } => "pins",
        Disagreement::Twice => "twice",
        Disagreement::Unpinned => "unpinned",
    }
}

fn shown(versions: &str) -> String {
    if versions.is_empty() { "any version".to_owned() } else { format!("`{versions}`") }
}
