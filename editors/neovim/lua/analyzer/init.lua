-- The language server of analyzer for Neovim before 0.11, which has no `vim.lsp.enable`, and what the commands do.
-- It must not know findings: the server tells them.

local M = {}

local function defaults()
  return dofile(vim.api.nvim_get_runtime_file('lsp/analyzer.lua', false)[1])
end

local function is_there(path)
  return vim.fn.filereadable(path) == 1 or vim.fn.isdirectory(path) == 1
end

--- True if a folder holds an `analyzer.toml`, or a `pyproject.toml` with a table for analyzer.
local function is_configured(folder)
  if is_there(folder .. '/analyzer.toml') then
    return true
  end
  local pyproject = folder .. '/pyproject.toml'
  if vim.fn.filereadable(pyproject) == 0 then
    return false
  end
  for _, line in ipairs(vim.fn.readfile(pyproject)) do
    if line:gsub('["%s\']', ''):match('^%[+tool%.analyzer[%].]') then
      return true
    end
  end
  return false
end

--- The root of the project that a file belongs to, as `analyzer check` finds it: the nearest folder above that configures
--- analyzer; else the top of the repository; else the outermost folder with a file of a Python project; nil if there is
--- none. So that one client serves all services of a repository.
function M.root(path)
  local folder = vim.fn.fnamemodify(path, ':p:h')
  local home = vim.fn.fnamemodify('~', ':p'):gsub('(.)/$', '%1')
  local outermost
  while folder ~= '' and folder ~= home do
    if is_configured(folder) then
      return folder
    end
    for _, name in ipairs({ 'pyproject.toml', 'setup.cfg', 'setup.py' }) do
      if is_there(folder .. '/' .. name) then
        outermost = folder
      end
    end
    if is_there(folder .. '/.git') then
      return folder
    end
    local above = vim.fn.fnamemodify(folder, ':h')
    if above == folder then
      break
    end
    folder = above
  end
  return outermost
end

--- Clients by the folder of their project.
local started = {}

local function attach(config, buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  if vim.bo[buffer].buftype ~= '' or name == '' then
    return
  end
  local root = M.root(name)
  local options = {
    name = 'analyzer',
    cmd = config.cmd,
    root_dir = root,
    settings = config.settings,
    init_options = config.settings.analyzer,
  }
  if root then
    options.workspace_folders = { { uri = vim.uri_from_fname(root), name = root } }
  end
  local key = root or ''
  local client = started[key]
  if not client or not vim.lsp.get_client_by_id(client) then
    client = vim.lsp.start_client(options)
    started[key] = client
  end
  if client then
    vim.lsp.buf_attach_client(buffer, client)
  end
end

--- Starts the server for every file of the configured types; the fields of `options` replace those of
--- `lsp/analyzer.lua`.
function M.setup(options)
  local config = vim.tbl_deep_extend('force', defaults(), options or {})
  if vim.lsp.config and vim.lsp.enable then
    vim.lsp.config('analyzer', options or {})
    vim.lsp.enable('analyzer')
    return
  end
  local group = vim.api.nvim_create_augroup('analyzer', { clear = true })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = config.filetypes,
    callback = function(event)
      attach(config, event.buf)
    end,
  })
end

--- The clients of this server that a buffer is attached to; all of them without a buffer.
function M.clients(buffer)
  local list = vim.lsp.get_clients or vim.lsp.get_active_clients
  local found = {}
  for _, client in ipairs(list()) do
    if client.name == 'analyzer' and (not buffer or vim.lsp.buf_is_attached(buffer, client.id)) then
      table.insert(found, client)
    end
  end
  return found
end

--- Sends a request in the form that the version of Neovim has.
local function request(client, method, params, handler, buffer)
  if vim.fn.has('nvim-0.11') == 1 then
    client:request(method, params, handler, buffer)
  else
    client.request(method, params, handler, buffer)
  end
end

local function told(err)
  if err then
    vim.notify('analyzer: ' .. (err.message or vim.inspect(err)), vim.log.levels.ERROR)
  end
end

--- Applies every safe fix of a buffer.
function M.fix_all(buffer)
  buffer = buffer or vim.api.nvim_get_current_buf()
  for _, client in ipairs(M.clients(buffer)) do
    local params = { command = 'analyzer.fixAll', arguments = { vim.uri_from_bufnr(buffer) } }
    request(client, 'workspace/executeCommand', params, told, buffer)
  end
end

--- Lists the import cycles of the project, with the place of each import on them.
function M.cycles(buffer)
  buffer = buffer or vim.api.nvim_get_current_buf()
  for _, client in ipairs(M.clients(buffer)) do
    local params = { command = 'analyzer.importGraph', arguments = { vim.uri_from_bufnr(buffer) } }
    request(client, 'workspace/executeCommand', params, function(err, graph)
      told(err)
      if not graph then
        return
      end
      local root = vim.uri_to_fname(graph.root)
      local cycles, items = {}, {}
      for _, node in ipairs(graph.nodes) do
        cycles[node.path] = node.cycle
      end
      for _, edge in ipairs(graph.edges) do
        local cycle = cycles[edge.from]
        if cycle and cycle == cycles[edge.to] and not edge.implicit then
          table.insert(items, {
            filename = root .. '/' .. edge.from,
            lnum = edge.line,
            text = ('cycle %d: imports %s (%s)'):format(cycle + 1, edge.to, edge.kind),
          })
        end
      end
      table.sort(items, function(a, b)
        return a.text < b.text
      end)
      vim.fn.setqflist({}, ' ', { title = 'import cycles', items = items })
      vim.cmd('copen')
    end, buffer)
  end
end

--- Stops the server and starts it again for the buffers that it had.
function M.restart()
  local buffers = {}
  for _, client in ipairs(M.clients()) do
    for buffer in pairs(client.attached_buffers or vim.lsp.get_buffers_by_client_id(client.id)) do
      table.insert(buffers, buffer)
    end
    vim.lsp.stop_client(client.id)
  end
  started = {}
  vim.defer_fn(function()
    for _, buffer in ipairs(buffers) do
      if vim.api.nvim_buf_is_valid(buffer) then
        vim.api.nvim_buf_call(buffer, function()
          vim.cmd('doautocmd FileType ' .. vim.bo.filetype)
        end)
      end
    end
  end, 500)
end

--- Shows what client and server have written to the log.
function M.log()
  local path = vim.lsp.log and vim.lsp.log.get_filename and vim.lsp.log.get_filename() or vim.lsp.get_log_path()
  vim.cmd('tabnew ' .. vim.fn.fnameescape(path))
end

return M
