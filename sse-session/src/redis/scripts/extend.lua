#!lua
-- Gives the value of this revision another time to live.
--
-- KEYS: 1 the value
-- ARGV: 1 revision, 2 time to live in ms
-- Returns 1, or 0 if it is not the current one.
if redis.call('HGET', KEYS[1], 'r') ~= ARGV[1] then
  return 0
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
