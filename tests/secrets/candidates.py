"""Lists the lines of a project that may hold a credential, by looking at places alone, not at values.

    candidates.py FOLDER

Prints `path:line` with the place's kind, one a line. This is not how the analyser looks: it is a plain walk over Python's own tree by names,
keywords, keys, defaults and positions, and a regular expression over files of configuration. It finds far too much on purpose; reading decides.
"""

import ast
import pathlib
import re
import sys
import warnings

WORD = re.compile(r"(?i)pass|pwd|secret|token|cred|auth|psk|api_?key|access_?key|private_?key|(?:^|_)key$|(?:^|_)pin$")
CALL = re.compile(r"(?i)log_?in|sign_?in|connect|auth|username_pw_set|passw|credential|create_(super)?user|register|encrypt")
URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/@:]*:[^\s/@]+@")
PAIR = re.compile(
    r"(?i)([\w.-]*(?:pass|pwd|secret|token|cred|psk|api_?key|access_?key|private_?key)[\w.-]*)[\"']?\]?\s*[:=]\s*[\"']?([^\s\"',;]+)"
)
KINDS = (".yml", ".yaml", ".toml", ".ini", ".cfg", ".conf", ".json", ".sh", ".env", ".envrc", ".properties")
NO_VALUE = {"null", "none", "true", "false", "{", "[", "|", ">", "{}", "[]", "~"}


def name_of(node):
    """Names what a target, a key or a callee is called."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return name_of(node.slice)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def literals(node):
    """Yields the texts that an expression is or chooses between, those in a call (`SecretStr("...")`) and in a tuple included."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, (str, bytes)) and node.value.strip():
            yield node
    elif isinstance(node, (ast.Tuple, ast.List)):
        for item in node.elts:
            yield from literals(item)
    elif isinstance(node, ast.BoolOp):
        for item in node.values:
            yield from literals(item)
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.Call):
        for item in node.args:
            yield from literals(item)
    elif isinstance(node, ast.Await):
        yield from literals(node.value)


def named(name, value, kind):
    if value is not None and WORD.search(name) and len(name) < 60:
        for literal in literals(value):
            yield literal.lineno, kind


def of_node(node):
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for left, right in zip(target.elts, node.value.elts):
                    yield from named(name_of(left), right, "name")
            else:
                yield from named(name_of(target), node.value, "name")
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
        yield from named(name_of(node.target), node.value, "name")
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values):
            yield from named(name_of(key), value, "key")
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        spec = node.args
        plain = spec.posonlyargs + spec.args
        pairs = list(zip(plain[len(plain) - len(spec.defaults):], spec.defaults)) + list(zip(spec.kwonlyargs, spec.kw_defaults))
        for parameter, value in pairs:
            yield from named(parameter.arg, value, "default")
    elif isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        if any(WORD.search(name_of(side)) for side in sides if not isinstance(side, ast.Constant)):
            for side in sides:
                for literal in literals(side):
                    yield literal.lineno, "compare"
    elif isinstance(node, ast.Call):
        callee = name_of(node.func)
        for keyword in node.keywords:
            yield from named(keyword.arg or "", keyword.value, "keyword")
        if callee in ("get", "getenv", "getattr", "pop", "setdefault", "setattr", "add_argument", "option") or WORD.search(callee):
            if any(WORD.search(name_of(item)) for item in node.args if isinstance(item, ast.Constant)):
                for item in [*node.args[1:], *(k.value for k in node.keywords if k.arg == "default")]:
                    for literal in literals(item):
                        yield literal.lineno, "look-up"
        if CALL.search(callee):
            for item in node.args:
                for literal in literals(item):
                    yield literal.lineno, "position"
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and URL.search(node.value):
        yield node.lineno, "url"


def of_python(text):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        yield from of_node(node)


def of_configuration(text):
    for number, line in enumerate(text.split("\n"), 1):
        if any(match[2].lower() not in NO_VALUE for match in PAIR.finditer(line)):
            yield number, "pair"
        if URL.search(line):
            yield number, "url"


def of_folder(folder):
    root = pathlib.Path(folder)
    for path in sorted(root.rglob("*")):
        name = path.name.lower()
        if not path.is_file() or path.is_symlink():
            continue
        if name.endswith((".py", ".pyi")):
            places = of_python
        elif name.endswith(KINDS) or name.startswith((".env", "dockerfile")):
            places = of_configuration
        else:
            continue
        text = path.read_bytes().decode("utf8", "replace")
        for line, kind in sorted(set(places(text))):
            yield str(path.relative_to(root)), line, kind


if __name__ == "__main__":
    for place, number, sort in of_folder(sys.argv[1]):
        print(f"{place}:{number}\t{sort}")
