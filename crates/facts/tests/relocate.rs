//! Imports moved to where their names are used: texts before and after, and texts that are left as they are.

#![expect(clippy::unwrap_used, reason = "a test")]

use analyzer_facts::relocate::{Circumstances, TextEdit, Wanted, move_imports, qualify_imports};
use analyzer_facts::{FileFacts, Limits, TextRange, extract};
use compact_str::CompactString;

fn facts(text: &str) -> FileFacts {
    extract(text, Limits::of_time(std::time::Duration::from_secs(60))).unwrap()
}

/// The imports of `p.b` in a text, whole.
fn wanted(facts: &FileFacts) -> Vec<Wanted> {
    let imports = (0..).zip(&facts.imports).filter(|(_, import)| import.module == "p.b");
    imports.map(|(import, _)| Wanted { import, names: Vec::new(), attributes: true }).collect()
}

fn applied(text: &str, edits: &[TextEdit]) -> String {
    let mut out = text.to_owned();
    for edit in edits.iter().rev() {
        out.replace_range(edit.range.start as usize..edit.range.end as usize, &edit.content);
    }
    let after = facts(&out);
    assert!(after.syntax.is_none(), "does not parse any more:\n{out}");
    out
}

fn moved_with(text: &str, taken: &[CompactString]) -> Option<String> {
    let facts = facts(text);
    // Behind the other imports.
    let end = TextRange::new(u32::MAX, u32::MAX);
    let typing = TextEdit { range: end, content: String::new() };
    let circumstances =
        Circumstances { lazy_annotations: facts.lazy_annotations, taken, typing: Some(&typing) };
    let (_, edits) = move_imports(text, &facts, &wanted(&facts), circumstances)?;
    Some(applied(text, &edits))
}

fn moved(text: &str) -> Option<String> {
    moved_with(text, &[])
}

fn qualified(text: &str) -> Option<String> {
    let facts = facts(text);
    let circumstances = Circumstances { lazy_annotations: facts.lazy_annotations, taken: &[], typing: None };
    Some(applied(text, &qualify_imports(text, &facts, &wanted(&facts), "p.b", circumstances)?))
}

#[test]
fn into_the_function_behind_its_docstring() {
    let text =
        "import os\nfrom p.b import g\n\n\ndef f(x):\n    \"\"\"Doc.\"\"\"\n    # why\n    return g(x)\n";
    let after = "import os\n\n\ndef f(x):\n    \"\"\"Doc.\"\"\"\n    from p.b import g\n\n    # why\n    return g(x)\n";
    assert_eq!(moved(text).unwrap(), after);
    assert_eq!(moved(after), None, "applying twice changes nothing more");
}

#[test]
fn each_function_gets_what_it_uses() {
    let text = "from p.b import g, h as k\n\n\ndef f():\n    return g()\n\n\nclass A:\n    async def m(self):\n        def inner():\n            return k(g)\n        return inner\n";
    let after = "def f():\n    from p.b import g\n\n    return g()\n\n\nclass A:\n    async def m(self):\n        from p.b import g, h as k\n\n        def inner():\n            return k(g)\n        return inner\n";
    assert_eq!(moved(text).unwrap(), after);
}

#[test]
fn plain_imports_follow_their_path() {
    let text = "import p.b, os\nimport p.c\n\n\ndef f():\n    return p.b.g(), p.c\n";
    let after = "import os\nimport p.c\n\n\ndef f():\n    import p.b\n\n    return p.b.g(), p.c\n";
    assert_eq!(moved(text).unwrap(), after);
    assert_eq!(moved("import p.b\n\n\ndef f():\n    return p.b.g(), p.c\n"), None);
}

#[test]
fn one_line_functions_and_crlf_stay_what_they_are() {
    let after = moved("from p.b import g\r\n\r\ndef f(): return g()\r\n").unwrap();
    assert_eq!(after, "def f(): from p.b import g; return g()\r\n");
    let after = moved("from p.b import g\r\nx = 1\r\ndef f():\r\n\treturn g()\r\n").unwrap();
    assert_eq!(after, "x = 1\r\ndef f():\r\n\tfrom p.b import g\r\n\r\n\treturn g()\r\n");
}

#[test]
fn a_comment_goes_along() {
    let text = "from p.b import g  # noqa: E402\nx = 1\n\n\ndef f():\n    return g()\n";
    let after = "x = 1\n\n\ndef f():\n    from p.b import g  # noqa: E402\n\n    return g()\n";
    assert_eq!(moved(text).unwrap(), after);
    assert_eq!(moved("from p.b import g  # why\ndef f(): return g()\n"), None);
    assert_eq!(moved("from p.b import (\n    g,  # why\n)\n\ndef f():\n    return g()\n"), None);
}

#[test]
fn under_type_checking() {
    let head = "\"\"\"Doc.\"\"\"\nfrom __future__ import annotations\n\n";
    let text =
        format!("{head}from p.b import G\n\n\ndef f(x: G) -> list[G]:\n    y: G = x\n    return [y]\n");
    let after = format!(
        "{head}from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from p.b import G\n\n\ndef f(x: G) -> list[G]:\n    y: G = x\n    return [y]\n"
    );
    assert_eq!(moved(&text).unwrap(), after);
    // Quoted annotations are lazy in every Python.
    let quoted =
        moved("from typing import Any\nfrom p.b import G\n\ndef f(x: 'G', y: Any):\n    pass\n").unwrap();
    assert!(quoted.contains("from typing import TYPE_CHECKING, Any\n"), "{quoted}");
    assert!(quoted.contains("\nif TYPE_CHECKING:\n    from p.b import G\n"), "{quoted}");
}

#[test]
fn an_existing_block_is_joined() {
    let text = "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nfrom p.b import G\n\nif TYPE_CHECKING:\n  from p.c import H\n\ndef f(x: G, y: H):\n    return isinstance(x, G)\n";
    let after = moved(text).unwrap();
    assert!(after.contains("if TYPE_CHECKING:\n  from p.b import G\n  from p.c import H\n"), "{after}");
    assert!(after.contains("    from p.b import G\n\n    return isinstance(x, G)\n"), "{after}");
    assert_eq!(after.matches("TYPE_CHECKING").count(), 2);
}

#[test]
fn what_may_be_needed_on_import_stays() {
    let lazy = "from __future__ import annotations\nfrom p.b import G\n";
    for text in [
        "from p.b import g\nx = g()\n",
        "from p.b import g\n\nclass A(g):\n    pass\n",
        "from p.b import g\n\ndef f(x=g):\n    pass\n",
        "from p.b import g\n\n@g\ndef f():\n    pass\n",
        "from p.b import g\n\ndef f(x: g):\n    pass\n",
        "from p.b import g\n\nf = lambda: g\n",
        "from p.b import g\n",
        "from p.b import g as g\n\ndef f():\n    return g\n",
        "from p.b import g\n__all__ = ['g']\n\ndef f():\n    return g\n",
        "from p.b import *\n\ndef f():\n    return g\n",
        "try:\n    from p.b import g\nexcept ImportError:\n    g = None\n\ndef f():\n    return g\n",
        "from p.b import g\nfrom q import g\n\ndef f():\n    return g\n",
        "from p.b import g\n\ndef f():\n    global g\n    g = 1\n    return g\n",
        "from p.b import g\n\ndef f(g):\n    return g\n",
        "from p.b import g\n\ndef f():\n    return [g for g in x], g\n",
        "from p.b import g; x = 1\n\ndef f():\n    return g\n",
        "from p.b import g\n\ndef f():\n    return g, globals()\n",
        "from p.b import g\n\ndef f():\n    return g\n\nif __name__ == '__main__':\n    g()\n",
        "from p.b import g\n\ndef f(:\n    return g\n",
        &format!("{lazy}from pydantic import BaseModel\n\ndef f(x: G):\n    pass\n"),
        &format!("{lazy}\n@app.get('/')\ndef f(x: G):\n    pass\n"),
        &format!("{lazy}\nclass A(Base):\n    x: G\n"),
        &format!("{lazy}import typing\n\ndef f(x: G):\n    return typing.get_type_hints(f)\n"),
    ] {
        assert_eq!(moved(text), None, "{text}");
    }
    let text = "from p.b import g\n\ndef f():\n    return g\n";
    assert!(moved(text).is_some());
    assert_eq!(moved_with(text, &["g".into()]), None, "another file imports it from here");
}

#[test]
fn names_of_the_same_statement_can_stay() {
    let text = "from p.b import a, g, z\n\nx = a, z\n\n\ndef f():\n    return g\n";
    let facts = facts(text);
    let wanted = [Wanted { import: 0, names: vec![1], attributes: false }];
    let circumstances = Circumstances { lazy_annotations: false, taken: &[], typing: None };
    let (_, edits) = move_imports(text, &facts, &wanted, circumstances).unwrap();
    assert_eq!(
        applied(text, &edits),
        "from p.b import a, z\n\nx = a, z\n\n\ndef f():\n    from p.b import g\n\n    return g\n"
    );
}

#[test]
fn the_module_instead_of_its_names() {
    let text = "from p.b import g as h  # why\n\nf = lambda x: h(x.h, h=f\"{h}\")\n";
    assert_eq!(qualified(text).unwrap(), "import p.b  # why\n\nf = lambda x: p.b.g(x.h, h=f\"{p.b.g}\")\n");
    for text in [
        "from p.b import g\n\nx = g\n",
        "from p.b import g\n\np = 1\nf = lambda: g\n",
        "from p.b import g\n\nf = lambda p: g\n",
        "from p.b import g\nfrom q import p\n\nf = lambda: g\n",
        "from p.b import g\n\ndef f(x: 'g'):\n    return g\n",
        "import p.b\n\nf = lambda: p.b.g\n",
    ] {
        assert_eq!(qualified(text), None, "{text}");
    }
}
