-- One index look-up per stage, each bounded by the page size.
-- name: search_in_stages
SELECT found.kind, found.state, found.version, found.created_at AS began_at,
       last.at AS moved_at, last.fact AS last_fact
  FROM (SELECT p.*
          FROM unnest($1::text[], $2::text[]) AS wanted(kind, stage)
         CROSS JOIN LATERAL (
               SELECT id, kind, state, version, created_at
                 FROM processes
                WHERE kind = wanted.kind
                  AND stage = wanted.stage
                  AND id < $3::uuid
                ORDER BY id DESC
                LIMIT $4) AS p
         ORDER BY p.id DESC
         LIMIT $4) AS found
  JOIN process_steps last ON last.process_id = found.id AND last.version = found.version
 ORDER BY found.id DESC;

-- name: search_of_investor
SELECT found.kind, found.state, found.version, found.created_at AS began_at,
       last.at AS moved_at, last.fact AS last_fact
  FROM (SELECT id, kind, state, version, created_at
          FROM processes
         WHERE investor_id = $1
           AND kind = $2
           AND ($3::text IS NULL OR stage = $3)
           AND id < $4::uuid
         ORDER BY id DESC
         LIMIT $5) AS found
  JOIN process_steps last ON last.process_id = found.id AND last.version = found.version
 ORDER BY found.id DESC;

-- name: search_by_id
SELECT p.kind, p.state, p.version, p.created_at AS began_at,
       last.at AS moved_at, last.fact AS last_fact
  FROM processes p
  JOIN process_steps last ON last.process_id = p.id AND last.version = p.version
 WHERE p.id = ANY ($1::uuid[])
 ORDER BY p.id DESC;

-- name: search_names
SELECT process_id::text AS id
  FROM provider_names
 WHERE namespace = $1
 ORDER BY value
 LIMIT $2;
