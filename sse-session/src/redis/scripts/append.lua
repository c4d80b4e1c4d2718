#!lua
-- Appends a record to a log, and tells those who watch: one step, so all of it happens or nothing does.
--
-- KEYS: 1 the log's head, 2 its records, 3 the idempotency key, 4 the fence (3 and 4: the head again if
--       there is none)
-- ARGV: 1 payload, 2 tag, 3 the epoch that the log has if it is made now, 4 most records, 5 maximum age
--       in ms or '', 6 window of the idempotency key in ms or '', 7 revision of the fence or '',
--       8 PUBLISH or SPUBLISH, 9 its channel, 10 ms that an empty log is remembered, 11 most bytes that
--       are told inline, 12 '1' if the record is shown at once, '' if `settle` has to show it
-- Returns 'fenced', or {epoch, offset, tag, 1 if it was there already, 1 if it is shown}.
--
-- The head is a hash: e epoch, o offset and t tag of the newest record; v and w offset and tag of the
-- newest one that is shown, where that is another one; y when the oldest record was appended, at the
-- earliest; k when the last idempotency key is forgotten; x '1' if the keys expire. A record is an entry of a stream with the id
-- OFFSET-TAG and the fields p, the tag of the record before it, a, when it was appended, and d, the payload.
local head, records = KEYS[1], KEYS[2]
local payload, tag = ARGV[1], ARGV[2]
local max_age, window = tonumber(ARGV[5]), tonumber(ARGV[6])

if ARGV[7] ~= '' and redis.call('HGET', KEYS[4], 'r') ~= ARGV[7] then
  return 'fenced'
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', head, 'e', 'o', 't', 'v', 'y', 'k', 'x')
local epoch, previous = known[1], known[3] or '0'

if window then
  -- The key of a log that was lost is none: what was appended with it is lost too.
  local before = redis.call('HMGET', KEYS[3], 'e', 'o', 't')
  if before[1] and before[1] == epoch then
    local shown = not known[4] or tonumber(known[4]) >= tonumber(before[2])
    return { before[1], before[2], before[3], 1, shown and 1 or 0 }
  end
end

if not epoch then
  -- Records without a head are of a log that was lost.
  redis.call('DEL', records)
  epoch = ARGV[3]
end
local offset = string.format('%.0f', (known[2] or 0) + 1)
redis.call('XADD', records, 'MAXLEN', '~', ARGV[4], offset .. '-' .. tag,
  'p', previous, 'a', string.format('%.0f', now), 'd', payload)

local oldest = tonumber(known[5]) or now
if max_age and now - oldest > max_age then
  -- In small steps, because the payloads come along. The new record ends it.
  local from, young = '-', false
  repeat
    for _, entry in ipairs(redis.call('XRANGE', records, from, '+', 'COUNT', 16)) do
      oldest, from = tonumber(entry[2][4]), '(' .. entry[1]
      if now - oldest <= max_age then
        redis.call('XTRIM', records, 'MINID', entry[1])
        young = true
        break
      end
    end
  until young
end

local remembered = tonumber(known[6]) or 0
if window then
  redis.call('HSET', KEYS[3], 'e', epoch, 'o', offset, 't', tag)
  redis.call('PEXPIRE', KEYS[3], ARGV[6])
  remembered = math.max(remembered, now + window)
end
-- Records of a log that nothing is appended to any more go when the youngest is too old; its head stays
-- for as long as somebody may come back to it.
local stays
if max_age then
  stays = math.max(max_age + tonumber(ARGV[10]), remembered - now)
end
redis.call('HSET', head, 'e', epoch, 'o', offset, 't', tag, 'y', string.format('%.0f', oldest),
  'k', string.format('%.0f', remembered), 'x', stays and '1' or '')
if stays then
  redis.call('PEXPIRE', records, ARGV[5])
  redis.call('PEXPIRE', head, string.format('%.0f', stays))
elseif known[7] == '1' then
  redis.call('PERSIST', records)
  redis.call('PERSIST', head)
end

if ARGV[12] == '' then
  if not known[4] then
    redis.call('HSET', head, 'v', known[2] or 0, 'w', previous)
  end
  return { epoch, offset, tag, 0, 0 }
end
if known[4] then
  redis.call('HDEL', head, 'v', 'w')
end
local hint = 'c'
if #payload <= tonumber(ARGV[11]) then
  hint = 'a' .. epoch .. ' ' .. offset .. ' ' .. tag .. ' ' .. previous .. '\n' .. payload
end
redis.call(ARGV[8], ARGV[9], hint)
return { epoch, offset, tag, 0, 1 }
