-- Requests of one operation of the billing contract, for wrk: balance, check, or debit with a
-- fresh ref each. Arguments: the operation, the user, the key, the number of this run.

local threads = 0

function setup(thread)
  -- tostring(thread) is not unique across threads, so that they are counted.
  threads = threads + 1
  thread:set("number", threads)
end

local function head(method, path, length)
  local lines = {
    method .. " /internal/billing/" .. path .. " HTTP/1.1",
    "Host: " .. wrk.host .. ":" .. wrk.port,
    "X-Internal-Key: " .. key,
  }
  if length then
    lines[#lines + 1] = "Content-Type: application/json"
    lines[#lines + 1] = "Content-Length: " .. length
  end
  return table.concat(lines, "\r\n") .. "\r\n\r\n"
end

local function prepare_balance()
  prefix = head("GET", "balance?user_id=" .. user)
end

local function prepare_check()
  local body = '{"user_id": "' .. user .. '", "units": 2.0}'
  prefix = head("POST", "check", #body) .. body
end

local function prepare_debit(run)
  local before = '{"user_id": "' .. user .. '", "units": 2.0, "ref": "'
    .. string.format("req-%06d-%02d-", run, number)
  suffix = '", "reason": "chat_message"}'
  prefix = head("POST", "debit", #before + 10 + #suffix) .. before
  sent = 0
end

function init(args)
  local prepare = { balance = prepare_balance, check = prepare_check, debit = prepare_debit }
  user, key = args[2], args[3]
  prepare[args[1]](tonumber(args[4]))
end

function request()
  if not suffix then
    return prefix
  end
  sent = sent + 1
  return prefix .. string.format("%010d", sent) .. suffix
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nsummary {"requests": %d, "microseconds": %d, "bytes": %d, "refused": %d, "broken": %d, "p50": %.1f, "p99": %.1f}\n',
    summary.requests, summary.duration, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
