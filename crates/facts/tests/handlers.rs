//! Handlers through the one door of the crate: what they catch, what they do, in whole and in broken texts.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::time::{Duration, Instant};

use analyzer_facts::{
    Caught, FileFacts, Handler, HandlerBody, HandlerForm, HandlerMarks, Limits, Tier, extract,
};

fn facts(text: &str) -> FileFacts {
    extract(text, Limits::of_time(Duration::from_secs(60))).unwrap()
}

fn only(text: &str) -> Handler {
    let facts = facts(text);
    assert_eq!(facts.handlers.len(), 1, "{text}");
    facts.handlers.into_iter().next().unwrap()
}

/// Treatment of the error by a handler of `Exception as e` with this body.
fn body(body: &str) -> HandlerBody {
    let body = body.replace('\n', "\n        ");
    let text = format!("def f():\n    try:\n        x()\n    except Exception as e:\n        {body}\n");
    facts(&text).handlers[0].body
}

#[test]
fn every_path_counts() {
    use HandlerBody::{Leaves, LeavesPartly};
    let cases = [
        ("raise", Leaves),
        ("if a:\n    raise", LeavesPartly),
        ("if a:\n    raise\nraise X from None", Leaves),
        ("if a:\n    raise\nelif b:\n    raise\nelse:\n    raise", Leaves),
        ("if a:\n    raise\nelif b:\n    raise", LeavesPartly),
        ("with a:\n    raise", Leaves),
        ("with suppress(E):\n    raise", LeavesPartly),
        ("with util.safe_reraise():\n    x()", Leaves),
        ("for a in b:\n    raise", LeavesPartly),
        ("for a in b:\n    x()\nelse:\n    raise", Leaves),
        ("for a in b:\n    break\nelse:\n    raise", LeavesPartly),
        ("while True:\n    raise", Leaves),
        ("while True:\n    if a:\n        break\nraise", Leaves),
        ("try:\n    x()\nfinally:\n    raise", Leaves),
        ("try:\n    raise\nfinally:\n    x()", Leaves),
        ("try:\n    raise\nexcept E:\n    pass", LeavesPartly),
        ("try:\n    x()\nexcept E:\n    raise\nelse:\n    raise", Leaves),
        ("match a:\n    case 1:\n        raise\n    case _:\n        raise", Leaves),
        ("match a:\n    case 1:\n        raise", LeavesPartly),
        ("return\nraise", HandlerBody::GoesOn),
        ("def g():\n    raise\nreturn g", HandlerBody::GoesOn),
        ("sys.exit(1)", Leaves),
        ("if a:\n    os._exit(1)\nelse:\n    raise", Leaves),
    ];
    for (text, expected) in cases {
        assert_eq!(body(text), expected, "{text}");
    }
}

#[test]
fn the_exception_escapes_only_as_a_value() {
    use HandlerBody::{Escapes, GoesOn, KeepsTraceback, Logs, Prints};
    let cases = [
        ("errors.append(e)", Escapes),
        ("errors.append(str(e))", GoesOn),
        ("errors.append(f'{e}')", GoesOn),
        ("errors.append('%s' % e)", GoesOn),
        ("errors += [e]", Escapes),
        ("self.error = e", Escapes),
        ("errors[e.code] = 1", GoesOn),
        ("e.code = 1", GoesOn),
        ("return {'error': e}", Escapes),
        ("return {'error': repr(e)}", GoesOn),
        ("return e.code", GoesOn),
        ("yield e", Escapes),
        ("await queue.put((1, e))", Escapes),
        ("if handle(e):\n    return 1", Escapes),
        ("if e.code == 1:\n    return 1", GoesOn),
        ("callback(error=e)", Escapes),
        ("call(e=1)", GoesOn),
        ("e = None", GoesOn),
        ("log.error('x %s', describe(e))", Logs),
        ("print('x', describe(e))", Prints),
        ("fail = lambda: e", Escapes),
        ("tb = e.__traceback__", KeepsTraceback),
        ("future.exception()", GoesOn),
        ("await log.awarning('x')", Logs),
        ("catalog.info(1)", GoesOn),
        ("print(sys.exc_info()[1])", Prints),
        ("self.last = sys.exc_info()[1]", Escapes),
        ("self.last = sys.exc_info()", KeepsTraceback),
        ("log.opt(depth=f(1), exception=e).error('x')", KeepsTraceback),
        ("call(exception=True)", GoesOn),
        ("log.error('x', exc_info=False)", Logs),
    ];
    for (text, expected) in cases {
        assert_eq!(body(text), expected, "{text}");
    }
}

#[test]
fn names_resolve_where_they_are_read() {
    let cases = [
        ("E = Exception\ndef f():\n    try: x()\n    except E: pass\n", Caught::Exception),
        ("def f(E):\n    try: x()\n    except E: pass\nE = Exception\n", Caught::Narrow),
        ("def f(x, *, E=None):\n    try: x()\n    except E: pass\nE = Exception\n", Caught::Narrow),
        ("def f(x=(E,)):\n    try: x()\n    except E: pass\nE = Exception\n", Caught::Exception),
        (
            "class C:\n    E = Exception\n    def f(self):\n        try: x()\n        except E: pass\n",
            Caught::Narrow,
        ),
        ("A = B\nB = A\ntry: x()\nexcept A: pass\n", Caught::Narrow),
        ("A = (B, C)\nB = (BaseException,)\ntry: x()\nexcept A: pass\n", Caught::BaseException),
        ("A = (B,) + (Exception,)\ntry: x()\nexcept A: pass\n", Caught::Exception),
        ("try: x()\nexcept (): pass\n", Caught::Nothing),
        ("try: x()\nexcept Exception, e: pass\n", Caught::Exception),
        ("try: x()\nexcept ValueError, Exception: pass\n", Caught::Exception),
        ("import asyncio as a\ntry: x()\nexcept a.CancelledError: pass\n", Caught::Cancelled),
        ("def f():\n    class Exception(E): pass\ntry: x()\nexcept Exception: pass\n", Caught::Exception),
        ("from other import Exception\ntry: x()\nexcept Exception: pass\n", Caught::Narrow),
        ("from other import Exception\ntry: x()\nexcept: pass\n", Caught::Bare),
    ];
    for (text, expected) in cases {
        assert_eq!(only(text).caught, expected, "{text}");
    }
}

#[test]
fn a_body_that_is_missing_or_broken_is_unknown() {
    let missing = only("try:\n    x()\nexcept Exception:\ny = 1\n");
    assert_eq!((missing.caught, missing.body), (Caught::Exception, HandlerBody::Unknown));
    let broken = only("try:\n    x()\nexcept Exception:\n    y = = 1\n");
    assert_eq!((broken.caught, broken.body), (Caught::Exception, HandlerBody::Unknown));
    assert!(broken.tier > Tier::A && broken.log_site.is_none());
    let excused = only("try:\n    x()\nexcept Exception:\n    log.exception(1)\n    y = = 1\n");
    assert_eq!(excused.body, HandlerBody::KeepsTraceback);
}

#[test]
fn a_text_that_is_broken_throughout_keeps_its_handlers() {
    let text =
        "def f(\n    try:\n        x(\n    except Exception:\n        pass\n    except (:\n  y\n)) = 1 1\n";
    let found = facts(text).handlers;
    assert!(found.iter().any(|handler| handler.range.slice(text) == "except Exception:"), "{found:?}");
    assert!(found.iter().all(|handler| handler.tier > Tier::A));
}

#[test]
fn handlers_are_sorted_and_suppress_is_one_of_them() {
    let text = "from contextlib import suppress\ntry:\n    with suppress(Exception): x()\nexcept* E: pass\nexcept* F: pass\n";
    let facts = facts(text);
    let forms: Vec<_> = facts.handlers.iter().map(|handler| handler.form).collect();
    assert_eq!(forms, [HandlerForm::Suppress, HandlerForm::ExceptStar, HandlerForm::ExceptStar]);
    assert!(facts.handlers.is_sorted_by_key(|handler| handler.range.start));
    assert!(facts.handlers[2].marks.has(HandlerMarks::AFTER_NARROW));
    assert_eq!(facts.handlers[1].range.slice(text), "except* E:");
}

#[test]
fn logging_needs_a_name_that_is_free() {
    let handler = "\n\ndef f():\n    try:\n        x()\n    except Exception:\n        pass\n";
    let site = |head: &str| only(&format!("{head}{handler}")).log_site;
    let named = site("import logging\nLOG = logging.getLogger(__name__)\n").unwrap();
    assert_eq!((named.logger.as_str(), named.define), ("LOG", None));
    let added =
        site("#!/usr/bin/env python\n\"\"\"Doc.\"\"\"\nfrom __future__ import annotations\n").unwrap();
    assert!(added.define.unwrap().import);
    assert!(!site("import logging\n").unwrap().define.unwrap().import);
    assert!(site("logger = 1\n").is_none());
    assert!(site("import structures as logging\n").is_none());
    assert!(site("import os; x = 1\n").is_none());
    let shadowed = "import logging\nlogger = logging.getLogger()\n\ndef f(logger):\n    try:\n        x()\n    except Exception:\n        pass\n";
    assert!(only(shadowed).log_site.is_none());
}

#[test]
fn hostile_texts_take_no_more_than_linear_time() {
    let mut nested = String::new();
    for depth in 0..400 {
        let pad = " ".repeat(depth);
        nested.push_str(&format!("{pad}try: x()\n{pad}except Exception as e:\n"));
    }
    nested.push_str(&format!("{}pass\n", " ".repeat(400)));
    let chained = format!("try: x()\nexcept Exception as e:\n    y = {}e\n", "e + ".repeat(20_000));
    let calls = format!("try: x()\nexcept Exception as e:\n    a{}\n", ".b()".repeat(20_000));
    let aliases: String = (0..2_000).map(|i| format!("A{} = (A{i}, A{i})\n", i + 1)).collect();
    let aliased = format!("{aliases}try: x()\nexcept A2000: pass\n");
    let many = format!("def f():\n{}", "    try: x()\n    except Exception: pass\n".repeat(5_000));
    for (text, count) in [(nested, 400), (chained, 1), (calls, 1), (aliased, 1), (many, 5_000)] {
        let start = Instant::now();
        assert_eq!(facts(&text).handlers.len(), count);
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}
