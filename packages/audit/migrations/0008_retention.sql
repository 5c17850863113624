-- Retention: which months may go, what holds them, and the record of those that went.
-- Runs as offramp_audit_owner.

-- How long records are kept at least; the last row counts. Six years is the convention drawn from 45 CFR
-- 164.316(b)(2)(i). The owner of the trail adds a row: INSERT INTO audit.retention_rule (keep) VALUES ('10 years').
CREATE TABLE audit.retention_rule (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  keep interval NOT NULL CHECK (keep >= interval '1 year'),
  set_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  set_by text NOT NULL DEFAULT session_user
);
--> statement-breakpoint
INSERT INTO audit.retention_rule (keep) VALUES ('6 years');
--> statement-breakpoint
-- What must not go although it is old enough: records of a patient, of a time, or of a patient in a time.
CREATE TABLE audit.legal_hold (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject text,
  held_from timestamptz,
  held_to timestamptz,
  reason text NOT NULL CHECK (reason <> ''),
  placed_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  placed_by text NOT NULL DEFAULT session_user,
  CHECK (subject IS NOT NULL OR held_from IS NOT NULL OR held_to IS NOT NULL),
  CHECK (held_from < held_to)
);
--> statement-breakpoint
CREATE TABLE audit.legal_hold_release (
  hold bigint PRIMARY KEY REFERENCES audit.legal_hold (id),
  reason text NOT NULL CHECK (reason <> ''),
  released_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  released_by text NOT NULL DEFAULT session_user
);
--> statement-breakpoint
-- A signed statement for each partition that was dropped. The format is in the README of @offramp/audit.
CREATE TABLE audit.retention (
  number bigint PRIMARY KEY CHECK (number >= 0),
  statement text NOT NULL,
  signature bytea NOT NULL,
  month_to timestamptz NOT NULL,
  -- The transaction that dropped the partition and left a record of it in the trail.
  transaction_id xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id(),
  dropped_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  dropped_by text NOT NULL DEFAULT session_user
);
--> statement-breakpoint
COMMENT ON TABLE audit.retention IS 'Append-only: what left the trail after its time, where it was put, and who did it.';
--> statement-breakpoint
DO $$
DECLARE
  kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['audit.retention_rule', 'audit.legal_hold', 'audit.legal_hold_release', 'audit.retention'] LOOP
    PERFORM audit.guard_table(kept::regclass);
    EXECUTE format('CREATE TRIGGER append_only_row BEFORE UPDATE OR DELETE ON %s
      FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()', kept);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_row', kept);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', kept);
    EXECUTE format('GRANT SELECT ON %s TO offramp_auditor, offramp_audit_sealer, offramp_audit_retainer', kept);
  END LOOP;
END
$$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA audit TO offramp_audit_retainer;
--> statement-breakpoint
GRANT SELECT ON audit.phi_access_log, audit.seal TO offramp_audit_retainer;
--> statement-breakpoint
GRANT INSERT (subject, held_from, held_to, reason) ON audit.legal_hold TO offramp_audit_retainer;
--> statement-breakpoint
GRANT INSERT (hold, reason) ON audit.legal_hold_release TO offramp_audit_retainer;
--> statement-breakpoint
-- The few records that say that others went.
CREATE INDEX phi_access_log_retention_idx ON audit.phi_access_log (id)
WHERE database_role = 'offramp_audit_owner' AND relations = '{audit.phi_access_log}';
--> statement-breakpoint

-- The partitions that ended before the time that records are kept, oldest first, each with what it holds and with why
-- it must stay (null: it may go). Both the proposal and the check at the drop.
CREATE FUNCTION audit.expired_partitions(keep interval, only_partition text DEFAULT NULL)
RETURNS TABLE (
  partition text, month_from timestamptz, month_to timestamptz,
  records bigint, first_id bigint, last_id bigint, first_transaction xid8, last_transaction xid8, stays text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $$
#variable_conflict use_column
DECLARE
  least_keep CONSTANT interval := (SELECT r.keep FROM audit.retention_rule r ORDER BY number DESC LIMIT 1);
  sealed_to CONSTANT xid8 := coalesce((SELECT to_transaction FROM audit.seal ORDER BY number DESC LIMIT 1), '0');
  bounds text[];
  hold record;
  holding boolean;
BEGIN
  IF keep IS NOT NULL AND now() - keep > now() - least_keep THEN
    RAISE EXCEPTION 'records are kept for % at least, not for %', least_keep, keep
      USING ERRCODE = 'invalid_parameter_value', HINT = 'The rule is the last row of audit.retention_rule.';
  END IF;
  FOR partition, bounds IN
    SELECT c.relname::text, regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\) TO \(''([^'']+)''\)')
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'audit.phi_access_log'::regclass AND c.relname = coalesce(only_partition, c.relname)
    ORDER BY c.relname
  LOOP
    CONTINUE WHEN bounds IS NULL;
    month_from := bounds[1]::timestamptz;
    month_to := bounds[2]::timestamptz;
    CONTINUE WHEN month_to > now() - coalesce(keep, least_keep);
    EXECUTE format(
      'SELECT count(*), min(id), max(id), min(transaction_id), max(transaction_id) FROM audit.%I', partition
    ) INTO records, first_id, last_id, first_transaction, last_transaction;
    stays := CASE WHEN last_transaction >= sealed_to THEN 'it has records that are not sealed' END;
    FOR hold IN
      SELECT id, subject, coalesce(held_from, '-infinity') AS held_from, coalesce(held_to, 'infinity') AS held_to
      FROM audit.legal_hold h
      WHERE NOT EXISTS (SELECT FROM audit.legal_hold_release WHERE hold = h.id)
        AND coalesce(held_from, '-infinity') < month_to AND coalesce(held_to, 'infinity') > month_from
      ORDER BY id
    LOOP
      EXIT WHEN stays IS NOT NULL;
      holding := hold.subject IS NULL;
      IF NOT holding THEN
        EXECUTE format(
          'SELECT EXISTS (SELECT FROM audit.%I WHERE subjects @> ARRAY[$1] AND recorded_at >= $2 AND recorded_at < $3)', partition
        ) INTO holding USING hold.subject, hold.held_from, hold.held_to;
      END IF;
      IF holding THEN
        stays := 'legal hold ' || hold.id || ' is on it';
      END IF;
    END LOOP;
    RETURN NEXT;
  END LOOP;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.expired_partitions(interval, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit.expired_partitions(interval, text) TO offramp_audit_retainer;
--> statement-breakpoint

-- Drops a partition whose time is over, and records that it did: in audit.retention, and in the trail itself. What the
-- statement says of the partition must be so. Its signature cannot be checked here; verify() of @offramp/audit checks it,
-- and takes the records that a forged statement would explain for removed.
CREATE FUNCTION audit.drop_partition(statement text, signature bytea) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET lock_timeout = '2s'
AS $$
DECLARE
  -- The owner of the trail could call its own function without being granted to.
  acting CONSTANT text := coalesce(nullif(current_setting('role'), 'none'), session_user);
  said CONSTANT text[] := regexp_match(statement,
    '^offramp audit retention 1\nnumber (\d+)\nprevious \S+\npartition (\S+)\nmonth (\S+) (\S+)\nrecords (\d+)\nids (\S+) (\S+)\n');
  next_number bigint;
  found record;
BEGIN
  IF NOT pg_has_role(acting, 'offramp_audit_retainer', 'USAGE') THEN
    RAISE EXCEPTION '% may not drop records: it is no member of offramp_audit_retainer', acting
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF said IS NULL THEN
    RAISE EXCEPTION 'audit.drop_partition: the statement is none' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('offramp.audit.retention', 0));
  -- Whoever is placing a hold is waited for; a record whose time is long over can only come by a wrong clock.
  LOCK TABLE audit.legal_hold, audit.retention_rule IN SHARE MODE;
  IF EXISTS (
    SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'audit.phi_access_log'::regclass AND c.relname = said[2]
  ) THEN
    EXECUTE format('LOCK TABLE audit.%I IN SHARE MODE', said[2]);
  END IF;

  SELECT coalesce(max(number) + 1, 0) INTO next_number FROM audit.retention;
  SELECT * INTO found FROM audit.expired_partitions(NULL, said[2]);
  IF found IS NULL THEN
    RAISE EXCEPTION 'the partition % may not be dropped: there is none whose time is over', said[2]
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF found.stays IS NOT NULL THEN
    RAISE EXCEPTION 'the partition % may not be dropped: %', said[2], found.stays
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF said[1]::bigint <> next_number OR said[3]::timestamptz <> found.month_from OR said[4]::timestamptz <> found.month_to
    OR said[5]::bigint <> found.records
    OR nullif(said[6], '-')::bigint IS DISTINCT FROM found.first_id OR nullif(said[7], '-')::bigint IS DISTINCT FROM found.last_id
  THEN
    RAISE EXCEPTION 'the partition % is not what the statement says', said[2]
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;

  INSERT INTO audit.retention (number, statement, signature, month_to)
  VALUES (next_number, statement, signature, found.month_to);
  INSERT INTO audit.phi_access_log (actor_id, action, relations, columns, row_count, application, details)
  VALUES (
    session_user, 'DELETE', '{audit.phi_access_log}', '{}', found.records, nullif(current_setting('application_name'), ''),
    jsonb_build_object('retention', next_number, 'partition', said[2],
      'statement_sha256', encode(sha256(convert_to(statement, 'UTF8')), 'hex')));
  EXECUTE format('DROP TABLE audit.%I', said[2]);
  RETURN next_number;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.drop_partition(text, bytea) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit.drop_partition(text, bytea) TO offramp_audit_retainer;
--> statement-breakpoint
-- A writer that was at work when a month ended has lost its first calls with the month: it is counted from the first
-- that is left.
CREATE OR REPLACE VIEW audit.unaccounted_calls WITH (security_barrier = true) AS
WITH record AS (
  SELECT writer_id, writer_call, recorded_at, details -> 'not_sent' AS not_sent, details -> 'unrecorded' AS unrecorded
  FROM audit.phi_access_log
  WHERE writer_id IS NOT NULL AND writer_call IS NOT NULL
), unsent AS (
  SELECT writer_id, pg_catalog.count(DISTINCT number) AS calls
  FROM record CROSS JOIN LATERAL pg_catalog.jsonb_array_elements_text(not_sent) AS number
  WHERE pg_catalog.jsonb_typeof(not_sent) = 'array'
  GROUP BY writer_id
), let_through AS (
  SELECT writer_id, pg_catalog.count(DISTINCT number) AS calls
  FROM record CROSS JOIN LATERAL pg_catalog.jsonb_array_elements_text(unrecorded) AS number
  WHERE pg_catalog.jsonb_typeof(unrecorded) = 'array'
  GROUP BY writer_id
), writer AS (
  SELECT
    writer_id,
    pg_catalog.min(recorded_at) AS first_recorded_at,
    pg_catalog.max(recorded_at) AS last_recorded_at,
    pg_catalog.min(writer_call) AS first_call,
    pg_catalog.max(writer_call) AS last_call,
    pg_catalog.count(DISTINCT writer_call) AS recorded,
    CASE WHEN pg_catalog.min(recorded_at) < (SELECT pg_catalog.max(month_to) + interval '1 month' FROM audit.retention)
      THEN pg_catalog.min(writer_call) - 1 ELSE 0 END AS dropped
  FROM record
  GROUP BY writer_id
)
SELECT
  w.writer_id, w.first_recorded_at, w.last_recorded_at, w.first_call, w.last_call,
  w.last_call - w.dropped - w.recorded - coalesce(u.calls, 0) AS unaccounted,
  coalesce(l.calls, 0) AS let_through
FROM writer w
LEFT JOIN unsent u USING (writer_id)
LEFT JOIN let_through l USING (writer_id)
WHERE w.last_call > w.dropped + w.recorded + coalesce(u.calls, 0) OR l.calls > 0;
