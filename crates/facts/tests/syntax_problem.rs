//! Messages for a broken file, and their places; and the facts of the code around the damage.
#![expect(clippy::unwrap_used, reason = "a test")]

use analyzer_facts::{FileFacts, Limits, Position, Tier, extract};

fn facts(text: &str) -> FileFacts {
    extract(text, Limits::default()).unwrap()
}

/// The line, from 1, and the message.
fn problem(text: &str) -> Option<(usize, String)> {
    let problem = facts(text).syntax?;
    Some((text[..problem.range.start as usize].matches('\n').count() + 1, problem.message))
}

#[test]
fn messages_name_the_damage() {
    for (text, line, message) in [
        ("x = 1\ntry:\nexcept E:\n    pass\n", 2, "expected an indented block after `try`"),
        ("def f():\nx = 1\n", 1, "expected an indented block after `def`"),
        ("try:\n    a()\nb()\n", 1, "expected `except` or `finally` after `try`"),
        ("a()\nexcept E:\n    pass\n", 2, "`except` without `try`"),
        ("a()\nelse:\n    pass\n", 2, "`else` without `if`"),
        ("f(a\ndef g():\n    pass\n", 1, "unclosed `(`"),
        ("a = b)\n", 1, "unmatched `)`"),
        ("a = 'b\nc = 1\n", 1, "unterminated string"),
        ("a\n=======\nb\n", 2, "merge conflict marker"),
        ("a\n    b\nc\n", 2, "unexpected indent"),
        ("if a:\n    b\n  c\n", 3, "unindent does not match any outer indentation level"),
        ("if a\n    b\n", 1, "expected `:` after `if`"),
        ("@a\nb = 1\n", 1, "expected a definition after a decorator"),
        ("print 'a'\n", 1, "Python 2 print statement"),
        ("exec 'a'\n", 1, "Python 2 exec statement"),
        ("a = b.\nc = 1\n", 1, "the statement is not finished at the end of its line"),
        ("a = 1 2\n", 1, "invalid syntax"),
    ] {
        assert_eq!(problem(text), Some((line, message.to_owned())), "{text}");
    }
}

#[test]
fn python_that_the_grammar_refuses_is_sound() {
    for text in [
        "class A[T: int = str]:\n    pass\n",
        "class A[T = int](B):\n    def f[*U = (1, 2)](self): pass\n",
        "def f():\n    a = (1 +\n2)\n    return a\n",
        "print >> f, 1\n",
        "a = b[*(c for c in d), 1]\n",
        "b[*[1, 2], *-c] = 3\n",
        "a = {**b for b in c}\nd = [*b for b in c], {*b for b in c}, f(*b for b in c)\n",
        "lazy import a\nlazy from .b import (c,\n  d)\nlazy = 1\n",
        "a = f'{\n    b[\"c\"]\n}'\n",
        "def f():\n    a, *(b, c) = d\n    *[e], g = [*[h]] = d\n",
        "a: b[1:2, ::3] = c[*not d, e]\n",
        "a = f'{b:=}{c:=10}{d!r:=>4}', f'''{e:\n}'''\n",
        "def f(*a: *(b or c)): pass\n",
        "if a:\n    \\\n    b\n",
        "with (a := b, *c.d, yield_): e\n",
        "match ...:\n    case a as b:\n        pass\n",
        "if any(a < b\n       for a in c\n       for b in d):\n    pass\n",
        "if a:  # b\n    # c\n    pass\n",
        "\u{feff}import a\n",
        "x = '''\n<<<<<<< a\n'''\n",
        "if a:\n\tb\n\tc\n",
        "",
    ] {
        assert_eq!(problem(text), None, "{text}");
    }
}

#[test]
fn a_message_never_shows_the_code() {
    let facts = facts("password = 'hunter2 = hunter3\ntoken = hunter4 hunter5\n");
    assert!(!facts.syntax.unwrap().message.contains("hunter"));
}

#[test]
fn a_pasted_helper_does_not_end_the_method_around_it() {
    let text = "class A:\n    def m(self):\n        x = f(a,\ndef helper():\n    import h\n    return 1\n              b)\n        import os\n        return x\n    def n(self):\n        import n\n";
    let facts = facts(text);
    let places: Vec<_> =
        facts.imports.iter().map(|i| (i.module.as_str(), facts.qualified_name(i.scope))).collect();
    let expected = [("h", "A.m.helper"), ("os", "A.m"), ("n", "A.n")];
    assert_eq!(places, expected.map(|(module, scope)| (module, scope.to_owned())));
    assert!(facts.imports.iter().all(|import| import.position.has(Position::DEFERRED)));
}

#[test]
fn a_line_that_lost_its_indentation_stays_in_its_function() {
    let facts = facts("def f():\n    a()\nb()\n    import c\n    d()\n");
    assert_eq!(facts.qualified_name(facts.imports[0].scope), "f");
}

#[test]
fn tiers_tell_damaged_code_from_the_rest() {
    let facts = facts("import a\n\n\ndef f():\n    pass\n\n\nimport b\nx = (1\nimport c\n");
    assert_eq!(facts.imports[0].tier, Tier::B);
    assert_eq!(facts.imports.len(), 3);
    assert_eq!(facts.base_tier(), Tier::B);
    assert!(facts.imports.iter().all(|import| import.tier != Tier::A));
}

/// The rest of such a text is read as sound code.
#[test]
fn what_the_compiler_alone_refuses_is_said() {
    for (text, line, message) in [
        ("import a\nreturn a\n", 2, "`return` outside a function"),
        ("def f(a, b, a):\n    pass\n", 1, "parameter twice"),
        ("class A:\n    for a in b:\n        pass\n    break\n", 4, "`break` or `continue` outside a loop"),
        ("x = 1\ny = 0777\n", 2, "number is not well formed"),
        ("f(a=1, b)\n", 1, "positional argument after a keyword"),
        ("import a\nf(**b := 1)\n", 2, "unexpected token"),
        ("import a\ndel b + c\n", 2, "unexpected token after a statement"),
        ("import a\nlambda: *b\n", 2, "an expression is missing"),
        ("def f(a, (b, c)):\n    pass\n", 1, "parameters in parentheses"),
        ("def f():\n    raise E, 'a'\n", 2, "Python 2 raise statement"),
        (
            "import a\ntry:\n    lazy import b\nexcept A: c\n",
            3,
            "lazy import outside the module level, or in a `try`",
        ),
        ("x = 1\n__debug__ = 2\n", 2, "assignment to `__debug__`"),
        ("def f():\n    global a\n    a: int\n", 3, "annotation of a name declared `global` or `nonlocal`"),
        ("match a:\n    case [b] | [c]: d\n", 2, "alternatives that bind different names"),
        ("class A[T, T]: b\n", 1, "type parameter twice"),
        ("try: a\nexcept A, B as e: c\n", 2, "several exception types need parentheses before `as`"),
    ] {
        assert_eq!(problem(text), Some((line, message.to_owned())), "{text}");
        let facts = facts(text);
        assert_eq!(facts.imports.len(), text.matches("import").count());
    }
}
