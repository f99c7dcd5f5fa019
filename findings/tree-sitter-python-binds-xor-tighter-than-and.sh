#!/usr/bin/env bash
# tree-sitter-python reads a ^ b & c as (a ^ b) & c; Python binds & tighter.
# Versions: tree-sitter-python 0.25.0 with tree-sitter 0.26.1 (Python binding); CPython's ast of python3.
# Seen: the left operand of the outermost operator is a ^ b, and the tree has no error.
# Matters here: what an operand is, read off this tree, is wrong for masks and flags.
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



root, error, tree = read("a ^ b & c\n")
outer = root.named_child(0).named_child(0)
left = outer.child_by_field_name("left").text.decode()
print("tree-sitter: left operand", left, "| CPython: left operand", ast.unparse(tree.body[0].value.left))
assert not error and left == "a ^ b"
assert ast.unparse(tree.body[0].value.left) == "a"
PY
