//! Facts for the overview that the caller knows and findings lack. It must not know findings.

/// A file's part in the project: places in files of the first kind are shown before those of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is part of the program.
    InUse,
    /// It tests the program, or shows how it is used.
    Beside,
    /// It was put aside: a copy, a backup.
    Aside,
}

/// Facts that the overview cannot derive from the findings.
pub struct Guide<'a> {
    /// The part of a file in the project, by its path.
    pub standing: &'a dyn Fn(&str) -> Standing,
    /// The command that shows all findings of a rule; of all rules where none is given.
    pub command: &'a dyn Fn(Option<&str>) -> String,
}
