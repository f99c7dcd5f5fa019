#!/usr/bin/env bash
# tree-sitter-python reads the line "a," and the next one, "b = 3", as one assignment.
# Versions: tree-sitter-python 0.25.0 with tree-sitter 0.26.1 (Python binding); CPython's ast of python3.
# Seen: two statements of CPython are one assignment to the pattern (a, b), over two lines, without an error.
# Matters here: a statement that only reads a name appears to bind it.
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



root, error, tree = read("a,\nb = 3\n")
statement = root.named_child(0)
print(root.named_child_count, "statement:", statement.named_child(0).child_by_field_name("left").text, "| CPython:", len(tree.body))
assert not error and root.named_child_count == 1 and len(tree.body) == 2
assert statement.named_child(0).child_by_field_name("left").text == b"a,\nb"
PY
