-- before: limits by count are not judged
SELECT commit_rows('{"counts": [{"investor_id": "00000000-0000-0000-0000-000000000000", "kind": "ApiKey", "stage": "active", "most": -1}]}') = '';

-- after: more than there may be is refused, by the name of the rule
SELECT commit_rows('{"counts": [{"investor_id": "00000000-0000-0000-0000-000000000000", "kind": "ApiKey", "stage": "active", "most": -1}]}') = 'within_count';

-- after: as many as there may be are taken
SELECT commit_rows('{"counts": [{"investor_id": "00000000-0000-0000-0000-000000000000", "kind": "ApiKey", "stage": "active", "most": 0}]}') = '';
