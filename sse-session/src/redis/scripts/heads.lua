#!lua flags=no-writes
-- What is known of the heads of some logs.
--
-- KEYS: the heads
-- Returns for each {epoch, offset, tag of the newest record, offset, tag of the newest one that is shown, where
-- that is another one}.
local heads = {}
for number, head in ipairs(KEYS) do
  heads[number] = redis.call('HMGET', head, 'e', 'o', 't', 'v', 'w')
end
return heads
