"""Runs cases of small packages under CPython's own import system, and prints what happened.

Input: JSON, {"cases": [{"modules": {name: [is_package, text]}, "entries": [[name, is_script]]}]}.
Output: a list for each case, with an object for each entry.
"""

import builtins
import importlib
import importlib.machinery
import json
import sys
import traceback


class Anything:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *arguments):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *details):
        return None

    def __iter__(self):
        return iter((self, self))


class Finder:
    modules = {}
    codes = {}

    def find_spec(self, name, path=None, target=None):
        if name not in self.modules:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=self.modules[name][0])

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(self.codes[module.__name__], module.__dict__)

    def purge(self):
        for name in list(sys.modules):
            if name in self.modules:
                del sys.modules[name]


finder = Finder()
sys.meta_path.insert(0, finder)
caught = []
builtins.anything = Anything()
builtins.caught = lambda module: caught.append([module, sys.exc_info()[0].__name__])
builtins.yes, builtins.no = True, False
builtins.once, builtins.never = (builtins.anything,), ()


def start(name, is_script):
    if is_script:
        package = name.rpartition(".")[0]
        exec(finder.codes[name], {"__name__": "__main__", "__package__": package})
    else:
        importlib.import_module(name)


def names_of(module):
    found = {}
    for name, value in vars(module).items():
        if not name.startswith("__"):
            known = getattr(value, "__name__", None) if isinstance(value, type(sys)) else None
            found[name] = known if known in finder.modules else None
    return found


def observe(name, is_script):
    finder.purge()
    caught.clear()
    outcome, at = "ok", None
    try:
        start(name, is_script)
    except Exception as error:
        outcome = type(error).__name__
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename.startswith("case:"):
                at = [frame.filename[5:], frame.lineno]
    loaded = {name: names_of(sys.modules[name]) for name in finder.modules if name in sys.modules}
    return {"outcome": outcome, "at": at, "caught": list(caught), "loaded": loaded}


def main():
    results = []
    for case in json.load(sys.stdin)["cases"]:
        finder.purge()
        finder.modules = case["modules"]
        finder.codes = {
            name: compile(text, "case:" + name, "exec") for name, (_, text) in finder.modules.items()
        }
        results.append([observe(name, is_script) for name, is_script in case["entries"]])
    finder.purge()
    json.dump(results, sys.stdout)


main()
