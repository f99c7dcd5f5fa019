#!/usr/bin/env bash
# tree-sitter-python reads the format of f'{x:=10}' (pad after the sign, width 10) as an assignment x := 10.
# Versions: tree-sitter-python 0.25.0 with tree-sitter 0.26.1 (Python binding); CPython's ast of python3.
# Seen: the interpolation holds a named_expression, has no format_specifier, and the tree has no error; f'{x:=}' has one.
# Matters here: the tree binds a name that the program does not bind, and a sound file with f'{x:=}' seems to be broken.
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

for text in ["f'{x:=10}'\n", "f'{x:=}'\n"]:
    root = parser.parse(text.encode()).root_node
    value = ast.parse(text).body[0].value.values[0]
    print(text.strip(), "| tree-sitter:", root, "| CPython: the format is", ast.unparse(value.format_spec))
    assert value.format_spec.values[0].value.startswith("=")
    assert not any(isinstance(node, ast.NamedExpr) for node in ast.walk(value))
    assert root.has_error or "named_expression" in str(root)

assert not parser.parse(b"f'{x:=10}'\n").root_node.has_error
PY
