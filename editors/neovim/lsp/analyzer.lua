-- The language server of analyzer for Neovim 0.11 and later: `vim.lsp.enable('analyzer')`.
return {
  cmd = { 'analyzer', 'server' },
  filetypes = { 'python', 'requirements', 'yaml' },
  root_dir = function(buffer, start)
    start(require('analyzer').root(vim.api.nvim_buf_get_name(buffer)))
  end,
  settings = { analyzer = { diagnosticMode = 'openFiles' } },
}
