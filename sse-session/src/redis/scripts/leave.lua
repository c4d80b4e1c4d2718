#!lua
-- Ends a membership, if it is there with this note.
--
-- KEYS: 1 the members by the end of their time in ms, 2 by the order of joining, 3 their notes
-- ARGV: 1 id, 2 note
-- Returns 1, or 0 if it is not there, or another one's.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or '0')
if ends <= now or redis.call('HGET', KEYS[3], ARGV[1]) ~= ARGV[2] then
  return 0
end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
return 1
