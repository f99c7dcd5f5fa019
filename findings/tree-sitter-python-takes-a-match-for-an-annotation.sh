#!/usr/bin/env bash
# tree-sitter-python reads match [a, b]: with one case and one assignment as an annotated assignment.
# Versions: tree-sitter-python 0.25.0 with tree-sitter 0.26.1 (Python binding); CPython's ast of python3.
# Seen: the tree is match[a, b]: case(c, d): x = 1, an assignment with a type; no match_statement, no error.
# Matters here: the branch, its captures and its complexity are missing from a tree that claims to be sound.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check tree-sitter==0.26.1 tree-sitter-python==0.25.0
"$work/venv/bin/python" - <<'PY'
import ast

import tree_sitter
import tree_sitter_python

parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))


def read(text):
    """The tree without positions, its own word on errors, and CPython's view of the same text."""
    root = parser.parse(text.encode()).root_node
    return root, root.has_error, ast.parse(text)



root, error, tree = read("match [a, b]:\n    case (c, d):\n        x = 1\n")
inner = root.named_child(0).named_child(0)
print("tree-sitter:", inner.type, "with a", inner.child_by_field_name("type").type, "| CPython:", type(tree.body[0]).__name__)
assert not error and inner.type == "assignment" and inner.child_by_field_name("left").text == b"match [a, b]"
assert isinstance(tree.body[0], ast.Match)
PY
