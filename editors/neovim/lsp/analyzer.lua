-- The language server of analyzer for Neovim 0.11 and later: `vim.lsp.enable('analyzer')`.
return {
  cmd = { 'analyzer', 'server' },
  filetypes = { 'python', 'requirements', 'yaml' },
  root_markers = { 'analyzer.toml', 'pyproject.toml', '.git' },
  settings = { analyzer = { diagnosticMode = 'openFiles' } },
}
