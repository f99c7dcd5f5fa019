"""What the pages of the documentation tell users to write, so that tests run that and nothing else."""

import pathlib
import re

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs/editors"


def blocks(page, language):
    """The blocks of code in a page, in order."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
