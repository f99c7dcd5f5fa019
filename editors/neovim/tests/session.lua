-- One session with the server, in a Neovim without a user: findings come, follow edits, cross files, and are fixed.
-- Run by crates/cli/tests/editors.rs; ends with an error code and a message if anything is not as it should be.

local project = assert(os.getenv('ANALYZER_PROJECT'))
local program = assert(os.getenv('ANALYZER_PROGRAM'))

local function fail(message)
  io.stderr:write(message .. '\n')
  vim.cmd('cquit 1')
end

local function wait_for(what, condition)
  if not vim.wait(60000, condition, 20) then
    local seen = {}
    for _, one in ipairs(vim.diagnostic.get(0)) do
      table.insert(seen, ('%s:%d'):format(tostring(one.code or one.user_data), one.lnum))
    end
    fail(what .. ': told are ' .. table.concat(seen, ' '))
  end
end

--- Whether a buffer shows this rule on this line, from 0.
local function shows(buffer, rule, line, severity)
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    local code = one.code or vim.tbl_get(one, 'user_data', 'lsp', 'code')
    if code == rule and one.lnum == line and (not severity or one.severity == severity) then
      return true
    end
  end
  return false
end

local function run()
  local options = { cmd = { program, 'server' } }
  if vim.lsp.enable then
    vim.lsp.config('analyzer', options)
    vim.lsp.enable('analyzer')
  else
    require('analyzer').setup(options)
  end
  vim.cmd('filetype on')

  vim.cmd('edit ' .. project .. '/probe.py')
  local buffer = vim.api.nvim_get_current_buf()
  wait_for('no client', function()
    return #require('analyzer').clients(buffer) == 1
  end)
  local client = require('analyzer').clients(buffer)[1]
  local encoding = client.offset_encoding
  wait_for('the finding of the file as it is on disk', function()
    return shows(buffer, 'unused-import', 4)
  end)

  -- Columns behind characters of several bytes: the server and Neovim agree on what they count.
  vim.api.nvim_buf_set_lines(buffer, 0, 0, false, { "x = 'é🦀'; import probe" })
  wait_for('the finding that moved', function()
    return shows(buffer, 'unused-import', 5) and shows(buffer, 'self-import', 0)
  end)
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    if one.lnum == 0 and one.severity < vim.diagnostic.severity.HINT then
      local text = vim.api.nvim_buf_get_lines(buffer, 0, 1, false)[1]
      if text:sub(one.col + 1, one.end_col) ~= 'probe' then
        fail(('%s counts columns otherwise: %d to %d'):format(encoding, one.col, one.end_col))
      end
    end
  end

  vim.cmd('AnalyzerFixAll')
  wait_for('the fix', function()
    return vim.api.nvim_buf_get_lines(buffer, 5, 6, false)[1] == '    return None'
  end)
  wait_for('the finding that is gone', function()
    return not shows(buffer, 'unused-import', 5)
  end)

  local hover = vim.lsp.buf_request_sync(buffer, 'textDocument/hover', {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    position = { line = 1, character = 5 },
  }, 30000)
  local answer = hover and hover[client.id] and hover[client.id].result
  if not answer or not answer.contents.value:find('cyclomatic complexity', 1, true) then
    fail('no hover: ' .. vim.inspect(hover))
  end

  -- The fixture has cycles of its own; each entry stands on an import.
  vim.cmd('AnalyzerCycles')
  wait_for('the list of cycles', function()
    return #vim.fn.getqflist() > 1
  end)
  for _, entry in ipairs(vim.fn.getqflist()) do
    local path = vim.fn.bufname(entry.bufnr)
    local text = vim.fn.readfile(vim.fn.fnamemodify(path, ':p'))[entry.lnum] or ''
    if not text:find('import', 1, true) then
      fail(('the list of cycles has %s:%d: %s'):format(path, entry.lnum, text))
    end
  end
  vim.cmd('cclose')

  -- An import that closes a cycle marks both files.
  vim.cmd('edit ' .. project .. '/cycle/one.py')
  local one = vim.api.nvim_get_current_buf()
  vim.cmd('edit ' .. project .. '/cycle/two.py')
  local two = vim.api.nvim_get_current_buf()
  wait_for('no client for the second file', function()
    return #require('analyzer').clients(two) == 1
  end)
  vim.api.nvim_buf_set_lines(two, 0, 0, false, { 'import cycle.one' })
  wait_for('the cycle', function()
    return shows(one, 'import-cycle', 0) and shows(two, 'import-cycle', 0)
  end)
  vim.api.nvim_buf_set_lines(two, 0, 1, false, {})
  wait_for('the cycle that is gone', function()
    return not shows(one, 'import-cycle', 0) and not shows(two, 'import-cycle', 0)
  end)

  local before = client.id
  vim.cmd('AnalyzerRestart')
  wait_for('a server that is another one', function()
    local clients = require('analyzer').clients(buffer)
    return #clients == 1 and clients[1].id ~= before
  end)
  vim.cmd('buffer ' .. buffer)
  vim.api.nvim_buf_set_lines(buffer, -1, -1, false, { 'try:', '    f()', 'except:', '    pass' })
  wait_for('a finding of the new server', function()
    return shows(buffer, 'bare-except', vim.api.nvim_buf_line_count(buffer) - 2)
  end)
  vim.cmd('AnalyzerLog')
  if not vim.fn.expand('%:t'):find('log$') then
    fail('no log, but ' .. vim.fn.expand('%'))
  end
  print('ok ' .. encoding)
end

local sound, message = pcall(run)
if not sound then
  fail(tostring(message))
end
vim.cmd('qall!')
