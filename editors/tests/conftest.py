"""The project and the program that all tests here run with."""

import os
import pathlib
import shutil

import pytest

PROGRAM = pathlib.Path(os.environ["ANALYZER_PROGRAM"])
PROJECT = pathlib.Path(os.environ["ANALYZER_PROJECT"])


@pytest.fixture
def path(tmp_path):
    """A PATH on which the program is `analyzer`, as the pages expect it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "analyzer").symlink_to(PROGRAM)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture
def project(tmp_path):
    """A copy of the project that a test may write to."""
    return pathlib.Path(shutil.copytree(PROJECT, tmp_path / "project"))


@pytest.fixture
def environment(tmp_path, path):
    """A user without any configuration."""
    home = tmp_path / "home"
    home.mkdir()
    folders = {f"XDG_{name}_HOME": str(home) for name in ["CONFIG", "CACHE", "DATA", "STATE"]}
    return {**os.environ, **folders, "HOME": str(home), "PATH": path}


@pytest.fixture
def seen(request):
    """Keeps what stood on a screen, where a folder for that is given."""
    folder = os.environ.get("ANALYZER_SCREENS")

    def keep(name, text):
        if folder:
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            (pathlib.Path(folder) / f"{name}.txt").write_text(text + "\n", encoding="utf-8")

    return keep
