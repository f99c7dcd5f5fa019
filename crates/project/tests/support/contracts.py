"""Broken contracts as grimp sees them: pairs of names. Reads cases from stdin, writes one list of pairs for each contract."""

import json
import sys

import grimp
from grimp import Layer


def pairs(graph, contract):
    kind = contract["type"]
    if kind in ("layers", "independence"):
        layers = [Layer(*names, independent=independent) for names, independent in contract["layers"]]
        found = graph.find_illegal_dependencies_for_layers(layers=layers)
        return {(one.importer, one.imported) for one in found}
    if kind == "forbidden":
        return {
            (source, target)
            for source in contract["modules"]
            for target in contract["forbidden"]
            if graph.find_shortest_chains(importer=source, imported=target, as_packages=True)
        }
    below = lambda name: {name} | graph.find_descendants(name)
    allowed = {module for name in contract["allowed"] for module in below(name)}
    return {
        (importer, target)
        for target in contract["modules"]
        for module in below(target)
        for importer in graph.find_modules_that_directly_import(module)
        if importer not in allowed and importer not in below(target)
    }


def main():
    answers = []
    for case in json.load(sys.stdin):
        sys.path.insert(0, case["folder"])
        graph = grimp.build_graph(case["package"], cache_dir=None)
        sys.path.pop(0)
        for name in [name for name in sys.modules if name.split(".")[0] == case["package"]]:
            del sys.modules[name]
        answers.append([sorted(pairs(graph, contract)) for contract in case["contracts"]])
    json.dump(answers, sys.stdout)


main()
