"""Prints, as JSON, what mccabe and radon say of every function of the files named on standard input.

Both leave functions out: mccabe what stands below a module-level loop or condition or shares its name with another,
radon what stands in a class inside a function. So each function is also measured on its own, and where a tool does
report it, the script checks that both ways give the same value.

Output: {"functions": {path: [[line, name, mccabe, radon], ...]}, "unparsed": [path, ...], "disputed": [text, ...]}
"""

import ast
import json
import sys

from mccabe import PathGraphingAstVisitor
from radon.visitors import ComplexityVisitor

sys.setrecursionlimit(100_000)


def mccabe_of(node):
    visitor = PathGraphingAstVisitor()
    visitor.preorder(node, visitor)
    (graph,) = visitor.graphs.values()
    return graph.complexity()


def radon_of(node):
    visitor = ComplexityVisitor()
    visitor.visit(node)
    (function,) = visitor.functions
    return function.complexity


def reported_by_mccabe(tree):
    visitor = PathGraphingAstVisitor()
    visitor.preorder(tree, visitor)
    for graph in visitor.graphs.values():
        yield graph.lineno, graph.entity.rpartition(".")[2], graph.complexity()


def reported_by_radon(tree):
    visitor = ComplexityVisitor()
    visitor.visit(tree)
    functions, classes = list(visitor.functions), list(visitor.classes)
    while classes:
        found = classes.pop()
        functions.extend(found.methods)
        classes.extend(found.inner_classes)
    while functions:
        function = functions.pop()
        yield function.lineno, function.name, function.complexity
        functions.extend(function.closures)


def main():
    answer = {"functions": {}, "unparsed": [], "disputed": []}
    for path in sys.stdin.read().splitlines():
        with open(path, "rb") as file:
            source = file.read()
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            answer["unparsed"].append(path)
            continue
        found = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found[node.lineno, node.name] = mccabe_of(node), radon_of(node)
        for column, reported in (0, reported_by_mccabe(tree)), (1, reported_by_radon(tree)):
            for line, name, value in reported:
                # mccabe's other entries are module-level statements.
                if (line, name) in found and found[line, name][column] != value:
                    answer["disputed"].append(f"{path}:{line} {name}: {value} is reported")
        answer["functions"][path] = [[*key, *values] for key, values in sorted(found.items())]
    json.dump(answer, sys.stdout)


main()
