#!/usr/bin/env bash
# tree-sitter-python fails on a continuation line left of its block, if an operator ends the line before.
# Versions: tree-sitter-python 0.25.0 with tree-sitter 0.26.1 (Python binding); CPython's ast of python3.
# Seen: (a + NEWLINE b) has an error inside a block; (a NEWLINE + b), as far to the left, has none.
# Matters here: sound files are taken for broken ones; repair has to know that it is the grammar's scanner.
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



before, error_before, _ = read("if x:\n    y = (a +\n  b)\n")
after, error_after, _ = read("if x:\n    y = (a\n  + b)\n")
print("operator before the break: error", error_before, "| after it: error", error_after, "| CPython takes both")
assert error_before and not error_after
PY
