#!lua flags=no-writes
-- Who is in a set.
--
-- KEYS: 1 the members by the end of their time in ms, 2 by the order of joining, 3 their notes
-- ARGV: 1 how many of the first to tell
-- Returns {their number, then id, note of each of the first}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local members = { redis.call('ZCOUNT', KEYS[1], '(' .. string.format('%.0f', now), '+inf') }
local left, from = math.min(tonumber(ARGV[1]), members[1]), 0
while left > 0 do
  local ids = redis.call('ZRANGE', KEYS[2], from, from + 63)
  if #ids == 0 then
    break
  end
  from = from + #ids
  for _, id in ipairs(ids) do
    if left > 0 and tonumber(redis.call('ZSCORE', KEYS[1], id) or '0') > now then
      left = left - 1
      members[#members + 1] = id
      members[#members + 1] = redis.call('HGET', KEYS[3], id) or ''
    end
  end
end
return members
