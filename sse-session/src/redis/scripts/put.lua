#!lua
-- Puts a value of the registry if what is there is what is expected.
--
-- KEYS: 1 the value, 2 the last revision of the store
-- ARGV: 1 value, 2 'any', 'absent' or the revision that is expected, 3 time to live in ms or ''
-- Returns {1, revision}, or {0} or {0, revision, value} of what was there instead.
--
-- A revision is greater than the last one, and at least the time in µs: it grows over removal and expiry,
-- and over the loss of all that the server had.
local current = redis.call('HMGET', KEYS[1], 'r', 'v')
if ARGV[2] == 'absent' and current[1] then
  return { 0, current[1], current[2] }
elseif ARGV[2] ~= 'absent' and ARGV[2] ~= 'any' and current[1] ~= ARGV[2] then
  if current[1] then
    return { 0, current[1], current[2] }
  end
  return { 0 }
end
local time = redis.call('TIME')
local last = tonumber(redis.call('GET', KEYS[2]) or 0)
local revision = string.format('%.0f', math.max(last + 1, time[1] * 1000000 + time[2]))
redis.call('SET', KEYS[2], revision)
redis.call('HSET', KEYS[1], 'r', revision, 'v', ARGV[1])
if ARGV[3] == '' then
  redis.call('PERSIST', KEYS[1])
else
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return { 1, revision }
