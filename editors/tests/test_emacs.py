"""Emacs with the configuration of docs/editors/emacs.md, and a hand on its keys."""

import os

from pages import blocks
from terminal import Terminal

EMACS = os.environ["ANALYZER_EMACS"]


def command(terminal, name):
    terminal.keys("\x1bx", name, "\r")


def session(environment, project, path, *snippets):
    folder = project.parent / "home/.emacs.d"
    folder.mkdir()
    # Emacs finds the project by its version control.
    (project / ".git").mkdir(exist_ok=True)
    (folder / "init.el").write_text("\n".join(snippets), encoding="utf-8")
    return Terminal([EMACS, "--no-splash", path], project, environment)


def test_findings_follow_the_text_are_read_about_and_fixed(environment, project, seen):
    eglot, fix_all, _ = blocks("emacs", "elisp")
    with session(environment, project, "probe.py", eglot, fix_all) as emacs:
        emacs.wait("[eglot:", "Flymake[0 1]")
        emacs.until("[unused-import]: `json` is imported and never used", press=["\x1bx", "flymake-show-buffer-diagnostics", "\r"])
        command(emacs, "delete-other-windows")
        emacs.keys("\x1bgg5\r")
        command(emacs, "end-of-line")
        command(emacs, "backward-char")
        # Emacs asks for help after a moment's rest.
        emacs.until("A name is imported, and neither", "\nWhy it matters\n", press=["\x1bx", "eldoc-doc-buffer", "\r"])
        seen("emacs-help", emacs.text())
        command(emacs, "delete-other-windows")
        emacs.keys("\x1bx", "eglot-code-actions", "\r")
        emacs.wait("Pick an action", "Remove the import of `json`")
        emacs.keys("\x07")
        command(emacs, "analyzer-fix-all")
        emacs.wait("The probe", without=["import json"])
        seen("emacs-fixed", emacs.text())
        command(emacs, "undo")
        emacs.wait("import json")
        emacs.wait("Flymake[0 1]")


def test_an_import_that_closes_a_cycle_marks_it_and_its_end_clears_it(environment, project, seen):
    eglot, _, everything = blocks("emacs", "elisp")
    with session(environment, project, "cycle/two.py", eglot, everything) as emacs:
        emacs.wait("[eglot:", "x = 1")
        emacs.keys("import cycle.one\r")
        emacs.wait("Flymake[0 1")
        # The other file is not open: its hint comes since the mode says so.
        text = emacs.until(
            "[import-cycle]: import cycle `cycle.one`",
            "[import-cycle]: `cycle.one` imports",
            press=["\x1bx", "flymake-show-project-diagnostics", "\r"],
        )
        assert "one.py" in text and "two.py" in text
        seen("emacs-cycle", text)
        command(emacs, "delete-other-windows")
        emacs.keys("\x1b<\x0b\x0b")
        emacs.wait("Flymake[0 0]")
