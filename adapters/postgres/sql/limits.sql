-- name: limit_usage
SELECT activity, period, used
  FROM limit_usage
 WHERE investor_id = $1
   AND period = ANY ($2::text[]);
