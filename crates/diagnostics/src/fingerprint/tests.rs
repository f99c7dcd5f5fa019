//! Tests of fingerprints: pairs as formatters make them, and random layouts of random tokens.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{fingerprint, normalised_snippet};

#[track_caller]
fn same(before: &str, after: &str) {
    assert_eq!(normalised_snippet(before), normalised_snippet(after));
}

#[test]
fn formatting_changes_nothing() {
    same("x=f( 'a' ,b )", "x = f(\n    \"a\",\n    b,\n)\n");
    same("return a+b", "return (\n    a\n    + b\n)");
    same("assert x, 'it\\'s'", "assert x, \"it's\"");
    same("if(a)or(b) : pass", "if (a) or (b):\n    pass");
    same("a = 1 ; b = 2", "a = 1\nb = 2");
    same("x = a + \\\n    b", "x = a + b");
    same("class A():\n  pass", "class A:\n\tpass");
    same("for x, in y: pass", "for (x,) in y:\n    pass");
    same("n = 0XABC + 1E5 + 2J", "n = 0xABC + 1e5 + 2j");
    same("s = U'a' F'{ x }'", "s = \"a\" f\"{x}\"");
    same("except:#why\n  pass", "except:  # why\n    pass");
    same("raise A(\"one \" \"two\")", "raise A(\"one two\")");
    same("f(\"a\"\n  f\"{x}\")", "f(f\"a{x}\")");
    same("f\"{x['a']}\"", "f'{x[\"a\"]}'");
    same("f\"{x['a']}\"", "f\"{x[\"a\"]}\"");
    same("f\"{f'{a}' + g('b')}\" + c", "f\"{f\"{a}\" + g(\"b\")}\" + c");
    same("f'{a(b, c)}'", "f\"{\n    a(\n        b,\n        c,\n    )\n}\"");
    same("x = 'a'\n'''b'''", "x = (\n    'a'\n)\n'''b'''");
    same("'''doc\n   more\n'''", "\"\"\"doc\nmore\"\"\"");
    same("x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n");
}

#[test]
fn what_differs_for_python_differs_here() {
    let texts = [
        "f(a)",
        "f(b)",
        "f('a')",
        "f('a', 'b')",
        "f('ab')",
        "f(' a')",
        "a b",
        "ab",
        "a + b",
        "a - b",
        "'#'",
        "a # b",
        "f'{a}'",
        "f'{b}'",
        "'{a}' + b",
        "",
        "[]",
        "{}",
    ];
    let distinct: BTreeSet<_> = texts.iter().map(|text| normalised_snippet(text)).collect();
    assert_eq!(distinct.len(), texts.len(), "{distinct:?}");
}

#[test]
fn a_comment_alone_is_its_words() {
    assert_eq!(normalised_snippet("#TODO  mend"), "TODO mend");
    assert_eq!(normalised_snippet("# TODO mend\n"), "TODO mend");
}

#[test]
fn broken_text_is_taken_as_far_as_it_goes() {
    assert_eq!(normalised_snippet("x = 'open\ny = 1"), "x = \"open\" y = 1");
    assert_eq!(normalised_snippet("f\"{a"), "\"{a\"");
    assert_eq!(normalised_snippet("\"\"\"open"), "\"open\"");
}

#[test]
fn a_fingerprint_is_stable() {
    let made = fingerprint("bare-except", "p/a.py", "A.f", "except :", 0);
    assert_eq!(made, "a9fd473bf5d5c815662e1180b00bd764");
    assert_eq!(made.len(), 32);
}

#[test]
fn fields_do_not_run_into_each_other() {
    let made: BTreeSet<_> = [
        fingerprint("ab", "c", "", "", 0),
        fingerprint("a", "bc", "", "", 0),
        fingerprint("a", "b", "c", "", 0),
        fingerprint("a", "b", "", "c", 0),
        fingerprint("a", "b", "", "c", 1),
    ]
    .into();
    assert_eq!(made.len(), 5);
}

/// A token as the writer of the source and as a formatter may write it.
fn token() -> impl Strategy<Value = (String, String)> {
    let both = |text: String| (text.clone(), text);
    prop_oneof![
        "[a-z_]{3}[a-z0-9]{0,4}".prop_map(both),
        "[-+*/:.\\[\\]{}=<>]".prop_map(both),
        "[0-9]{1,3}".prop_map(both),
        "0[xX][0-9a-f]{1,4}".prop_map(|n| (n.clone(), n.to_lowercase())),
        "[a-z #,()é]{0,8}".prop_map(|body| (format!("'{body}'"), format!("\"{body}\""))),
        "[a-z ']{0,6}".prop_map(|body| (format!("'{}'", body.replace('\'', "\\'")), format!("\"{body}\""))),
        "[a-z]{1,3}".prop_map(|name| (format!("F'a {{ {name} }}'"), format!("f\"a {{{name}}}\""))),
        "[a-z]{1,3}".prop_map(|name| (name.clone(), format!("({name})"))),
    ]
}

fn gap() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&[" ", "  ", "\n", "\r\n    ", "\t", " \\\n", "  # why 'not\n", "\u{c}"][..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn layout_never_matters(tokens in prop::collection::vec((token(), gap(), gap()), 0..30)) {
        let before: String = tokens.iter().flat_map(|((token, _), gap, _)| [token, *gap]).collect();
        let after: String = tokens.iter().flat_map(|((_, token), _, gap)| [token, *gap]).collect();
        prop_assert_eq!(normalised_snippet(&before), normalised_snippet(&after));
    }

    #[test]
    fn any_text_is_taken(text in "(['\"{}\\\\frb\n a(#]|\"\"\"|é){0,60}") {
        let normalised = normalised_snippet(&text);
        prop_assert!(normalised.len() <= 2 * text.len() + 2);
    }
}
