"""Runs the extension in a runtime for WebAssembly, as Zed does: what it starts, and which settings it hands on.

It must not know how the extension finds out. The settings are those of docs/editors/zed.md."""

import json
import pathlib
import re
import sys
import tomllib

from wasmtime import Engine, Store, WasiConfig
from wasmtime.component import Component, Linker, ResourceHost, ResourceType, Variant

ROOT = pathlib.Path(__file__).resolve().parents[3]
SERVER = "analyzer"
WORKTREE, PROJECT, STORE = 1, 2, 3


class Zed:
    """As much of Zed as the extension asks for: a worktree, the programs on its PATH, and its settings."""

    def __init__(self, file, settings, programs):
        self.store = Store(Engine())
        wasi = WasiConfig()
        wasi.env = [("PWD", "/")]
        self.store.set_wasi(wasi)
        component = Component.from_file(self.store.engine, file)
        linker = Linker(self.store.engine)
        linker.add_wasip2()

        def setting(category, key):
            return json.dumps(settings.get(category, {}).get(key, {}))

        with linker.root() as root:
            # They bring types only.
            for name in ["common", "context-server", "dap", "lsp", "process", "slash-command"]:
                root.add_instance(f"zed:extension/{name}").close()
            for name, kind in [("worktree", WORKTREE), ("project", PROJECT), ("key-value-store", STORE)]:
                root.add_resource(name, ResourceType.host(kind), lambda *_: None)
            root.add_func("get-settings", lambda _, at, *name: Variant("ok", setting(*name)))
            answers = {
                "id": lambda: 7,
                "which": programs.get,
                "shell-env": lambda: [("HOME", "/home/user")],
            }
            for name, find in answers.items():
                root.add_func(f"[method]worktree.{name}", borrowed(find))
        self.instance = linker.instantiate(self.store, component)
        self.call("init-extension")

    def call(self, name, *arguments):
        function = self.instance.get_func(self.store, name)
        result = function(self.store, *arguments)
        function.post_return(self.store)
        return result

    def ask(self, name):
        """The extension's answer to a question about the server in the worktree."""
        worktree = ResourceHost.borrow(1, WORKTREE)
        return self.call(f"language-server-{name}", SERVER, worktree.to_any(self.store))


def borrowed(find):
    """A method of what is lent for the call, and has to be given back."""

    def method(store, lent, *arguments):
        lent.drop(store)
        return find(*arguments)

    return method


def main(file):
    page = (ROOT / "docs/editors/zed.md").read_text(encoding="utf-8")
    settings = json.loads(re.search(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[1])
    configured = settings["lsp"]["analyzer"]

    zed = Zed(file, {}, {"analyzer": "/usr/bin/analyzer"})
    command = zed.ask("command")
    assert (command.command, command.args) == ("/usr/bin/analyzer", ["server"]), vars(command)
    assert command.env == [("HOME", "/home/user")], vars(command)
    assert zed.ask("initialization-options").payload is None
    assert zed.ask("workspace-configuration").payload is None

    refusal = Zed(file, {}, {}).ask("command")
    assert "not on the PATH" in refusal, refusal

    zed = Zed(file, settings, {"analyzer": "/usr/bin/analyzer"})
    command = zed.ask("command")
    assert (command.command, command.args) == (configured["binary"]["path"], ["server"]), vars(command)
    assert json.loads(zed.ask("initialization-options").payload) == configured["initialization_options"]
    assert json.loads(zed.ask("workspace-configuration").payload) == {"analyzer": configured["settings"]}

    with open(ROOT / "editors/zed/extension.toml", "rb") as manifest:
        [(server, told)] = tomllib.load(manifest)["language_servers"].items()
    assert server == SERVER and "Python" in told["languages"], told
    print("the extension for Zed starts the server and hands its settings on")


if __name__ == "__main__":
    main(sys.argv[1])
