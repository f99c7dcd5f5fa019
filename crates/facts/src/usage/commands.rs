//! Calls that start programs: whether a shell reads the command, and where the command comes from.
//! It must not know which of them are faults.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};

use super::Site;
use super::arguments::Arguments;
use super::argv::shell_free;
use super::bindings::How;
use super::constants::{Fold, elements};
use super::flow::{Source, origin};
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

/// Index of `shell` among the positional parameters of `subprocess.Popen`.
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

/// Command of a call, if it may run one through a shell.
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
    let mut form = value.map_or(CommandForm::Absent, |(value, scope)| form(value, scope, fold));
    if form == CommandForm::List
        && (value.is_some_and(|(value, _)| is_single(value)) || on_windows(site.node, fold))
    {
        // All of it is read: the one element is the command, and Windows joins the others to one.
        form = CommandForm::Text;
    }
    let Source { origin, requoted } = match command {
        Some(command) => origin(command, site.scope, fold),
        None => Source { origin: Origin::Unknown, requoted: false },
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
        requoted,
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
        kind::IDENTIFIER | kind::ATTRIBUTE => {
            // A list that is extended later on is still one.
            let found = fold.bindings.find(fold.cx.slice(&value), scope);
            let bindings = found.filter(|found| found.parameter.is_none()).map(|found| found.bindings);
            let mut whole =
                bindings.unwrap_or_default().iter().filter(|one| one.how == How::Whole).peekable();
            let lists = whole.peek().is_some() && whole.all(|one| one.value.is_some_and(is_list));
            if lists { CommandForm::List } else { CommandForm::Text }
        }
        _ => CommandForm::Text,
    }
}

fn is_list(value: Node) -> bool {
    matches!(value.kind_id(), kind::LIST | kind::TUPLE | kind::LIST_COMPREHENSION)
}

/// Whether a list holds one thing, which is no splat.
fn is_single(value: Node) -> bool {
    let only = elements(value);
    matches!(value.kind_id(), kind::LIST | kind::TUPLE)
        && matches!(only.as_slice(), [one] if one.kind_id() != kind::LIST_SPLAT)
}

/// Whether a call is in a branch that only Windows takes.
fn on_windows(call: Node, fold: &Fold) -> bool {
    let mut at = call;
    for _ in 0..64 {
        let Some(parent) = at.parent() else { return false };
        let taken = parent.child_by_field_id(field::CONSEQUENCE) == Some(at);
        let branch = matches!(parent.kind_id(), kind::IF_STATEMENT | kind::ELIF_CLAUSE) && taken;
        let condition = parent.child_by_field_id(field::CONDITION).filter(|_| branch);
        if condition.is_some_and(|condition| means_windows(fold.cx.slice(&condition))) {
            return true;
        }
        if parent.kind_id() == kind::FUNCTION_DEFINITION {
            return false;
        }
        at = parent;
    }
    false
}

/// Whether a condition only holds on Windows.
fn means_windows(condition: &str) -> bool {
    let code = condition.replace('"', "'");
    let words = [
        "os.name == 'nt'",
        "sys.platform == 'win32'",
        "sys.platform.startswith('win",
        "platform.system() == 'Windows'",
        "'win' in sys.platform",
    ];
    let flags = ["windows", "is_windows", "is_windows()", "on_windows", "is_win", "win32", "is_nt"];
    !code.contains(" or ")
        && (words.iter().any(|word| code.starts_with(word))
            || flags.contains(&code.trim().to_ascii_lowercase().as_str()))
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
    let wrapped = words.first().copied().and_then(text).is_some_and(|word| is_wrapper(&word));
    if wrapped {
        let program = program_behind(&words, &text)?;
        words.drain(..program);
    }
    let first = *words.first()?;
    let shell = match text(first) {
        Some(shell) => shell,
        None => fold.cx.slice(&first).contains("SHELL").then(|| "sh".to_owned())?,
    };
    if !is_shell(&shell) {
        return None;
    }
    let flag =
        words.iter().skip(1).position(|word| text(*word).is_some_and(|word| is_command_flag(&word)))?;
    let command = *words.get(flag + 2)?;
    let mut source = origin(command, scope, fold);
    if is_cmd(&shell) {
        // All that follows is the command.
        for word in words.iter().skip(flag + 3) {
            let more = origin(*word, scope, fold);
            source.origin = source.origin.max(more.origin);
        }
    }
    Some(Command {
        range: fold.cx.range(&site.node),
        command: fold.cx.range(&command),
        callee: path.into(),
        shell: ShellUse::Started,
        form: CommandForm::Text,
        origin: source.origin,
        requoted: source.requoted,
        scope: site.scope,
        tier: site.tier,
        shell_free: None,
    })
}

/// Whether a program starts the one that is named after it.
fn is_wrapper(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    matches!(
        name,
        "sudo"
            | "doas"
            | "env"
            | "nohup"
            | "nice"
            | "ionice"
            | "setsid"
            | "time"
            | "timeout"
            | "stdbuf"
            | "exec"
    )
}

/// Place of the program that a wrapper starts: after options with their values, variables and numbers.
fn program_behind<'t>(words: &[Node<'t>], text: &dyn Fn(Node<'t>) -> Option<String>) -> Option<usize> {
    let mut option = false;
    for (at, word) in words.iter().enumerate().skip(1) {
        let Some(word) = text(*word) else {
            // `timeout str(seconds)`, `sudo -u user`
            if !option && at > 1 {
                return None;
            }
            option = false;
            continue;
        };
        if is_shell(&word) {
            return Some(at);
        }
        let passes = word.starts_with('-')
            || word.contains('=')
            || word.starts_with(|c: char| c.is_ascii_digit())
            || is_wrapper(&word)
            || option;
        if !passes {
            return None;
        }
        option = word.starts_with('-');
    }
    None
}

/// Whether a shell is that of Windows.
fn is_cmd(program: &str) -> bool {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program).to_ascii_lowercase();
    matches!(name.as_str(), "cmd" | "cmd.exe")
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
