"""The server as several editors speak to it: each with the capabilities that it announces itself.

pytest-lsp plays the editors; it also checks that the server keeps to what each of them can do. What it does not know
is in capabilities/: as far as it concerns the server, what the LSP package of Sublime Text and Zed announce."""

import asyncio
import json
import os
import pathlib
import sys

import pytest
import pytest_lsp
from conftest import PROGRAM, PROJECT
from lsprotocol import types
from lsprotocol.converters import get_converter
from pages import blocks
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

CAPABILITIES = pathlib.Path(__file__).parent / "capabilities"
EDITORS = [
    "visual_studio_code_v1.65.2",
    "neovim_v0.7.0",
    "neovim_v0.11.0",
    "emacs_v29.1",
    "sublime_v2.13",
    "zed_v0",
]


def uri(path):
    return (PROJECT / path).as_uri()


def sublime():
    """The configuration that the page for Sublime Text has users write."""
    return json.loads(blocks("sublime", "json")[0])["analyzer"]


def announced(name, version):
    """What an editor can do, as it says."""
    file = CAPABILITIES / f"{name}_v{version}.json"
    if not file.exists():
        return client_capabilities(f"{name}@v{version}")
    return get_converter().structure(json.loads(file.read_text()), types.InitializeParams).capabilities


def test_the_page_for_sublime_text_starts_what_is_tested_here():
    assert sublime()["command"] == ["analyzer", "server"]
    assert sublime()["enabled"] and "source.python" in sublime()["selector"]
    [on_save] = json.loads(blocks("sublime", "json")[1])["lsp_code_actions_on_save"].items()
    assert on_save == ("source.fixAll.analyzer", True)


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=[str(PROGRAM), "server"]),
    params=EDITORS,
)
async def client(request, lsp_client: LanguageClient):
    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(_: types.RegistrationParams):
        """Nothing changes outside the editor here."""

    @lsp_client.feature(types.WORKSPACE_DIAGNOSTIC_REFRESH)
    def refresh(_):
        """The tests ask again anyway."""

    @lsp_client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
    def refresh_lenses(_):
        """As above."""

    name, version = request.param.rsplit("_v", 1)
    params = types.InitializeParams(
        process_id=os.getpid(),
        capabilities=announced(name, version),
        initialization_options=sublime()["initialization_options"] if name == "sublime" else None,
        workspace_folders=[types.WorkspaceFolder(uri=PROJECT.as_uri(), name="project")],
    )
    lsp_client.result = await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


async def findings(client, path, wanted):
    """The findings of a document once `wanted` holds of them, pulled or published as the client can."""
    for _ in range(600):
        if client.result.capabilities.diagnostic_provider:
            params = types.DocumentDiagnosticParams(text_document=types.TextDocumentIdentifier(uri=uri(path)))
            report = await client.text_document_diagnostic_async(params)
            items = report.items
        else:
            items = client.diagnostics.get(uri(path), [])
        if wanted(items):
            return items
        await asyncio.sleep(0.05)
    raise AssertionError(f"{path}: {items}")


def opened(client, path, text):
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(
            text_document=types.TextDocumentItem(uri=uri(path), language_id="python", version=1, text=text)
        )
    )


def changed(client, path, version, text):
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=uri(path), version=version),
            content_changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
        )
    )


@pytest.mark.asyncio
async def test_findings_come_follow_edits_and_can_be_fixed(client: LanguageClient):
    text = (PROJECT / "probe.py").read_text()
    opened(client, "probe.py", text)
    found = await findings(client, "probe.py", lambda items: any(one.code == "unused-import" for one in items))
    [idle] = [one for one in found if one.code == "unused-import"]
    assert (idle.range.start.line, idle.source) == (4, "analyzer")
    action = types.CodeActionParams(
        text_document=types.TextDocumentIdentifier(uri=uri("probe.py")),
        range=idle.range,
        context=types.CodeActionContext(diagnostics=[idle]),
    )
    actions = await client.text_document_code_action_async(action)
    assert [one.is_preferred for one in actions] == [True, False, False]
    hover = await client.text_document_hover_async(
        types.HoverParams(
            text_document=types.TextDocumentIdentifier(uri=uri("probe.py")), position=idle.range.start
        )
    )
    assert "unused-import" in hover.contents.value
    lenses = await client.text_document_code_lens_async(
        types.CodeLensParams(text_document=types.TextDocumentIdentifier(uri=uri("probe.py")))
    )
    assert not lenses
    action = types.CodeActionParams(
        text_document=types.TextDocumentIdentifier(uri=uri("probe.py")),
        range=idle.range,
        context=types.CodeActionContext(diagnostics=[], only=["source.fixAll.analyzer"]),
    )
    [fix_all] = await client.text_document_code_action_async(action)
    edits = fix_all.edit.changes or {one.text_document.uri: one.edits for one in fix_all.edit.document_changes}
    [edit] = edits[uri("probe.py")]
    assert edit.range.start.line == 4 and "json" not in edit.new_text
    changed(client, "probe.py", 2, "x = 1\n")
    await findings(client, "probe.py", lambda items: not items)


@pytest.mark.asyncio
async def test_a_cycle_marks_both_files_and_its_end_clears_them(client: LanguageClient):
    opened(client, "cycle/one.py", "import cycle.two\n")
    opened(client, "cycle/two.py", "import cycle.one\n")
    on_cycle = lambda items: any(one.code == "import-cycle" for one in items)
    severities = []
    for path in ["cycle/one.py", "cycle/two.py"]:
        found = await findings(client, path, on_cycle)
        severities += [one.severity for one in found if one.code == "import-cycle"]
    hint, warning = sorted(severities, reverse=True)
    assert hint == types.DiagnosticSeverity.Hint
    assert warning < types.DiagnosticSeverity.Information
    changed(client, "cycle/two.py", 2, "x = 1\n")
    for path in ["cycle/one.py", "cycle/two.py"]:
        await findings(client, path, lambda items: not on_cycle(items))


if __name__ == "__main__":
    sys.exit(pytest.main([__file__]))
