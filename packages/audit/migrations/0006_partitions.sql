-- A partition for each month, made ahead of its time.
-- Runs as offramp_audit_owner.

-- Makes the partitions of the current month and the months after it that are missing, and returns the names of those
-- it made. Needs no job of the database's own: whoever seals calls it.
--
-- Records that came while their month was missing are in the default partition. They cannot be moved, because nothing
-- is ever deleted; their month then stays there. Months begin in UTC, whatever the session's time zone is.
CREATE FUNCTION audit.ensure_partitions(months_ahead integer DEFAULT 3) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET lock_timeout = '2s'
AS $$
DECLARE
  month timestamptz;
  partition text;
BEGIN
  IF months_ahead NOT BETWEEN 0 AND 120 THEN
    RAISE EXCEPTION 'audit.ensure_partitions: months_ahead must be between 0 and 120, not %', months_ahead
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- One at a time: the second finds nothing to do.
  PERFORM pg_advisory_xact_lock(hashtextextended('offramp.audit.partitions', 0));
  FOR month IN
    SELECT m FROM generate_series(date_trunc('month', now()), date_trunc('month', now()) + make_interval(months => months_ahead), '1 month') AS m
  LOOP
    partition := 'phi_access_log_' || to_char(month, 'YYYYMM');
    CONTINUE WHEN to_regclass('audit.' || partition) IS NOT NULL;
    CONTINUE WHEN EXISTS (
      SELECT FROM audit.phi_access_log_default
      WHERE recorded_at >= month AND recorded_at < month + interval '1 month'
    );
    EXECUTE format(
      'CREATE TABLE audit.%I PARTITION OF audit.phi_access_log FOR VALUES FROM (%L) TO (%L)',
      partition, month, month + interval '1 month');
    EXECUTE format('REVOKE ALL ON audit.%I FROM PUBLIC', partition);
    PERFORM audit.guard_table(format('audit.%I', partition)::regclass);
    RETURN NEXT partition;
  END LOOP;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.ensure_partitions(integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit.ensure_partitions(integer) TO offramp_audit_sealer;
--> statement-breakpoint
SELECT audit.ensure_partitions();
