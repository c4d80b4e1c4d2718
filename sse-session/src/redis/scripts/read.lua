#!lua flags=no-writes
-- Reads records of a log, with the verdict on the position that they follow.
--
-- KEYS: 1 the log's head, 2 its records
-- ARGV: 1 epoch, 2 offset, 3 tag of the position ('' three times: from the earliest), 4 most records,
--       5 most bytes of payload; one record comes in any case
-- Returns {verdict, epoch, offset, tag of the head ('' three times if there is none), 1 if there are more,
-- 1 if there are records that are not shown yet, then id, tag before, payload of each record}.
local known = redis.call('HMGET', KEYS[1], 'e', 'o', 't', 'v', 'w')
local epoch, earliest = known[1], ARGV[1] == ''
if not epoch then
  return { earliest and 'contiguous' or 'unknown', '', '', '', 0, 0 }
end
-- What is not shown yet is as if it were not there.
local newest, newest_tag = known[4] or known[2], known[5] or known[3]
local pending = known[4] and 1 or 0
local through = tonumber(newest)
local page = { 'contiguous', epoch, newest, newest_tag, 0, pending }
if through == 0 then
  page[2], page[3], page[4] = '', '', ''
end

local after, tag = tonumber(ARGV[2]), ARGV[3]
local function gap(verdict)
  page[1] = verdict
  return page
end
if not earliest then
  if ARGV[1] ~= epoch then
    return gap(through == 0 and 'unknown' or 'epoch')
  end
  if after > through then
    -- Somebody was shown it, so enough replicas have it: it is one of them that took over, and has not
    -- heard yet that it may be shown.
    if pending == 1 and after <= tonumber(known[2]) then
      local there = redis.call('XRANGE', KEYS[2], ARGV[2] .. '-' .. tag, ARGV[2] .. '-' .. tag)
      if #there == 1 or (ARGV[2] == known[2] and tag == known[3]) then
        page[2], page[3], page[4] = epoch, ARGV[2], tag
        return page
      end
    end
    return gap('rewound')
  end
  if after == through then
    return tag == newest_tag and page or gap('forked')
  end
end

local from, first = earliest and '-' or ARGV[2] .. '-0', not earliest
local left, bytes = tonumber(ARGV[4]), tonumber(ARGV[5])
while true do
  local entries = redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', 16)
  if #entries == 0 then
    return first and gap('trimmed') or page
  end
  for _, entry in ipairs(entries) do
    local offset, entry_tag = entry[1]:match('^(%d+)-(%d+)$')
    from = '(' .. entry[1]
    local at, skip = tonumber(offset), false
    if first then
      first = false
      if at == after then
        if entry_tag ~= tag then
          return gap('forked')
        end
        skip = true
      elseif at ~= after + 1 then
        return gap('trimmed')
      elseif entry[2][2] ~= tag then
        return gap('forked')
      end
    end
    if at > through then
      return page
    end
    if not skip then
      local payload = entry[2][6]
      if #page > 6 and (left <= 0 or #payload > bytes) then
        page[5] = 1
        return page
      end
      left, bytes = left - 1, bytes - #payload
      page[#page + 1] = entry[1]
      page[#page + 1] = entry[2][2]
      page[#page + 1] = payload
    end
  end
end
