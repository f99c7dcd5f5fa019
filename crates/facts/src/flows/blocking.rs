//! Which calls block the thread that makes them, and with it every coroutine of its event loop.
//! It must not know who makes the call.

use analyzer_syntax::kind::{self, field};
use compact_str::{CompactString, format_compact};

use super::objects::Object;
use super::{CallSite, Held, Reader, event_loop};
use crate::model::asynchrony::{Blocking, BlockingCall};
use crate::usage::constants::elements;

/// Kind of wait of the function with this full name.
fn function(path: &str) -> Option<Blocking> {
    let (module, name) = path.rsplit_once('.').unwrap_or(("", path));
    match (module, name) {
        ("time", "sleep") => Some(Blocking::Sleep),
        ("", "input") => Some(Blocking::Input),
        ("", "open") | ("io", "open" | "open_code") | ("os", "fdopen") => Some(Blocking::File),
        (
            "requests" | "requests.api" | "niquests" | "curl_cffi.requests",
            "get" | "post" | "put" | "patch" | "delete" | "head" | "options" | "request",
        )
        | (
            "httpx" | "httpx2",
            "get" | "post" | "put" | "patch" | "delete" | "head" | "options" | "request" | "stream",
        )
        | ("urllib.request", "urlopen" | "urlretrieve")
        | ("urllib3", "request") => Some(Blocking::Http),
        (
            "subprocess",
            "run" | "call" | "check_call" | "check_output" | "getoutput" | "getstatusoutput" | "Popen",
        ) => Some(Blocking::Process),
        ("os", name) => match name {
            "system" | "popen" | "posix_spawn" | "posix_spawnp" => Some(Blocking::Process),
            "spawnl" | "spawnle" | "spawnlp" | "spawnlpe" | "spawnv" | "spawnve" | "spawnvp" | "spawnvpe" => {
                Some(Blocking::Process)
            }
            "wait" | "wait3" | "wait4" | "waitid" | "waitpid" => Some(Blocking::Process),
            _ => None,
        },
        ("os.path" | "posixpath" | "ntpath", name) => is_path_query(name).then_some(Blocking::Path),
        ("zmq", "proxy" | "device") => Some(Blocking::Message),
        _ => None,
    }
}

/// Functions of `os.path` that ask the file system; the others only compute.
fn is_path_query(name: &str) -> bool {
    matches!(
        name,
        "exists"
            | "lexists"
            | "getatime"
            | "getctime"
            | "getmtime"
            | "getsize"
            | "isdir"
            | "isfile"
            | "islink"
            | "ismount"
            | "isjunction"
            | "isdevdrive"
            | "realpath"
            | "samefile"
            | "sameopenfile"
            | "samestat"
            | "expanduser"
    )
}

/// Kind of wait of an object's method, and the class to name.
fn method(object: Object, name: &str) -> Option<(&'static str, Blocking)> {
    match (object, name) {
        (
            Object::HttpClient(class),
            "get" | "post" | "put" | "patch" | "delete" | "head" | "options" | "request" | "send" | "stream",
        ) => Some((class, Blocking::Http)),
        (Object::HttpPool(class), "request" | "urlopen" | "request_encode_body" | "request_encode_url") => {
            Some((class, Blocking::Http))
        }
        (Object::File, "read" | "readline" | "readlines" | "write" | "writelines" | "flush") => {
            Some(("file", Blocking::File))
        }
        (Object::Process, "wait" | "communicate") => Some(("subprocess.Popen", Blocking::Process)),
        (
            Object::MessageSocket,
            "recv" | "recv_string" | "recv_unicode" | "recv_json" | "recv_pyobj" | "recv_multipart"
            | "recv_serialized" | "poll",
        ) => Some(("zmq.Socket", Blocking::Message)),
        (Object::Poller, "poll") => Some(("zmq.Poller", Blocking::Message)),
        (Object::Path, "open" | "read_text" | "read_bytes" | "write_text" | "write_bytes") => {
            Some(("pathlib.Path", Blocking::File))
        }
        (Object::Path, name) => asks_file_system(name).then_some(("pathlib.Path", Blocking::Path)),
        _ => None,
    }
}

/// Methods of `Path` that ask or change the file system.
fn asks_file_system(name: &str) -> bool {
    matches!(
        name,
        "chmod"
            | "copy"
            | "copy_into"
            | "cwd"
            | "exists"
            | "expanduser"
            | "glob"
            | "group"
            | "hardlink_to"
            | "home"
            | "is_block_device"
            | "is_char_device"
            | "is_dir"
            | "is_fifo"
            | "is_file"
            | "is_junction"
            | "is_mount"
            | "is_socket"
            | "is_symlink"
            | "iterdir"
            | "lchmod"
            | "link_to"
            | "lstat"
            | "mkdir"
            | "move"
            | "move_into"
            | "owner"
            | "readlink"
            | "rename"
            | "replace"
            | "resolve"
            | "rglob"
            | "rmdir"
            | "samefile"
            | "stat"
            | "symlink_to"
            | "touch"
            | "unlink"
            | "walk"
    )
}

/// Whether a method of this name may block on some object that is known.
fn may_block(name: &str) -> bool {
    let objects = [
        Object::HttpClient(""),
        Object::HttpPool(""),
        Object::Process,
        Object::MessageSocket,
        Object::Poller,
        Object::Path,
        Object::File,
    ];
    objects.into_iter().any(|object| method(object, name).is_some())
}

/// Methods that only ZeroMQ's sockets have.
fn only_receives(name: &str) -> bool {
    matches!(name, "recv_string" | "recv_json" | "recv_pyobj" | "recv_multipart" | "recv_serialized")
}

/// The full name of the callee and what it waits for, if the call blocks; `path` is the full name where it is known.
pub(super) fn blocking(
    site: &CallSite,
    path: Option<&str>,
    cx: &Reader,
) -> Option<(CompactString, Blocking)> {
    // An awaited call returned an awaitable, so it does not block, whatever its name.
    if site.held == Held::Awaited {
        return None;
    }
    let callee = site.node.child_by_field_id(field::FUNCTION)?;
    if let Some(path) = path
        && let Some(what) = function(path)
    {
        // Asking for a process that has ended does not wait for it.
        let asks = path.starts_with("os.wait") && arguments(site, cx).contains("WNOHANG");
        return (!asks).then(|| (path.into(), what));
    }
    if callee.kind_id() != kind::ATTRIBUTE {
        return None;
    }
    let name = cx.cx.slice(&callee.child_by_field_id(field::ATTRIBUTE)?);
    if !may_block(name) {
        return None;
    }
    let object = callee.child_by_field_id(field::OBJECT)?;
    let found = cx.objects.of(object, site.scope).and_then(|object| method(object, name));
    // A socket that comes from elsewhere, in a module that only knows the blocking kind.
    let guess = || {
        (only_receives(name) && cx.libraries.only_blocking_sockets())
            .then_some(("zmq.Socket", Blocking::Message))
    };
    let (class, what) = found.or_else(guess)?;
    if what == Blocking::Message && (returns_at_once(arguments(site, cx), name) || polls_once(site, name, cx))
    {
        return None;
    }
    Some((format_compact!("{class}.{name}"), what))
}

/// The text of a call's arguments, with the parentheses.
fn arguments<'a>(site: &CallSite, cx: &Reader<'_, 'a, '_>) -> &'a str {
    site.node.child_by_field_id(field::ARGUMENTS).map_or("", |list| cx.fold.cx.slice(&list))
}

/// Whether a socket is set not to wait.
fn returns_at_once(arguments: &str, method: &str) -> bool {
    ["NOBLOCK", "DONTWAIT"].iter().any(|flag| arguments.contains(flag))
        || method == "poll" && matches!(arguments, "(0)" | "(timeout=0)")
}

/// Whether a poll is given a constant of 0.
fn polls_once(site: &CallSite, method: &str, cx: &Reader) -> bool {
    let list = site.node.child_by_field_id(field::ARGUMENTS).filter(|_| method == "poll");
    let given = list.and_then(|list| elements(list).into_iter().next());
    given.is_some_and(|argument| {
        let value = if argument.kind_id() == kind::KEYWORD_ARGUMENT {
            argument.child_by_field_id(field::VALUE).unwrap_or(argument)
        } else {
            argument
        };
        matches!(cx.cx.slice(&cx.fold.value(value, site.scope).0), "0" | "0.0")
    })
}

/// The fact of a blocking call in a coroutine.
pub(super) fn call(site: &CallSite, callee: CompactString, what: Blocking, cx: &Reader) -> BlockingCall {
    let sleep = (what == Blocking::Sleep).then(|| event_loop::sleep(site, cx)).flatten();
    BlockingCall {
        range: cx.cx.range(&site.node),
        callee,
        what,
        scope: site.scope,
        tier: site.tier,
        sleep: sleep.map(Box::new),
    }
}
