-- name: refuse_delivery
-- Takes the next free slot of the source's minute, if any. The loser of a race for it gets no slot.
  WITH taken AS (SELECT coalesce(max(slot), 0) AS last
                   FROM refused_deliveries
                  WHERE source = $1
                    AND minute = date_trunc('minute', $2::timestamptz)),
       added AS (INSERT INTO refused_deliveries (source, minute, slot, received_at, verdict, body,
                                                 size, sha256, headers, ip)
                 SELECT $1, date_trunc('minute', $2::timestamptz), last + 1, $2, $3, $4,
                        $5, $6, $7::jsonb, $8
                   FROM taken
                  WHERE last < $9
                     ON CONFLICT DO NOTHING
                 RETURNING slot)
SELECT taken.last >= $9 AS is_full,
       (SELECT slot FROM added) AS slot
  FROM taken;

-- name: sweep_refused_deliveries
DELETE FROM refused_deliveries
 WHERE ctid = ANY (ARRAY(SELECT ctid
                           FROM refused_deliveries
                          WHERE received_at < $1
                          ORDER BY received_at
                          LIMIT $2
                            FOR UPDATE SKIP LOCKED));
