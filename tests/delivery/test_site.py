"""The documentation site: it builds without a warning, its links lead somewhere, its search finds, its samples are valid."""

import functools
import html.parser
import http.server
import json
import os
import pathlib
import re
import shutil
import threading
import urllib.parse

import pytest
from conftest import ROOT, TOOLS, run


@pytest.fixture(scope="module")
def site(analyzer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    environment = {**os.environ, "ANALYZER": str(analyzer), "NO_MKDOCS_2_WARNING": "1"}
    run(TOOLS / "venv/bin/mkdocs", "build", "--strict", "--quiet", "--site-dir", folder, cwd=ROOT, env=environment)
    return folder


class Page(html.parser.HTMLParser):
    """What a page links to, and the anchors that it has."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors, self.loaded = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors.update(filter(None, [attributes.get("id"), attributes.get("name")]))
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if tag in ("script", "img", "iframe") and attributes.get("src"):
            self.loaded.append(attributes["src"])
        if tag == "link" and attributes.get("rel") == "stylesheet":
            self.loaded.append(attributes["href"])


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_elsewhere(site):
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    assert len(pages) > 40
    faults = []
    for path, page in pages.items():
        if path.name == "404.html":
            continue
        faults += [f"{path.relative_to(site)} loads {source}" for source in page.loaded if "//" in source]
        for link in page.links:
            if re.match(r"[a-z]+:", link):
                continue
            target, _, anchor = urllib.parse.unquote(link).partition("#")
            file = pathlib.Path(os.path.normpath(path.parent / target)) if target else path
            file = file / "index.html" if file.is_dir() else file
            if file not in pages and not file.is_file() or file in pages and anchor and anchor not in pages[file].anchors:
                faults.append(f"{path.relative_to(site)}: {link}")
    assert faults == []


def test_no_block_is_taken_for_text(site):
    faults = [path.relative_to(site) for path in site.rglob("*.html") if re.search(r"<(p|li)>[^<]*```", path.read_text(encoding="utf-8"))]
    assert faults == []


LOOK = """
import { createRequire } from "node:module";
const [module, program, site, folder] = process.argv.slice(2);
const { chromium } = createRequire(module)("playwright-core");
const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
const browser = await chromium.launch({ executablePath: program, args });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
const faults = [];
page.on("request", (request) => { if (!request.url().startsWith(site)) faults.push(`asks for ${request.url()}`); });
page.on("pageerror", (error) => faults.push(String(error)));
for (const name of ["", "quick-start/", "ci/", "rules/imports/import-cycle/", "command-line/", "editors/"]) {
  const response = await page.goto(site + name);
  if (response.status() !== 200) faults.push(`${name}: ${response.status()}`);
  await page.screenshot({ path: `${folder}/${name.replaceAll("/", "-") || "index"}.png` });
}
await page.goto(site);
await page.locator(".md-search__input").fill("import cycle");
await page.locator(".md-search-result__item").first().waitFor();
const first = await page.locator(".md-search-result__item a").first().getAttribute("href");
await browser.close();
console.log(JSON.stringify({ faults, first }));
"""


def test_pages_are_shown_and_searched_in_a_browser(site, tmp_path):
    """Pictures of the pages are kept in target/site."""
    pictures = ROOT / "target/site"
    pictures.mkdir(parents=True, exist_ok=True)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=site)
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)))
    (tmp_path / "look.mjs").write_text(LOOK, encoding="utf-8")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        module = ROOT / "editors/vscode/package.json"
        told = run(TOOLS / "vscode/bin/node", tmp_path / "look.mjs", module, program, address, pictures).stdout
        server.shutdown()
    told = json.loads(told)
    assert told["faults"] == []
    assert "rules/imports/import-cycle/" in told["first"], told


def test_every_rule_has_a_page_and_search_finds_it(site):
    rules = sorted(path for path in ROOT.glob("rules/*/*.md"))
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    found = {entry["location"] for entry in index["docs"]}
    for rule in rules:
        assert f"rules/{rule.parent.name}/{rule.stem}/" in found


def test_the_samples_of_the_pages_are_valid(site, tmp_path):
    """Workflows, CI files and hook configurations that a reader copies."""
    samples = re.findall(r"^```yaml file=(\S+)\n(.*?)^```$", "".join(
        (ROOT / page).read_text(encoding="utf-8") for page in ("docs/ci.md", "docs/pre-commit.md")
    ), re.MULTILINE | re.DOTALL)
    schemas = {
        ".github/workflows/analyzer.yml": ["--builtin-schema", "vendor.github-workflows"],
        "azure-pipelines.yml": ["--builtin-schema", "vendor.azure-pipelines"],
        ".gitlab-ci.yml": ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
    }
    assert {name for name, _ in samples} == {*schemas, ".pre-commit-config.yaml"}
    for name, text in samples:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if name in schemas:
            run(TOOLS / "venv/bin/check-jsonschema", *schemas[name], path)
        else:
            run(TOOLS / "venv/bin/pre-commit", "validate-config", path)
    run(TOOLS / "venv/bin/pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")


# The table of properties in GitLab's documentation, "Code Quality report format", which also rules out `./` before a path and a
# byte-order mark; of the two ways to tell the line, ours is the first.
CODE_QUALITY = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": "^[a-z][a-z0-9-]+$"},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": r"^(/|\./|[A-Za-z]:|.*\\\\)"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def test_the_report_for_gitlab_is_what_its_documentation_asks_for(analyzer, monorepo, tmp_path):
    schema, report = tmp_path / "schema.json", tmp_path / "gl-code-quality-report.json"
    schema.write_text(json.dumps(CODE_QUALITY), encoding="utf-8")
    keep = [TOOLS / "venv/bin/check-jsonschema", "--schemafile", schema]
    run(analyzer, "check", monorepo, "--output-format", "gitlab", "-o", report, code=1)
    assert report.read_bytes().startswith(b"[")
    run(*keep, report)
    entries = json.loads(report.read_text(encoding="utf-8"))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) > 4_000
    assert all((monorepo / entry["location"]["path"]).exists() for entry in entries)
    # Nothing to report is a report too.
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean/pyproject.toml").touch()
    run(analyzer, "check", tmp_path / "clean", "--output-format", "gitlab", "-o", report)
    run(*keep, report)
    assert json.loads(report.read_text(encoding="utf-8")) == []
    # The schema is one that refuses.
    wrong = {**entries[0], "location": {**entries[0]["location"], "path": f"./{entries[0]['location']['path']}"}}
    report.write_text(json.dumps([wrong]), encoding="utf-8")
    run(*keep, report, code=1)


def test_the_stage_for_jenkins_is_a_pipelines():
    """docs/ci.md's Groovy is parsed where such a stage stands; test_the_commands_of_the_ci_page_do_what_it_says runs its shell command."""
    [stage] = re.findall(r"^```groovy\n(.*?)^```$", (ROOT / "docs/ci.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    parse = "import sys, tree_sitter as t, tree_sitter_groovy as g; " \
        "sys.exit(t.Parser(t.Language(g.language())).parse(sys.stdin.buffer.read()).root_node.has_error)"
    pipeline = f"pipeline {{\n    agent any\n    stages {{\n{stage}\n    }}\n}}\n"
    for text, code in ((pipeline, 0), (pipeline.replace("]]", "]", 1), 1)):
        run(TOOLS / "venv/bin/python", "-c", parse, input=text, code=code)
    # What the plugin knows: https://www.jenkins.io/doc/pipeline/steps/warnings-ng/
    [gate] = re.findall(r"qualityGates: \[\[(.*?)\]\]", stage)
    assert dict(re.findall(r"(\w+): '?(\w+)'?", gate)) == {"threshold": "1", "type": "NEW", "criticality": "UNSTABLE"}
    [tool] = re.findall(r"sarif\((.*?)\)", stage)
    assert set(dict(re.findall(r"(\w+): '(.*?)'", tool))) == {"id", "name", "pattern"}


def test_the_image_is_run_as_the_ci_page_says(analyzer, git, tmp_path):
    """By a stand-in for Docker that mounts as the Dockerfile and the command say, and starts the program that the image holds."""
    page = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    build, command = re.findall(r"^docker .+$", page, re.MULTILINE)
    # test_wheel.py runs the steps of the Dockerfile.
    assert build == "docker build -t analyzer ."
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "WORKDIR /project\n" in dockerfile and 'ENTRYPOINT ["/analyzer"]\n' in dockerfile
    docker = tmp_path / "bin/docker"
    docker.parent.mkdir()
    docker.write_text(
        '#!/bin/bash\n[[ $1 == run && $2 == --rm && $3 == -v && $4 == *:/project && $5 == analyzer ]] || exit 125\n'
        f'cd "${{4%:/project}}" && exec "{analyzer}" "${{@:6}}"\n', encoding="utf-8",
    )
    docker.chmod(0o755)
    repository = git()
    repository.write("pyproject.toml", "")
    repository.write("app.py", "def f():\n    try:\n        g()\n    except:\n        pass\n")
    environment = {**os.environ, "PATH": f"{docker.parent}:{os.environ['PATH']}"}
    assert "app.py:4" in run("bash", "-c", command, cwd=repository.folder, env=environment, code=1).stdout


def test_every_task_that_the_pages_name_is_one():
    """`cargo xtask …` in running text."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]
    named = {task for page in pages for task in re.findall(r"cargo xtask ([\w-]+)", page.read_text(encoding="utf-8"))}
    told = run("cargo", "xtask", "--help", cwd=ROOT, env={**os.environ, "CARGO_TARGET_DIR": str(ROOT / "target")}).stdout
    assert len(named) >= 4 and named <= set(re.findall(r"^  ([\w-]+) ", told, re.MULTILINE)), (named, told)


def test_the_commands_of_the_ci_page_do_what_it_says(analyzer, git):
    page = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    environment = {**os.environ, "PATH": f"{analyzer.parent}:{os.environ['PATH']}"}
    repository = git()
    repository.write("pyproject.toml", "")
    for part in ("billing", "shop"):
        repository.write(f"services/{part}/app.py", "def f():\n    try:\n        g()\n    except:\n        pass\n")

    def shell(command, code):
        return run("bash", "-c", command, cwd=repository.folder, env=environment, code=code)

    commands = re.findall(r"^ *(?:- )?(?:run: )?(analyzer check .+)$", page, re.MULTILINE)
    commands += re.findall(r"^ +sh '(analyzer .+)'$", page, re.MULTILINE)
    assert len(commands) == 5, commands
    for command in commands:
        shell(command, 0 if "--exit-zero" in command else 1)
        [output] = re.findall(r"-o (\S+)", command)
        assert (repository.folder / output).stat().st_size, command
    for name, count in (("billing", 1), ("shop", 1), ("analyzer", 2)):
        [log] = json.loads((repository.folder / f"{name}.sarif").read_text(encoding="utf-8"))["runs"]
        assert len(log["results"]) == count
    told = (repository.folder / "analyzer.sarif").read_text(encoding="utf-8")
    # What Warnings Next Generation reads: level, message, address and region of each result.
    for result in json.loads(told)["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert result["level"] and result["message"]["text"] and place["artifactLocation"]["uri"] and place["region"]["startLine"]


def test_the_plain_hook_stops_a_commit(analyzer, git):
    page = (ROOT / "docs/pre-commit.md").read_text(encoding="utf-8")
    [hook] = re.findall(r"^```sh\n(#!/bin/sh\n.*?)^```$", page, re.MULTILINE | re.DOTALL)
    environment = {**os.environ, "PATH": f"{analyzer.parent}:{os.environ['PATH']}"}
    repository = git()
    path = repository.folder / ".git/hooks/pre-commit"
    path.write_text(hook, encoding="utf-8")
    path.chmod(0o755)
    repository.write("a.py", "x = 1\n")
    repository.commit("first", env=environment)
    repository.write("a.py", "x = 1\n# TODO: later\n")
    assert "todo-without-ticket" in (told := repository.commit("second", code=1, env=environment)).stdout + told.stderr
    repository.write("a.py", "x = 1\n# TODO(#12): later\n")
    repository.commit("second", env=environment)
