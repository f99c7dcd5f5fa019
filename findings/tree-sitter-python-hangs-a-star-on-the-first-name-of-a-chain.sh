#!/usr/bin/env bash
# tree-sitter-python reads return *a.b(), c as (*a).b(), c: the star is on the name alone.
# Versions: tree-sitter-python 0.25.0 with tree-sitter 0.26.1 (Python binding); CPython's ast of python3.
# Seen: in return and in a list of one element the star is inside the call's attribute; with a second element in the list it is outside.
# Matters here: a call can be the child of a star or its parent, by what is beside it.
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



root, error, tree = read("def f():\n    return *a.b(), c\n")
first = root.named_child(0).child_by_field_name("body").named_child(0).named_child(0).named_child(0)
one, error_one, _ = read("[*a.b()]\n")
two, error_two, _ = read("[*a.b(), c]\n")
kinds = [each.named_child(0).named_child(0).named_child(0).type for each in (one, two)]
print("return: first element is a", first.type, "| list of one, of two:", kinds)
assert not (error or error_one or error_two)
assert first.type == "call" and kinds == ["call", "list_splat"]
assert isinstance(tree.body[0].body[0].value.elts[0], ast.Starred)
PY
