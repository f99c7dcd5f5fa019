"""What the site shows beside docs/: a page for each rule, made from rules/<family>/<name>.md, and the command line's help.

It must not know what a rule does, and writes nothing into the repository.
"""

import os
import pathlib
import posixpath
import re
import subprocess
import tomllib

from mkdocs.structure.files import File

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPOSITORY = "https://github.com/analyzer-py/analyzer/blob/main/"


def rule_pages():
    """Family, name, front matter and text of every rule, in order."""
    for path in sorted(ROOT.glob("rules/*/*.md")):
        _, front, text = path.read_text(encoding="utf-8").split("+++\n", 2)
        yield path.parent.name, path.stem, tomllib.loads(front), text


def facts_of(front):
    """The front matter as lines under the heading."""
    facts = [f"Severity **{front['severity']}**", f"precision {front['precision']}"]
    if front.get("fix", "none") != "none":
        facts.append(f"[{front['fix']} fix](../../fixes.md)")
    if "security-severity" in front:
        facts.append(f"security severity {front['security-severity']}")
    facts.extend(
        f"[CWE-{number}](https://cwe.mitre.org/data/definitions/{number}.html)" for number in front.get("cwe", [])
    )
    lines = [" · ".join(facts)]
    if codes := front.get("replaces"):
        lines += ["", "Stands for " + ", ".join(f"`{code}`" for code in codes) + " of other tools."]
    return "\n".join(lines)


def rule_page(front, text):
    """A rule's page for the site: the marks of its tests stay, since they say what is found."""
    heading, _, body = text.strip().partition("\n")
    marks = "`# finds:` marks a line on which something is reported, with its severity and a part of its message."
    body = body.replace("\n## Examples\n", f"\n## Examples\n\n{marks}\n", 1)
    # On the site the pages of docs/ are at the top.
    body = body.replace("](../../docs/", "](../../")
    return f"{heading}\n\n{facts_of(front)}\n{body}\n"


def plain_fences(text):
    """The highlighter knows languages only: which file a block is, is said above it. Tables are made as this Markdown has them."""
    out, fence = [], ""
    lines = iter(text.split("\n"))
    for line in lines:
        opening = re.fullmatch(r"(`{3,})(\w+)(?: (.+))?", line)
        if fence:
            fence = "" if line == fence else fence
        elif opening:
            fence, language, rest = opening.groups()
            told = [f"`{file}`" for file in re.findall(r"\b(?:file|after)=(\S+)", rest or "")]
            if "fixed" in (rest or "").split():
                told.append("fixed" if told else "Fixed")
            following = next(lines, fence)
            if following == fence:
                # A box without text would look like one that failed to load.
                out.append(f"{', '.join([*told, 'empty'])}.")
                fence = ""
                continue
            out += [f"{', '.join(told)}:", ""] if told else []
            out.append(fence + language)
            line = following
        elif line.startswith("|"):
            # On GitHub a bar in a cell is escaped, in code too; here, not in code.
            line = re.sub(r"`[^`]*`", lambda code: code[0].replace("\\|", "|"), line)
        out.append(line)
    return "\n".join(out)


def rule_index(pages):
    """The table of all rules."""
    rows = ["# Rules", "", "Names of rules and families are what `--select`, `--ignore` and suppressions take.", ""]
    family = None
    for name_of_family, name, front, text in pages:
        if name_of_family != family:
            family = name_of_family
            rows += ["", f"## {family}", "", "| Rule | Severity | What it finds |", "|---|---|---|"]
        summary = text.strip().split("\n\n")[1].replace("\n", " ").replace("|", "\\|")
        rows.append(f"| [`{name}`]({family}/{name}.md) | {front['severity']} | {summary} |")
    return "\n".join(rows) + "\n"


def help_page(analyzer):
    """The help of every command, as it is printed."""
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "80"}

    def ask(*arguments):
        run = subprocess.run([analyzer, *arguments], capture_output=True, text=True, check=True, env=environment)
        return run.stdout.rstrip()

    top = ask("--help")
    listed = re.search(r"^Commands:\n(.*?)\n\n", top, re.MULTILINE | re.DOTALL).group(1)
    commands = [line.split()[0] for line in listed.splitlines() if re.match(r"  \w", line)]
    parts = ["# Command line", "", f"```text\n{top}\n```"]
    for command in commands:
        if command != "help":
            parts += ["", f"## analyzer {command}", "", f"```text\n{ask(command, '--help')}\n```"]
    return "\n".join(parts) + "\n"


def on_files(files, config):
    """Adds the generated pages."""
    pages = list(rule_pages())
    generated = {"rules/index.md": rule_index(pages)}
    for family, name, front, text in pages:
        generated[f"rules/{family}/{name}.md"] = rule_page(front, text)
    generated["command-line.md"] = help_page(os.environ.get("ANALYZER", "analyzer"))
    for path, content in generated.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_config(config):
    """Puts the rules into the navigation, by family."""
    families = {}
    for family, name, _, _ in rule_pages():
        families.setdefault(family, []).append(f"rules/{family}/{name}.md")
    rules = ["rules/index.md", *({family: pages} for family, pages in families.items())]
    for section in config.nav:
        if isinstance(section, dict) and "Rules" in section:
            section["Rules"] = rules
    accuracy = sorted(path.name for path in (ROOT / "docs/accuracy").glob("*.md"))
    for section in config.nav:
        if isinstance(section, dict) and "Going further" in section:
            place = section["Going further"].index("accuracy.md") + 1
            section["Going further"][place:place] = [f"accuracy/{name}" for name in accuracy]
    return config


def on_page_content(html, page, config, files):
    """Short code without blanks is one word."""
    return re.sub(r"<code>([^<\s]{1,32})</code>", r'<code class="word">\1</code>', html)


def on_page_markdown(markdown, page, config, files):
    """Links that leave docs/ lead into the repository, or to the rule's page here."""

    def moved(link):
        target, mark, anchor = link[1].partition("#")
        path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page.file.src_uri), target))
        if not target.startswith("../") or path.startswith("docs/"):
            return link[0]
        if re.fullmatch(r"rules/[\w-]+/[\w-]+\.md", path):
            return f"]({'../' * page.file.src_uri.count('/')}{path}{mark}{anchor})"
        return f"]({REPOSITORY}{path}{mark}{anchor})"

    return re.sub(r"\]\(([^)\s]+)\)", moved, plain_fences(markdown))
