#!lua
-- Shows the records of a log up to an offset, which enough replicas have, and tells those who watch.
--
-- KEYS: 1 the log's head, 2 its records
-- ARGV: 1 epoch, 2 offset, 3 tag of the record to show last, 4 PUBLISH or SPUBLISH, 5 its channel,
--       6 most bytes that are told inline
-- Returns 1 if that record is shown, 0 if it is not there any more.
local known = redis.call('HMGET', KEYS[1], 'e', 'o', 't', 'v', 'w')
local through = tonumber(ARGV[2])
if known[1] ~= ARGV[1] or tonumber(known[2]) < through then
  return 0
end
if not known[4] or tonumber(known[4]) >= through then
  -- Unless another one stands there: one that did not have it took over.
  local there = redis.call('XRANGE', KEYS[2], ARGV[2] .. '-0', '+', 'COUNT', 1)[1]
  local offset, tag = (there and there[1] or ''):match('^(%d+)-(%d+)$')
  return (offset == ARGV[2] and tag ~= ARGV[3]) and 0 or 1
end
if tonumber(known[2]) == through then
  if known[3] ~= ARGV[3] then
    return 0
  end
  redis.call('HDEL', KEYS[1], 'v', 'w')
else
  redis.call('HSET', KEYS[1], 'v', ARGV[2], 'w', ARGV[3])
end

local from, ended = string.format('%.0f-0', tonumber(known[4]) + 1), false
repeat
  local entries = redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', 16)
  ended = #entries == 0
  for _, entry in ipairs(entries) do
    local offset, tag = entry[1]:match('^(%d+)-(%d+)$')
    if tonumber(offset) > through then
      ended = true
      break
    end
    local payload, hint = entry[2][6], 'c'
    if #payload <= tonumber(ARGV[6]) then
      hint = 'a' .. ARGV[1] .. ' ' .. offset .. ' ' .. tag .. ' ' .. entry[2][2] .. '\n' .. payload
    end
    redis.call(ARGV[4], ARGV[5], hint)
    from = '(' .. entry[1]
  end
until ended
return 1
