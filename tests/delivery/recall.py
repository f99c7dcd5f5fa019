"""What a repository holds, by regular expressions and `ast` alone: the other side of every figure of recall.

Nothing here knows how the analyser reads a file. As a command, `recall.py ANALYZER FOLDER`, it prints for each kind
how many places there are, how many of them the report names, and those that it does not.
"""

import ast
import json
import pathlib
import re
import subprocess
import sys
import warnings

LEFT_OUT = {".git", "node_modules", ".venv", "venv", "site-packages", "__pycache__", ".tox", "vendor", "third_party"}
HANDLER = re.compile(r"^[ \t]*except\s*(:|\(?\s*(?:Exception|BaseException)\b[^:]*:)")
BACKUP = re.compile(
    r"(?i)(\.(bak|backup|old|orig|save|swp|deprecated|disabled)\d*([_.-][\w-]+)?|~|[_.-](old|bak|backup|orig)\.py| \(\d+\)\.py| copy\.py)$|^_trash_"
)
ADDRESS = re.compile(r"(?:(?<=://)|(?<![\w.:/-]))((?:\d{1,3}\.){3}\d{1,3})(?![\w.-]|/\d)")
PERSONAL = re.compile(
    r"(?<![\w./$}:])(/home/(?!\$|\{|<|user\b|username\b|runner\b)[A-Za-z][\w.-]*|/Users/(?!\$|\{|<|Shared\b|user\b|username\b)[A-Za-z][\w.-]*)/[\w.-]+"
)
CONFIGURATION = {".yaml", ".yml", ".json", ".sh", ".bash"}


def files(root):
    """Every file of a repository, without what others put there."""
    for path in sorted(pathlib.Path(root).rglob("*")):
        inside = path.relative_to(root)
        if not LEFT_OUT.intersection(inside.parts) and path.is_file() and not path.is_symlink():
            yield path, inside.as_posix()


def text_of(path):
    return path.read_text(encoding="utf-8", errors="replace")


def parsed(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            return None


def handlers(root):
    """Each `except:`, `except Exception` and `except BaseException`: path, line, and whether a comment stands in it."""
    for path, name in files(root):
        if path.suffix != ".py":
            continue
        text = text_of(path)
        tree = parsed(text)
        if tree is not None:
            lines = text.splitlines()
            for node in ast.walk(tree):
                if isinstance(node, ast.ExceptHandler) and (node.type is None or broad(node.type)):
                    yield name, node.lineno, any("#" in line for line in lines[node.lineno - 1 : node.end_lineno])
            continue
        inside = None
        for number, line in enumerate(text.splitlines(), 1):
            if inside is None and HANDLER.match(line):
                yield name, number, "#" in line
            for quotes in re.findall(r'"""|\'\'\'', line):
                inside = quotes if inside is None else None if inside == quotes else inside


def broad(kind):
    names = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(isinstance(one, ast.Name) and one.id in ("Exception", "BaseException") for one in names)


def backups(root):
    return {name for path, name in files(root) if BACKUP.search(path.name)}


def addresses(root):
    """Addresses of machines in YAML, JSON and shell: path, line. Loopback, netmasks, networks and versions are none."""
    for path, name in files(root):
        if path.suffix not in CONFIGURATION:
            continue
        for number, line in enumerate(text_of(path).splitlines(), 1):
            if line.lstrip().startswith(("#", "//")) or len(line) > 2000:
                continue
            for found in ADDRESS.finditer(line):
                parts = [int(part) for part in found[1].split(".")]
                if max(parts) <= 255 and is_machine(parts) and not re.search(r"(?i)version|subnet|netmask|mask", line):
                    yield name, number


def is_machine(parts):
    if parts[0] in (0, 127, 255) or parts[0] >= 224 or parts[3] in (0, 255):
        return False
    documentation = ([192, 0, 2], [198, 51, 100], [203, 0, 113])
    known = ([1, 1, 1, 1], [8, 8, 8, 8], [8, 8, 4, 4], [1, 0, 0, 1], [9, 9, 9, 9])
    return parts[:3] not in documentation and parts not in known


def personal_paths(root):
    for path, name in files(root):
        if path.suffix in CONFIGURATION:
            for number, line in enumerate(text_of(path).splitlines(), 1):
                if not line.lstrip().startswith("#") and len(line) <= 2000 and PERSONAL.search(line):
                    yield name, number


def missing_imports(root):
    """Absolute imports of modules that would lie in a package of the repository, and do not: path, line, module."""
    names = [name for _, name in files(root)]
    modules = set()
    for name in names:
        if name.endswith((".py", ".pyi", ".so", ".pyx", ".pxd")):
            stem = name.split(".")[0] if not name.endswith(".py") else name[:-3]
            parts = stem.split("/")
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            for start in range(len(parts)):
                for end in range(start + 1, len(parts) + 1):
                    modules.add(".".join(parts[start:end]))
    folders = {name.rpartition("/")[0] for name in names if name.endswith("/__init__.py")}
    packages = {folder.split("/")[-1] for folder in folders if folder.rpartition("/")[0] not in folders}
    declared = declared_names(root)
    for path, name in files(root):
        tree = parsed(text_of(path)) if path.suffix == ".py" else None
        if tree is None:
            continue
        guarded = guarded_lines(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                wanted = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                wanted = [node.module]
            else:
                continue
            for module in wanted:
                top = module.split(".")[0]
                ours = top in packages and top not in sys.stdlib_module_names and top.lower() not in declared
                if ours and module not in modules and node.lineno not in guarded:
                    yield name, node.lineno, module


def declared_names(root):
    found = set()
    for path, _ in files(root):
        if path.name.startswith("requirements") and path.suffix == ".txt":
            found.update(re.findall(r"(?m)^\s*([A-Za-z][\w.-]*)", text_of(path)))
    return {name.lower().replace("-", "_") for name in found}


def guarded_lines(tree):
    """Lines where an import may fail: in a `try`, under a condition, in a handler."""
    inside = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Try, ast.If)):
            inside.update(range(node.lineno, node.end_lineno + 1))
    return inside


class Values:
    """The numbers and texts that names of one file stand for, where one assignment or one default says so."""

    def __init__(self, tree):
        self.known = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                arguments = node.args.posonlyargs + node.args.args
                for argument, default in zip(arguments[::-1], node.args.defaults[::-1]):
                    self.add(argument.arg, default)
                for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults):
                    self.add(argument.arg, default)
            elif isinstance(node, ast.Assign) and len(node.targets) == 1:
                self.add(dotted(node.targets[0]), node.value)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self.add(dotted(node.target), node.value)

    def add(self, name, value):
        if name and value is not None:
            self.known.setdefault(name, []).append(value)

    def of(self, node, depth=0):
        if depth > 6 or node is None:
            return None
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, (int, str)) and not isinstance(node.value, bool) else None
        if isinstance(node, (ast.Name, ast.Attribute)):
            values = self.known.get(dotted(node), [])
            return self.of(values[0], depth + 1) if len(values) == 1 else None
        if isinstance(node, ast.Call) and dotted(node.func) == "int" and len(node.args) == 1:
            value = self.of(node.args[0], depth + 1)
            return int(value) if str(value).isdigit() else None
        if isinstance(node, ast.Call) and dotted(node.func) in ("os.getenv", "os.environ.get") and len(node.args) == 2:
            return self.of(node.args[1], depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            both = self.of(node.left, depth + 1), self.of(node.right, depth + 1)
            return sum(both) if all(isinstance(one, int) for one in both) else None
        return None

    def address(self, node):
        """Host and port of a ZeroMQ address, each as far as it is known."""
        text = ""
        if isinstance(node, ast.JoinedStr):
            for part in node.values:
                value = part.value if isinstance(part, ast.Constant) else self.of(part.value)
                text += "?" if value is None else str(value)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
            words = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            text = str(node.left.value)
            for word in words:
                value = self.of(word)
                text = re.sub(r"%[sd]", "?" if value is None else str(value), text, count=1)
        else:
            text = str(self.of(node) or "")
        return re.fullmatch(r"(tcp|udp|\?)://(.*?):(\d+|\?)", text)


def dotted(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := dotted(node.value)):
        return f"{base}.{node.attr}"
    return None


SERVERS = {
    "HTTPServer", "ThreadingHTTPServer", "TCPServer", "UDPServer", "ThreadingTCPServer", "SimpleXMLRPCServer", "WSGIServer",
    "make_server", "run_simple", "start_server", "create_server", "serve", "run_app",
}  # fmt: skip


def binds(root):
    """Binds whose port is written down in the file: path, line, port, whether the host is a variable of ZeroMQ's."""
    for path, name in files(root):
        text = text_of(path) if path.suffix == ".py" else ""
        tree = parsed(text) if "bind" in text or "port" in text else None
        if tree is None:
            continue
        values = Values(tree)
        has_zmq = re.search(r"(?m)^\s*(import|from)\s+zmq\b", text)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = (dotted(node.func) or getattr(node.func, "attr", "") or "").split(".")[-1]
            keywords = {word.arg: word.value for word in node.keywords}
            port, variable = None, False
            if called == "bind" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Tuple) and len(first.elts) == 2:
                    port = values.of(first.elts[1])
                elif has_zmq and (found := values.address(first)):
                    port = int(found[3]) if found[3].isdigit() else None
                    variable = isinstance(first, (ast.JoinedStr, ast.BinOp)) and "{" in ast.unparse(first).split(":")[1]
            elif called in SERVERS or (called == "run" and "port" in keywords):
                if "port" in keywords:
                    port = values.of(keywords["port"])
                elif node.args and isinstance(node.args[0], ast.Tuple) and len(node.args[0].elts) == 2:
                    port = values.of(node.args[0].elts[1])
                elif called in ("make_server", "start_server", "create_server"):
                    numbers = [values.of(argument) for argument in node.args]
                    port = next((number for number in numbers if isinstance(number, int)), None)
            elif called == "listen" and node.args and "sock" not in (dotted(node.func) or ""):
                port = values.of(node.args[0])
                port = port if isinstance(port, int) and port > 200 else None
            if isinstance(port, int) and 0 < port < 65536:
                yield name, node.lineno, port, variable


def report(analyzer, root, *arguments):
    command = [
        str(analyzer),
        "check",
        "--output-format",
        "json",
        "--no-cache",
        "--include-suppressed",
        *map(str, arguments),
    ]
    done = subprocess.run(command, check=False, cwd=root, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)["findings"]


def places(findings, *rules):
    """Path and line of each finding of these rules, and of the places that are told with it."""
    found = set()
    for finding in findings:
        if finding["rule"] in rules:
            found.add((finding["path"], finding["range"]["start"]["line"]))
            for other in finding["related"]:
                found.add((other["path"], other["range"]["start"]["line"]))
    return found


EXCEPTIONS = ("bare-except", "broad-except", "swallowed-exception", "lost-traceback", "base-exception-not-reraised")


def measure(findings, root):
    """Each kind: the places that there are, and those of them that the report does not name."""
    out = {}
    at = places(findings, *EXCEPTIONS)
    every = list(handlers(root))
    out["handlers"] = every, [one for one in every if one[:2] not in at]
    out["handlers with a comment"] = (
        [one for one in every if one[2]],
        [one for one in every if one[2] and one[:2] not in at],
    )
    named = {path for path, _ in places(findings, "backup-file")}
    every = sorted(backups(root))
    out["backup files"] = every, [one for one in every if one not in named]
    at = places(findings, "unresolved-import")
    every = list(missing_imports(root))
    out["missing imports"] = every, [one for one in every if one[:2] not in at]
    at = places(findings, "hardcoded-ip", "hardcoded-port")
    every = sorted(set(addresses(root)))
    out["addresses"] = every, [one for one in every if one not in at]
    at = places(findings, "hardcoded-path")
    every = sorted(set(personal_paths(root)))
    out["personal paths"] = every, [one for one in every if one not in at]
    known = ports_named(findings)
    every = sorted(set(binds(root)))
    out["ports of binds"] = every, [one for one in every if (one[0], one[2]) not in known]
    return out


def ports_named(findings):
    """Pairs of a file and a number that some finding of the network names."""
    found = set()
    for finding in findings:
        if finding["rule"] in ("hardcoded-port", "port-conflict", "zmq-bind-without-curve", "zmq-topology-mismatch"):
            numbers = set(re.findall(r"\b\d{2,5}\b", finding["message"])) | {str(finding["properties"].get("port", ""))}
            paths = {finding["path"], *(other["path"] for other in finding["related"])}
            found.update((path, int(number)) for path in paths for number in numbers if number.isdigit())
    return found


def main():
    analyzer, root, *more = sys.argv[1:]
    findings = report(analyzer, root, *more)
    for kind, (every, lost) in measure(findings, root).items():
        print(f"{kind}: {len(every) - len(lost)} of {len(every)}")
        for one in lost:
            print("   not named:", *one)


if __name__ == "__main__":
    main()
