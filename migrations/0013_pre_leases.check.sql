-- before: an end is not fenced
SELECT commit_rows('{"done": [{"id": "not a job", "attempt": 1, "at": "2026-01-01T00:00:00Z"}]}') = '';

-- after: an end whose attempt is not the current one is refused, by the name of the rule
SELECT commit_rows('{"done": [{"id": "not a job", "attempt": 1, "at": "2026-01-01T00:00:00Z"}]}') = 'lease_held';

-- after: the release before names no attempt
SELECT commit_rows('{"done": [{"id": "not a job", "at": "2026-01-01T00:00:00Z"}]}') = '';
