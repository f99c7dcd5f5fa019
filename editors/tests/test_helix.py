"""Helix with the configuration of docs/editors/helix.md, and a hand on its keys."""

import os
import subprocess

from pages import blocks
from terminal import Terminal

HELIX = os.environ["ANALYZER_HELIX"]
ESCAPE = "\x1b"


def session(environment, project, path, *snippets):
    folder = project.parent / "home/helix"
    folder.mkdir()
    (folder / "languages.toml").write_text("\n".join(snippets), encoding="utf-8")
    return Terminal([HELIX, path], project, environment)


def test_the_program_is_found(environment, project):
    languages, _ = blocks("helix", "toml")
    folder = project.parent / "home/helix"
    folder.mkdir()
    (folder / "languages.toml").write_text(languages, encoding="utf-8")
    told = subprocess.run([HELIX, "--health", "python"], env=environment, capture_output=True, text=True, check=True)
    assert "✓" in told.stdout and "bin/analyzer" in told.stdout, told.stdout


def test_findings_follow_the_text_are_read_about_and_fixed(environment, project, seen):
    languages, _ = blocks("helix", "toml")
    with session(environment, project, "probe.py", languages) as helix:
        helix.wait("● 1", "import json")
        helix.keys(" ", "d")
        helix.wait("unused-import", "severity", "WARN")
        helix.keys(ESCAPE, "5", "G", "g", "l")
        helix.wait("is imported and never used", "(unused-import)")
        seen("helix-finding", helix.text())
        helix.keys(" ", "k")
        helix.wait("Why it matters", "A name is imported, and neither")
        helix.keys(ESCAPE, " ", "a")
        helix.wait("Remove the import", "Suppress unused-import on this line")
        helix.keys("\r")
        helix.wait("The probe", without=["import json", "(unused-import)"])
        helix.keys("u")
        helix.wait("(unused-import)")


def test_an_import_that_closes_a_cycle_marks_it_and_its_end_clears_it(environment, project, seen):
    languages, _ = blocks("helix", "toml")
    with session(environment, project, "cycle/one.py", languages) as helix:
        helix.wait("import cycle.two")
        helix.keys(*":open cycle/two.py\r")
        helix.wait("x = 1")
        helix.keys("O", *"import cycle.one", ESCAPE)
        helix.wait("import cycle `cycle.one`", "(import-cycle)")
        helix.keys(" ", "D")
        helix.wait("WARN     import-cycle", "HINT     import-cycle", "c/one.py", "c/two.py")
        seen("helix-cycle", helix.text())
        helix.keys(ESCAPE)
        helix.wait("(import-cycle)", without=["severity"])
        helix.keys("x", "d")
        helix.wait("x = 1", without=["(import-cycle)", "●"])


def test_files_that_are_not_open_are_told_of_where_that_is_asked_for(environment, project):
    languages, everything = blocks("helix", "toml")
    # The second block is written in place of the one that it repeats.
    language = languages[languages.index("[[language]]") :]
    with session(environment, project, "cycle/two.py", everything, language) as helix:
        helix.wait("x = 1")
        helix.until("probe.py", "unused-import", press=[ESCAPE, " ", "D", *"%path probe.py"])
