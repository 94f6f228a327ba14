-- before: it is not known when a request was sent
SELECT NOT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'jobs' AND column_name = 'sent_at');

-- after: what was under way may have been sent
SELECT NOT EXISTS (SELECT FROM jobs WHERE done_at IS NULL AND attempts > 0 AND sent_at IS NULL);
