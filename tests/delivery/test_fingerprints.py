"""What is known stays known: findings that nobody touched are recognised again, by fingerprint, baseline and code scanning's hash."""

import json
import shutil
from collections import Counter

import pytest
from conftest import TOOLS, run

UGLY = '''import os, json
from   shop import stock


class Till :
    def open( self,code ) :
        try :
            return json.loads( stock.find( code ) [ 'till' ] )
        except :
            pass

    def close( self ) :
        os.system( f'lock {self.name}' ) ; return True


def pay( order,till,amount ) :
    try : till.open( order.code )
    except Exception : return { 'paid' : False,
        "why" : 'unknown' }
    # TODO: receipts
    return { 'paid' : True }
'''
OTHER = 'def find(code):\n    from shop import till\n    return till.Till().open(code)\n'
RULE = '''+++
severity = "warning"
message = "`json.loads` has no limit"
+++
# no-loads

Input of any size.

```query
(call function: (attribute) @name (#eq? @name "json.loads")) @finding
```

## Examples

### It is found

```python
import json

json.loads("1")  # finds: no-loads
```
'''


@pytest.fixture
def shop(git):
    repository = git("shop")
    repository.write("pyproject.toml", "")
    repository.write("shop/__init__.py", "")
    repository.write("shop/till.py", UGLY)
    repository.write("shop/stock.py", OTHER)
    repository.write(".analyzer/rules/no-loads.md", RULE)
    repository.commit("first")
    return repository


def fingerprints(analyzer, folder, *arguments):
    """How often each rule's fingerprints are found."""
    command = [analyzer, "check", folder, "--no-cache", "--no-baseline", "--exit-zero", "--output-format", "json"]
    report = json.loads(run(*command, *arguments).stdout)
    return Counter((finding["rule"], finding["fingerprint"]) for finding in report["findings"])


def line_hashes(analyzer, folder):
    log = json.loads(run(analyzer, "check", folder, "--no-cache", "--no-baseline", "--exit-zero", "--sarif").stdout)
    results = log["runs"][0]["results"]
    return Counter((result["ruleId"], result["partialFingerprints"]["primaryLocationLineHash"]) for result in results)


def of_today(analyzer, folder):
    """Makes what is found the baseline; the number of findings."""
    run(analyzer, "check", folder, "--write-baseline")
    found = fingerprints(analyzer, folder)
    assert len({rule for rule, _ in found}) >= 4, found
    return found


def nothing_is_new(analyzer, folder):
    told = run(analyzer, "check", folder, "--fail-on", "note").stdout
    assert told.startswith("No findings"), told


def test_lines_inserted_above(analyzer, shop):
    before, hashes = of_today(analyzer, shop.folder), line_hashes(analyzer, shop.folder)
    head, body = UGLY.split("class Till", 1)
    shop.write("shop/till.py", '"""Tills."""\n\n\n' + head + "LIMIT = 3\n\n\nclass Till" + body)
    assert fingerprints(analyzer, shop.folder) == before
    assert line_hashes(analyzer, shop.folder) == hashes
    nothing_is_new(analyzer, shop.folder)


def test_a_file_formatted_by_ruff(analyzer, shop):
    before = of_today(analyzer, shop.folder)
    run(TOOLS / "venv/bin/ruff", "format", "--isolated", shop.folder)
    assert (shop.folder / "shop/till.py").read_text(encoding="utf-8") != UGLY
    assert fingerprints(analyzer, shop.folder) == before
    nothing_is_new(analyzer, shop.folder)


def test_a_whole_repository_formatted_by_ruff(analyzer, monorepo):
    before = fingerprints(analyzer, monorepo)
    run(analyzer, "check", monorepo, "--write-baseline")
    # It leaves alone what it cannot parse, and says so by its exit code.
    run(TOOLS / "venv/bin/ruff", "format", "--isolated", "--quiet", monorepo, code=2)
    after = fingerprints(analyzer, monorepo)
    assert before - after == after - before == Counter()
    nothing_is_new(analyzer, monorepo)


def test_a_file_renamed_by_git(analyzer, shop):
    # Nothing imports it: what names a module is another finding under another name.
    shop.write("shop/stock.py", "def find(code):\n    return code\n")
    of_today(analyzer, shop.folder)
    hashes = line_hashes(analyzer, shop.folder)
    shop("mv", "shop/till.py", "shop/register.py")
    shop.commit("renamed")
    nothing_is_new(analyzer, shop.folder)
    # Code scanning's hash is of the text alone.
    assert line_hashes(analyzer, shop.folder) == hashes


def test_a_folder_renamed_by_git(analyzer, monorepo):
    run(analyzer, "check", monorepo, "--select", "exceptions,complexity", "--write-baseline")
    shutil.move(monorepo / "pc2_code/agents", monorepo / "pc2_code/workers")
    nothing_is_new_in = run(analyzer, "check", monorepo, "--select", "exceptions,complexity", "--fail-on", "note").stdout
    assert nothing_is_new_in.startswith("No findings"), nothing_is_new_in[:2_000]


def test_a_message_reworded(analyzer, shop):
    before = of_today(analyzer, shop.folder)
    assert any(rule == "no-loads" for rule, _ in before), before
    page = shop.folder / ".analyzer/rules/no-loads.md"
    page.write_text(RULE.replace("`json.loads` has no limit", "nothing bounds what `json.loads` reads"), encoding="utf-8")
    told = run(analyzer, "check", shop.folder, "--no-baseline", "--exit-zero").stdout
    assert "nothing bounds what" in told, told
    assert fingerprints(analyzer, shop.folder) == before
    nothing_is_new(analyzer, shop.folder)
