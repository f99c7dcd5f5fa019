"""What the README says to do in a terminal, for commits, on GitHub, in VS Code and in Neovim, done as it says in fresh folders."""

import json
import os
import pathlib
import re
import shutil
import sys

import pytest
from conftest import ROOT, TOOLS, run

BROKEN = "def f():\n    try:\n        g()\n    except:\n        pass\n"


def blocks(language):
    """The fenced blocks of the section "Set it up" in a language, each with the file that it is written to."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.split("\n## Set it up\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(rf"^```{language}(?: file=(\S+))?\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


@pytest.fixture
def project(git):
    repository = git("project")
    repository.write("pyproject.toml", "")
    repository.write("app.py", BROKEN)
    repository.commit("first")
    return repository


def write(repository, name):
    [text] = [text for file, text in blocks("yaml") if file == name]
    repository.write(name, text)
    return repository.folder / name


def test_in_a_terminal(project, tmp_path):
    install, use, *_ = (text for _, text in blocks("bash"))
    # For debugging, from the files that the tests have built: a release takes minutes.
    install = install.replace("cargo install ", f"cargo install --quiet --debug --root {tmp_path / 'cargo'} ")
    run("bash", "-ec", install, cwd=ROOT, env={**os.environ, "CARGO_TARGET_DIR": str(ROOT / "target")})
    environment = {**os.environ, "PATH": f"{tmp_path / 'cargo/bin'}:{os.environ['PATH']}"}
    done = run("bash", "-ec", use, cwd=project.folder, env=environment)
    assert "wrote analyzer.toml" in done.stderr and "No findings (1 in the baseline)" in done.stdout, done
    project.write("new.py", BROKEN)
    assert "new.py:4" in run("bash", "-c", "analyzer check", cwd=project.folder, env=environment, code=1).stdout


def test_as_a_commit_hook(analyzer, hooks, project):
    write(project, ".pre-commit-config.yaml")
    environment = {**hooks, "PATH": f"{analyzer.parent}:{hooks['PATH']}"}
    run("pre-commit", "install", cwd=project.folder, env=environment)
    project.write("new.py", BROKEN)
    told = project.commit("second", code=1, env=environment)
    assert "bare-except" in told.stderr + told.stdout, told
    project.write("new.py", BROKEN.replace("except:", "except KeyError:"))
    project.commit("mended", env=environment)


def test_on_github(hooks, project, tmp_path):
    """The wheel is built as the README says, in a clone and for debugging; the workflow's commands run as on a runner, which has pipx."""
    [wheel] = (text for _, text in blocks("bash") if text.startswith("pip wheel"))
    clone = pathlib.Path(hooks["GIT_CONFIG_KEY_0"].removeprefix("url.file://").removesuffix(".insteadOf"))
    run("bash", "-ec", wheel, cwd=clone, env=hooks)
    ours = write(project, ".github/workflows/analyzer.yml").read_text(encoding="utf-8")
    for page in ("docs/ci.md", "docs/quick-start.md"):
        assert wheel.strip() in (ROOT / page).read_text(encoding="utf-8")
    assert f"file=.github/workflows/analyzer.yml\n{ours}```" in (ROOT / "docs/ci.md").read_text(encoding="utf-8")

    (project.folder / ".github/analyzer").mkdir()
    for file in (clone / "dist").glob("*.whl"):
        shutil.move(file, project.folder / ".github/analyzer")
    environment = {
        **os.environ,
        "PATH": f"{TOOLS / 'venv/bin'}:{tmp_path / 'bin'}:{os.environ['PATH']}",
        "PIPX_HOME": str(tmp_path / "pipx"),
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "PIPX_DEFAULT_PYTHON": sys.executable,
    }
    install, check = re.findall(r"^      - run: (.+)$", ours, re.MULTILINE)
    run("bash", "-ec", install, cwd=project.folder, env=environment)
    run("bash", "-ec", check, cwd=project.folder, env=environment, code=1)
    [log] = json.loads((project.folder / "analyzer.sarif").read_text(encoding="utf-8"))["runs"]
    assert [result["ruleId"] for result in log["results"]] == ["bare-except"]

    (project.folder / ".github/workflows/analyzer.yml").unlink()
    run(tmp_path / "bin/analyzer", "init", project.folder)
    assert (project.folder / ".github/workflows/analyzer.yml").read_text(encoding="utf-8") == ours


def test_in_vs_code(tmp_path):
    """scripts/test-vscode goes on from here: it opens files and looks at what is shown."""
    code = tmp_path / "bin/code"
    code.parent.mkdir()
    server = TOOLS / "vscode/code-server/node_modules/code-server/out/node/entry.js"
    folders = f"--user-data-dir {tmp_path}/data --extensions-dir {tmp_path}/extensions"
    code.write_text(f'#!/bin/sh\nexec "{TOOLS}/vscode/bin/node" "{server}" {folders} "$@"\n', encoding="utf-8")
    code.chmod(0o755)
    environment = {**os.environ, "PATH": f"{code.parent}:{TOOLS / 'vscode/bin'}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    [commands] = (text for _, text in blocks("bash") if "package-vscode" in text)
    assert f"```bash\n{commands}```" in (ROOT / "docs/editors.md").read_text(encoding="utf-8")
    run("bash", "-ec", commands, cwd=ROOT, env=environment)
    assert "analyzer" in run("code", "--list-extensions", env=environment).stdout


def test_in_neovim(analyzer, project, tmp_path):
    program = TOOLS / "venv/bin/nvim"
    home = tmp_path / "home"
    (home / "src").mkdir(parents=True)
    (home / "src/analyzer").symlink_to(ROOT)
    (home / ".config/nvim").mkdir(parents=True)
    [(_, text)] = blocks("lua")
    (home / ".config/nvim/init.lua").write_text(text, encoding="utf-8")
    look = tmp_path / "look.lua"
    look.write_text("""
        local seen = vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 20)
        for _, one in ipairs(vim.diagnostic.get(0)) do print(one.lnum + 1, one.code) end
        vim.cmd(seen and 'qall!' or 'cquit 1')
    """, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "NVIM", "VIM"))}
    environment = {**kept, "HOME": str(home), "PATH": f"{analyzer.parent}:{os.environ['PATH']}"}
    told = run(program, "--headless", "app.py", "-c", f"luafile {look}", cwd=project.folder, env=environment)
    assert re.search(r"4\s+bare-except", told.stdout + told.stderr), told
