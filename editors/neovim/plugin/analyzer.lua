-- Commands for the language server of analyzer.
if vim.g.loaded_analyzer then
  return
end
vim.g.loaded_analyzer = true

local command = vim.api.nvim_create_user_command
command('AnalyzerFixAll', function()
  require('analyzer').fix_all()
end, { desc = 'Apply every safe fix of this buffer' })
command('AnalyzerCycles', function()
  require('analyzer').cycles()
end, { desc = 'List the import cycles of this project' })
command('AnalyzerRestart', function()
  require('analyzer').restart()
end, { desc = 'Start the language server anew' })
command('AnalyzerLog', function()
  require('analyzer').log()
end, { desc = 'Show the log of the language server' })
