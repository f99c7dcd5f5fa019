//! Calls that start programs: whether a shell reads the command, and where the command comes from.
//! It must not know which of them are faults.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};

use super::Site;
use super::arguments::Arguments;
use super::argv::shell_free;
use super::constants::{Fold, elements};
use super::flow::origin;
use crate::{Command, CommandForm, Origin, ShellUse, Tier};

/// How a callee takes its command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runner {
    /// One text for the shell, at this position.
    Shell(usize),
    /// `subprocess`: a text or a list at the first position, and `shell=`.
    Subprocess,
    /// A program and its arguments from this position on, or as a list there.
    Program(usize),
}

/// Where `shell` stands among the positional parameters of `subprocess.Popen`.
const SHELL_POSITION: usize = 8;

/// Names of methods and functions that may start programs, however they are called.
pub(super) const METHODS: [&str; 7] = [
    "partial",
    "to_thread",
    "run_in_executor",
    "create_subprocess_shell",
    "subprocess_shell",
    "create_subprocess_exec",
    "subprocess_exec",
];

/// Whether a callee whose name ends so may start programs, however it is called.
pub(super) fn may_run(last: &str) -> bool {
    METHODS.contains(&last)
}

/// Methods that start programs whatever object they belong to.
fn runner_by_method(last: &str) -> Option<Runner> {
    match last {
        "create_subprocess_shell" => Some(Runner::Shell(0)),
        "subprocess_shell" => Some(Runner::Shell(1)),
        "create_subprocess_exec" => Some(Runner::Program(0)),
        "subprocess_exec" => Some(Runner::Program(1)),
        _ => None,
    }
}

/// How the function with this full name takes its command.
fn runner(path: &str) -> Option<Runner> {
    let (module, last) = path.rsplit_once('.')?;
    match (module, last) {
        (
            "subprocess" | "subprocess32" | "gevent.subprocess" | "eventlet.green.subprocess",
            "Popen" | "run" | "call" | "check_call" | "check_output",
        ) => Some(Runner::Subprocess),
        ("subprocess" | "commands", "getoutput" | "getstatusoutput") => Some(Runner::Shell(0)),
        ("os" | "posix", "system" | "popen" | "popen2" | "popen3" | "popen4") => Some(Runner::Shell(0)),
        ("popen2", "popen2" | "popen3" | "popen4" | "Popen3" | "Popen4") => Some(Runner::Shell(0)),
        ("os", "execl" | "execle" | "execlp" | "execlpe") => Some(Runner::Program(1)),
        ("os", "execv" | "execve" | "execvp" | "execvpe") => Some(Runner::Program(1)),
        ("os", "spawnl" | "spawnle" | "spawnlp" | "spawnlpe") => Some(Runner::Program(2)),
        ("os", "spawnv" | "spawnve" | "spawnvp" | "spawnvpe") => Some(Runner::Program(2)),
        ("os", "posix_spawn" | "posix_spawnp") => Some(Runner::Program(1)),
        _ => runner_by_method(last),
    }
}

/// What a call does, if it may run a command through a shell.
pub(super) fn command<'t>(site: &Site<'t>, fold: &Fold<'_, '_, 't>, parsed: bool) -> Option<Command> {
    let mut path = fold.callee(site).or_else(|| {
        // Methods of objects that are not known.
        let function = site.node.child(0)?;
        Some(fold.cx.slice(&function).rsplit('.').next()?.to_owned())
    })?;
    let mut arguments = Arguments::read(site.node, site.scope, fold);
    let shift = match path.as_str() {
        "functools.partial" | "asyncio.to_thread" | "anyio.to_thread.run_sync" => 1,
        _ if path.ends_with("run_in_executor") => 2,
        _ => 0,
    };
    if shift > 0 {
        let function = arguments.positional.get(shift - 1)?;
        path = fold.path(*function, site.scope)?;
        arguments.positional.drain(..shift);
    }
    let runner = runner(&path).or_else(|| runner_by_method(&path))?;
    let (shell, command) = match runner {
        Runner::Shell(at) => {
            let command = arguments.get(at, "cmd").or_else(|| arguments.keyword("command"));
            // Without a command it is a reference, whose user is not seen here.
            if command.is_none() && (shift > 0 || !arguments.open) {
                return None;
            }
            (ShellUse::Always, command)
        }
        Runner::Subprocess => {
            let command = arguments.get(0, "args");
            let shell = arguments.get(SHELL_POSITION, "shell");
            let truth = shell.map(|shell| fold.truth(shell, site.scope));
            match truth {
                None | Some(Some(false)) => return started(site, &path, command, &[], fold),
                Some(Some(true)) => (ShellUse::Asked, command),
                Some(None) => (ShellUse::Maybe, command),
            }
        }
        Runner::Program(at) => {
            let first = arguments.positional.get(at).copied();
            let rest = arguments.positional.get(at + 1..).unwrap_or_default();
            return started(site, &path, first, rest, fold);
        }
    };
    let value = command.map(|command| fold.value(command, site.scope));
    let form = value.map_or(CommandForm::Absent, |(value, scope)| form(value, scope, fold));
    let origin = match command {
        Some(command) => origin(command, site.scope, fold),
        None => Origin::Unknown,
    };
    let shell_free = (parsed && site.tier == Tier::A && shift == 0 && shell == ShellUse::Asked)
        .then(|| shell_free(site, command?, form, &path, fold))
        .flatten();
    Some(Command {
        range: fold.cx.range(&site.node),
        command: fold.cx.range(&command.unwrap_or(site.node)),
        callee: path.into(),
        shell,
        form,
        origin,
        scope: site.scope,
        tier: site.tier,
        shell_free: shell_free.map(Box::new),
    })
}

/// Whether a value is a list of arguments.
fn form<'t>(value: Node<'t>, scope: crate::ScopeId, fold: &Fold<'_, '_, 't>) -> CommandForm {
    match value.kind_id() {
        kind::LIST | kind::TUPLE | kind::LIST_COMPREHENSION => CommandForm::List,
        kind::CALL => {
            let function = value.child(0).and_then(|function| fold.path(function, scope));
            let list = matches!(function.as_deref(), Some("shlex.split" | "list" | "tuple"));
            if list { CommandForm::List } else { CommandForm::Text }
        }
        kind::BINARY_OPERATOR => {
            let list = elements(value).into_iter().any(|side| {
                matches!(
                    fold.value(side, scope).0.kind_id(),
                    kind::LIST | kind::TUPLE | kind::LIST_COMPREHENSION
                )
            });
            // `"%s" % (a, b)` is a text.
            let text = value.child_by_field_id(field::OPERATOR).is_none_or(|o| o.kind_id() != kind::PLUS);
            if list && !text { CommandForm::List } else { CommandForm::Text }
        }
        _ => CommandForm::Text,
    }
}

/// A list of arguments, or a program and its arguments, that starts a shell with `-c`.
fn started<'t>(
    site: &Site<'t>,
    path: &str,
    first: Option<Node<'t>>,
    rest: &[Node<'t>],
    fold: &Fold<'_, '_, 't>,
) -> Option<Command> {
    let (value, scope) = fold.value(first?, site.scope);
    let mut words: Vec<Node> = match value.kind_id() {
        kind::LIST | kind::TUPLE => elements(value),
        _ => {
            // The first argument is the name of the program, of which `exec` has a second one before it.
            let mut words = vec![first?];
            words.extend(rest);
            words
        }
    };
    let scope = if rest.is_empty() { scope } else { site.scope };
    let text = |node: Node<'t>| fold.fold(node, scope).constant();
    if words.first().copied().and_then(text).is_some_and(|word| word == "sudo") {
        words.remove(0);
    }
    let shell = text(*words.first()?)?;
    if !is_shell(&shell) {
        return None;
    }
    let flag =
        words.iter().skip(1).position(|word| text(*word).is_some_and(|word| is_command_flag(&word)))?;
    let command = *words.get(flag + 2)?;
    Some(Command {
        range: fold.cx.range(&site.node),
        command: fold.cx.range(&command),
        callee: path.into(),
        shell: ShellUse::Started,
        form: CommandForm::Text,
        origin: origin(command, scope, fold),
        scope: site.scope,
        tier: site.tier,
        shell_free: None,
    })
}

/// Whether a program's name or path is that of a shell.
fn is_shell(program: &str) -> bool {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program).to_ascii_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    matches!(
        name,
        "sh" | "bash"
            | "zsh"
            | "dash"
            | "ksh"
            | "ash"
            | "fish"
            | "csh"
            | "tcsh"
            | "cmd"
            | "powershell"
            | "pwsh"
    )
}

/// Whether an argument says that the next one is a command.
fn is_command_flag(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    matches!(lower.as_str(), "/c" | "/k" | "-command")
        || (word.starts_with('-')
            && !word.starts_with("--")
            && word.len() <= 5
            && word.ends_with('c')
            && word[1..].bytes().all(|b| b.is_ascii_alphabetic()))
}
