#!lua
-- Removes a log's records up to an offset.
--
-- KEYS: 1 the log's head, 2 its records, 3 the fence (the head again if there is none)
-- ARGV: 1 offset, 2 revision of the fence or '', 3 ms that an empty log is remembered
-- Returns 'fenced' or 'done'.
if ARGV[2] ~= '' and redis.call('HGET', KEYS[3], 'r') ~= ARGV[2] then
  return 'fenced'
end
local known = redis.call('HMGET', KEYS[1], 'o', 'v', 'k')
if not known[1] then
  return 'done'
end
-- What is not shown yet was not handled.
local through = math.min(tonumber(ARGV[1]), tonumber(known[2] or known[1]))
redis.call('XTRIM', KEYS[2], 'MINID', string.format('%.0f-0', through + 1))
if redis.call('EXISTS', KEYS[2]) == 1 and redis.call('XLEN', KEYS[2]) == 0 then
  redis.call('DEL', KEYS[2])
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local stays = math.max(tonumber(ARGV[3]), (tonumber(known[3]) or 0) - now)
  redis.call('HSET', KEYS[1], 'x', '1')
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', stays))
end
return 'done'
