-- before: there is no audit trail
SELECT to_regclass('audit_records') IS NULL;

-- after: every record is sealed or waits for its seal
SELECT NOT EXISTS (
       SELECT
         FROM audit_records r
        WHERE NOT EXISTS (SELECT FROM audit_seals s WHERE s.record_id = r.id)
          AND NOT EXISTS (SELECT FROM audit_pending p WHERE p.record_id = r.id));
