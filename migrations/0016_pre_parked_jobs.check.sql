-- allow: require-concurrent-index-creation because no job is parked yet, and unfinished jobs are few

-- before: a job cannot be parked
SELECT NOT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'jobs' AND column_name = 'parked_at');

-- after: what is not parked cannot be resumed
SELECT commit_rows('{"jobs": [{"id": "not a job", "resumes": true}]}') = 'job_parked';
