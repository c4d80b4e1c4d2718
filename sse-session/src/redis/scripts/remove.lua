#!lua
-- Removes a value of the registry if it is what is expected.
--
-- KEYS: 1 the value
-- ARGV: 1 'any', 'absent' or the revision that is expected
-- Returns 1, or 0 if it is another one or there is none.
local current = redis.call('HGET', KEYS[1], 'r')
if not current or (ARGV[1] ~= 'any' and ARGV[1] ~= current) then
  return 0
end
redis.call('DEL', KEYS[1])
return 1
