#!lua
-- Makes a member of a set, or goes on with one.
--
-- KEYS: 1 the members by the end of their time in ms, 2 by the order of joining, 3 their notes
-- ARGV: 1 id, 2 note, 3 time to live in ms, 4 limit or '', 5 'refuse' or 'evict'
-- Returns {0} if it was refused, or {1, 1 if it is new, then id, note of each that had to go}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
  redis.call('HDEL', KEYS[3], id)
end

local is_member = redis.call('ZSCORE', KEYS[1], ARGV[1])
local joined = { 1, is_member and 0 or 1 }
if ARGV[4] ~= '' then
  local limit, count = tonumber(ARGV[4]), redis.call('ZCARD', KEYS[1])
  if not is_member and count >= limit and (ARGV[5] == 'refuse' or limit == 0) then
    return { 0 }
  end
  local surplus = count + (is_member and 0 or 1) - limit
  if ARGV[5] == 'evict' and surplus > 0 then
    -- One more than may have to go, because the one that joins does not.
    for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, surplus)) do
      if surplus > 0 and id ~= ARGV[1] then
        surplus = surplus - 1
        joined[#joined + 1] = id
        joined[#joined + 1] = redis.call('HGET', KEYS[3], id) or ''
        redis.call('ZREM', KEYS[1], id)
        redis.call('ZREM', KEYS[2], id)
        redis.call('HDEL', KEYS[3], id)
      end
    end
  end
end

redis.call('ZADD', KEYS[1], string.format('%.0f', now + tonumber(ARGV[3])), ARGV[1])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
if not is_member then
  local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')
  redis.call('ZADD', KEYS[2], string.format('%.0f', (tonumber(last[2]) or 0) + 1), ARGV[1])
end
-- The set goes with its last member.
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local ends = string.format('%.0f', tonumber(last[2]))
redis.call('PEXPIREAT', KEYS[1], ends)
redis.call('PEXPIREAT', KEYS[2], ends)
redis.call('PEXPIREAT', KEYS[3], ends)
return joined
