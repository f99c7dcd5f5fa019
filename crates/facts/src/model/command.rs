//! Calls that start programs, as far as a shell may take part.

use analyzer_source::TextRange;
use analyzer_syntax::Tier;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::ScopeId;

/// Whether a shell reads the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ShellUse {
    /// The callee always runs one, such as `os.system`.
    Always,
    /// `shell=True`, or what amounts to it.
    Asked,
    /// `shell=` is given a value that is not known before the program runs.
    Maybe,
    /// No shell of the library's; but the argument list starts one: `["sh", "-c", …]`.
    Started,
}

/// Where the least trustworthy part of a command comes from. Ordered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// Literals, numbers and quoted values only.
    Constant,
    /// It is not known within the function.
    Unknown,
    /// A parameter of the enclosing function: its name.
    Parameter(CompactString),
    /// From outside the program: from what, such as `sys.argv`.
    Outside(CompactString),
}

/// The form of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CommandForm {
    /// One text.
    Text,
    /// A list or tuple of arguments.
    List,
    /// None that is visible: the arguments come later, or from a splat.
    Absent,
}

/// How a call would be written without its shell.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ShellFree {
    /// The command's place and the list that takes it; none where it is a list already.
    pub command: Option<(TextRange, CompactString)>,
    /// Range to delete: `shell=True` and the comma that goes with it.
    pub keyword: TextRange,
}

/// One call that runs, or may run, a command through a shell.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Command {
    /// The call.
    pub range: TextRange,
    /// The command, or the whole call where there is none.
    pub command: TextRange,
    /// The callee's full name, such as `subprocess.run`.
    pub callee: CompactString,
    /// Whether a shell takes part.
    pub shell: ShellUse,
    /// The command's form.
    pub form: CommandForm,
    /// Where the command comes from.
    pub origin: Origin,
    /// Whether a value is quoted for a shell where that does not protect it: inside quotes, or for a shell in the shell.
    pub requoted: bool,
    /// Its scope.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
    /// The same call without a shell, where that can be written; only in files that parse.
    pub shell_free: Option<Box<ShellFree>>,
}
