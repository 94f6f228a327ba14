-- Counts one try at a secret. KEYS[1] is a hash: the number of tries, and the time of the next allowed one.
-- ARGV[1] is how long to remember it, in milliseconds; ARGV[2..] are the waits after each try, in
-- milliseconds; the last one applies to all further tries.
-- Returns 0 if the try is allowed, otherwise the milliseconds left to wait.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local closed_until = tonumber(redis.call('HGET', KEYS[1], 'until') or '0')
if now < closed_until then
  return closed_until - now
end

local tries = redis.call('HINCRBY', KEYS[1], 'tries', 1)
local wait = tonumber(ARGV[1 + math.min(tries, #ARGV - 1)])
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + wait))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 0
