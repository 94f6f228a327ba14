-- Checks one call against the log of calls in the window: a list of times in microseconds, oldest first.
-- KEYS[1] is the log. ARGV[1] is how many calls are allowed, ARGV[2] the window in microseconds.
-- Returns {1 if allowed, otherwise 0; how many more calls are allowed; microseconds until one more is}.

local log, limit, window = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])

-- All callers use the server's clock. If it was set back, time stands still until it has caught up.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local latest = redis.call('LINDEX', log, -1)
if latest then
  now = math.max(now, tonumber(latest))
end

local oldest = redis.call('LINDEX', log, 0)
while oldest and tonumber(oldest) <= now - window do
  redis.call('LPOP', log)
  oldest = redis.call('LINDEX', log, 0)
end

local count = redis.call('LLEN', log)
local allowed = count < limit
if allowed then
  redis.call('RPUSH', log, string.format('%.0f', now))
  redis.call('PEXPIRE', log, math.ceil(window / 1000))
  count = count + 1
end

-- After a limit was lowered, the log may hold more calls than allowed: then several must leave it.
local next_to_leave = redis.call('LINDEX', log, math.max(count - limit, 0))
return {allowed and 1 or 0, math.max(limit - count, 0), tonumber(next_to_leave) + window - now}
