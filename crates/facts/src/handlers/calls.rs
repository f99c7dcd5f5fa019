//! Meaning of calls inside handlers, by the names of their callees. It must not know trees.

/// Effect of a call on an exception that reaches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Callee {
    /// Shows or reports the traceback of the current exception.
    Traceback,
    /// Logs a message; with the traceback only if a keyword asks for it.
    Log,
    /// Logs by a function of the project's own: an exception among its arguments is handed on.
    OwnLog,
    /// Prints.
    Print,
    /// Makes text of it, or looks at its type.
    Looks,
    /// Never returns: ends the process, or raises again.
    Leaves,
    /// `sys.exc_info`.
    ExcInfo,
    /// Asks whether the task itself is to end.
    Asks,
    /// Hands the current exception on, which it finds by itself.
    HandsOn,
    /// Anything else.
    Other,
}

/// Classifies a callee by its last name and the text before it; `receiver` is empty for a plain name.
/// Both have import aliases resolved. `is_logger`: whether the receiver is known to be a logger.
pub(super) fn classify(receiver: &str, name: &str, is_logger: bool) -> Callee {
    match name {
        "print_exc"
        | "format_exc"
        | "print_exception"
        | "format_exception"
        | "print_tb"
        | "format_tb"
        | "extract_tb"
        | "walk_tb"
        | "from_exception"
        | "print_last"
        | "capture_exception"
        | "captureException"
        | "record_exception"
        | "notice_error"
        | "report_exc_info"
        | "report_exception"
        | "log_exception"
        | "log_exc"
        | "exc_callback"
        | "handleError"
        | "handle_error"
        | "handle_exception"
        | "handle_uncaught_exception"
        | "print_exc_info"
        | "call_exception_handler"
        | "excepthook"
        | "unraisablehook"
        | "showtraceback"
        | "technical_500_response" => return Callee::Traceback,
        "cancelling" if !receiver.is_empty() => return Callee::Asks,
        "exception" | "aexception" if is_logger || !receiver.is_empty() => return Callee::Traceback,
        "exc_info" => return Callee::ExcInfo,
        "print" | "pprint" | "secho" | "echo" if is_printer(receiver) => return Callee::Print,
        "write" | "writelines" if is_stream(receiver) => return Callee::Print,
        "str" | "repr" | "type" | "isinstance" | "issubclass" | "getattr" | "hasattr" | "format" | "len"
        | "bool" | "id" | "ascii" | "vars" | "dir"
            if receiver.is_empty() =>
        {
            return Callee::Looks;
        }
        "format" | "join" => return Callee::Looks,
        "format_exception_only" | "force_str" | "smart_str" | "gettext" | "_" => return Callee::Looks,
        "exit" | "quit"
            if receiver.is_empty() || matches!(receiver, "sys" | "site" | "pytest" | "ctx" | "self") =>
        {
            return Callee::Leaves;
        }
        "_exit" | "abort" if receiver == "os" => return Callee::Leaves,
        "fail" | "skip" | "xfail" if matches!(receiver, "pytest" | "self" | "ctx") => return Callee::Leaves,
        "skipTest" if receiver == "self" => return Callee::Leaves,
        "throw" if receiver.is_empty() => return Callee::Leaves,
        "reraise" | "raise_" | "raise_from" | "reraise_exception" | "safe_reraise" => return Callee::Leaves,
        "warn" | "warn_explicit" if receiver == "warnings" => return Callee::Log,
        name if reports(name) => return Callee::Traceback,
        _ => {}
    }
    // structlog's coroutines have the same names after an `a`.
    let level = name.strip_prefix('a').filter(|rest| !rest.is_empty()).unwrap_or(name);
    let logs = matches!(
        level,
        "debug"
            | "info"
            | "warning"
            | "warn"
            | "error"
            | "critical"
            | "fatal"
            | "log"
            | "msg"
            | "notice"
            | "trace"
            | "success"
    );
    if logs && (is_logger || is_logger_name(receiver)) {
        return Callee::Log;
    }
    if !matches!(receiver, "" | "self" | "cls") {
        return Callee::Other;
    }
    let warns = words(name).any(|word| matches!(word.as_str(), "warn" | "warning"));
    match is_logger_name(name) {
        // `_log_exc("cannot lock")`: it finds the exception by itself.
        true if words(name).any(|word| matches!(word.as_str(), "exc" | "exception" | "traceback" | "tb")) => {
            Callee::Traceback
        }
        true => Callee::OwnLog,
        false if warns => Callee::OwnLog,
        false => Callee::Other,
    }
}

/// Whether a function says by its name that it shows the current exception: `printExc`, `debug.dump_traceback`.
fn reports(name: &str) -> bool {
    const VERBS: [&str; 9] =
        ["print", "log", "report", "show", "dump", "capture", "record", "notify", "display"];
    const OBJECTS: [&str; 6] = ["exc", "exception", "traceback", "tb", "stacktrace", "backtrace"];
    let (first, last) = (words(name).next(), words(name).last());
    first.is_some_and(|first| VERBS.contains(&first.as_str()))
        && last.is_some_and(|last| OBJECTS.contains(&last.as_str()))
}

/// Whether a function of this module raises or ends the process, whatever it is given: what frameworks answer a request
/// with, and what parsers of command lines end a program with.
pub(super) fn never_returns(receiver: &str, name: &str) -> bool {
    const FRAMEWORKS: [&str; 10] = [
        "flask",
        "quart",
        "werkzeug.exceptions",
        "werkzeug",
        "bottle",
        "sanic",
        "sanic.exceptions",
        "flask_restful",
        "flask_restx",
        "flask_smorest",
    ];
    let last = last_name(receiver).trim_end_matches("()").to_ascii_lowercase();
    match name {
        "abort" => FRAMEWORKS.contains(&receiver) || last == "ctx",
        "error" | "exit" => last.ends_with("parser") || last == "argparse",
        _ => false,
    }
}

/// Effect of the functions of Twisted that find the current exception by themselves.
pub(super) fn of_twisted(receiver: &str, name: &str, has_arguments: bool) -> Option<Callee> {
    match (receiver, name) {
        ("twisted.python.log" | "twisted.python" | "log", "err") => Some(Callee::Traceback),
        ("twisted.python.failure" | "failure", "Failure") if !has_arguments => Some(Callee::HandsOn),
        ("twisted.internet.defer" | "defer", "fail") if !has_arguments => Some(Callee::HandsOn),
        (_, "errback") if !receiver.is_empty() => Some(Callee::HandsOn),
        (_, "failure") if last_name(receiver).trim_start_matches('_').ends_with("log") => {
            Some(Callee::Traceback)
        }
        _ => None,
    }
}

/// Whether a context manager of this name raises the current exception again when it is left.
pub(super) fn manager_reraises(text: &str) -> bool {
    text.contains("reraise")
}

fn is_printer(receiver: &str) -> bool {
    let last = last_name(receiver);
    last.is_empty() || matches!(last, "pprint" | "click" | "typer" | "rich" | "console" | "_console")
}

fn is_stream(receiver: &str) -> bool {
    let last = last_name(receiver).trim_matches('_');
    ["stdout", "stderr", "output"].iter().any(|stream| last.ends_with(stream))
}

/// The last name of a dotted path.
pub(super) fn last_name(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Whether a path has a name that speaks of logging: `log`, `self._logger`, `LOG`, `app.logger`, `getLogger(…)`.
pub(super) fn is_logger_name(path: &str) -> bool {
    path.split(['.', '(', ')', '[', ']', '"', '\'', ' ', ','])
        .any(|name| words(name).any(|word| speaks_of_logging(&word)))
}

/// Whether a call of a function of this name makes a logger.
pub(super) fn makes_logger(name: &str) -> bool {
    matches!(name, "getLogger" | "get_logger" | "get_task_logger" | "getChild" | "LoggerAdapter")
}

fn speaks_of_logging(word: &str) -> bool {
    let starts = word.starts_with("log")
        && !matches!(word, "login" | "logins" | "logout" | "logic" | "logical" | "logo" | "logos" | "logits");
    starts || word.ends_with("logger") || matches!(word, "structlog" | "syslog" | "eventlog" | "applog")
}

/// Words of a name in snake or camel case, in lower case.
fn words(name: &str) -> impl Iterator<Item = String> + '_ {
    name.split('_').flat_map(|part| {
        let mut out: Vec<String> = Vec::new();
        let mut was_lower = false;
        for c in part.chars() {
            if out.is_empty() || (c.is_ascii_uppercase() && was_lower) {
                out.push(String::new());
            }
            if let Some(word) = out.last_mut() {
                word.extend(c.to_lowercase());
            }
            was_lower = c.is_ascii_lowercase();
        }
        out
    })
}
