-- Who may write a record, and what of it.
-- Runs as offramp_audit_owner.

-- A plain INSERT, which PostgreSQL runs in the statement that reads or changes the data. The columns that are left
-- out take their defaults, so the writer cannot forge who acts in the database, nor when, nor the record's number.
GRANT INSERT (
  actor_id, actor_role, on_behalf_of, purpose_of_use, break_glass, application, request_id, ip, user_agent,
  action, relations, columns, filters, record_keys, subjects, row_count, outcome, sqlstate,
  writer_id, writer_call, details
) ON audit.phi_access_log TO offramp_audit_writer;
--> statement-breakpoint

-- What a record has instead of more keys than it names one by one. The digest is over the keys in byte order, each
-- followed by a line feed, in UTF-8.
CREATE FUNCTION audit.digest_keys(keys text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT jsonb_build_object(
    'count', count(*),
    'sha256', encode(sha256(convert_to(string_agg(key || E'\n', '' ORDER BY key COLLATE "C"), 'UTF8')), 'hex'),
    'first', min(key COLLATE "C"),
    'last', max(key COLLATE "C")
  )
  FROM unnest(keys) AS key
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.digest_keys(text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit.digest_keys(text[]) TO offramp_audit_writer;
--> statement-breakpoint
-- Text that is no address gives null instead of an error: it comes from a request header, and a garbled header must
-- not stop a doctor from reading a record. (pg_input_is_valid would do, from PostgreSQL 16 on.)
CREATE FUNCTION audit.inet_or_null(address text) RETURNS inet
LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN address::inet;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.inet_or_null(text) FROM PUBLIC;
--> statement-breakpoint
-- Adds a record and returns its id, with its checks in words: for SQL written by hand, and for those who have JSON.
-- Called in the statement that reads or changes the data, so both or neither happen.
--
-- What the caller controls is checked where a wrong value would make the record meaningless (action, outcome, the
-- shape of the lists): then the whole statement fails, and the data is not returned. What comes from outside the
-- application (the address) never makes it fail: see inet_or_null.
--
-- SECURITY DEFINER lets a role that has no right on the table add a record. The search path is pinned, with the
-- temporary schema last, so that a caller's own objects cannot stand in for PostgreSQL's.
CREATE FUNCTION audit.append_access(
  call jsonb,
  record_keys jsonb,
  subjects text[],
  row_count bigint,
  outcome text DEFAULT 'success',
  sqlstate text DEFAULT NULL
) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
  -- current_user is the owner of this function here; the setting still tells what the caller had chosen.
  chosen_role CONSTANT text := current_setting('role');
  known CONSTANT text[] := ARRAY[
    'actor_id', 'actor_role', 'on_behalf_of', 'purpose_of_use', 'break_glass', 'ip', 'user_agent', 'request_id', 'application',
    'action', 'relations', 'columns', 'filters', 'writer_id', 'writer_call'
  ];
  action CONSTANT text := call ->> 'action';
  relations CONSTANT jsonb := coalesce(nullif(call -> 'relations', 'null'), '[]');
  columns CONSTANT jsonb := coalesce(nullif(call -> 'columns', 'null'), '[]');
  filters CONSTANT jsonb := coalesce(nullif(call -> 'filters', 'null'), '[]');
  address_text CONSTANT text := nullif(btrim(call ->> 'ip'), '');
  address CONSTANT inet := audit.inet_or_null(address_text);
  details jsonb := '{}';
  record_id bigint;
BEGIN
  IF call IS NULL OR jsonb_typeof(call) <> 'object' THEN
    RAISE EXCEPTION 'audit.append_access: call must be a JSON object' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF action IS NULL OR action NOT IN ('READ', 'CREATE', 'UPDATE', 'DELETE', 'EXECUTE') THEN
    RAISE EXCEPTION 'audit.append_access: call.action must be READ, CREATE, UPDATE, DELETE or EXECUTE, not %',
      coalesce(quote_literal(action), 'missing') USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF outcome IS NULL OR outcome NOT IN ('success', 'denied', 'failed') THEN
    RAISE EXCEPTION 'audit.append_access: outcome must be success, denied or failed, not %',
      coalesce(quote_literal(outcome), 'null') USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF 'array' <> ANY (ARRAY[jsonb_typeof(relations), jsonb_typeof(columns), jsonb_typeof(filters)]) THEN
    RAISE EXCEPTION 'audit.append_access: call.relations, call.columns and call.filters must be JSON arrays'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF jsonb_typeof(record_keys) NOT IN ('object', 'null') THEN
    RAISE EXCEPTION 'audit.append_access: record_keys must be a JSON object or null'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF row_count < 0 THEN
    RAISE EXCEPTION 'audit.append_access: row_count must not be negative' USING ERRCODE = 'invalid_parameter_value';
  END IF;

  IF address IS NULL AND address_text IS NOT NULL THEN
    details := jsonb_build_object('malformed_ip', address_text);
  END IF;
  IF call - known <> '{}' THEN
    details := details || jsonb_build_object('unrecognised', call - known);
  END IF;

  INSERT INTO audit.phi_access_log AS entry (
    actor_id, actor_role, on_behalf_of, purpose_of_use, break_glass, writer_id, writer_call,
    application, request_id, ip, user_agent,
    database_user, database_role,
    action, relations, columns, filters, record_keys, subjects, row_count, outcome, sqlstate, details
  ) VALUES (
    call ->> 'actor_id', call ->> 'actor_role', call ->> 'on_behalf_of', call ->> 'purpose_of_use',
    coalesce((call ->> 'break_glass')::boolean, false), (call ->> 'writer_id')::uuid, (call ->> 'writer_call')::bigint,
    coalesce(call ->> 'application', nullif(current_setting('application_name'), '')),
    call ->> 'request_id', address, call ->> 'user_agent',
    session_user, CASE chosen_role WHEN 'none' THEN session_user::text ELSE chosen_role END,
    action,
    ARRAY(SELECT jsonb_array_elements_text(relations)),
    ARRAY(SELECT jsonb_array_elements_text(columns)),
    ARRAY(SELECT jsonb_array_elements_text(filters)),
    (
      SELECT jsonb_object_agg(named.key, CASE
        WHEN jsonb_typeof(named.value) = 'array' AND jsonb_array_length(named.value) > 1000
        THEN audit.digest_keys(ARRAY(SELECT jsonb_array_elements_text(named.value))) ELSE named.value END)
      FROM jsonb_each(nullif(record_keys, 'null')) AS named
    ),
    coalesce(array_remove(subjects, NULL), '{}'),
    row_count, outcome, sqlstate, nullif(details, '{}')
  )
  RETURNING entry.id INTO record_id;
  RETURN record_id;
END
$$;
--> statement-breakpoint
-- Who may append: members of offramp_audit_writer, and nobody by default except the role that installs the trail.
-- PUBLIC would spare each team one GRANT, but it would let any login of the server, such as an analyst's read-only
-- one, put accesses that never happened into a record that must stand as evidence. A role without the right fails
-- closed: the statement that would have read the data is refused (42501), so nothing is read unrecorded.
-- A member can add records and do nothing else: not read them, not change them.
REVOKE ALL ON FUNCTION audit.append_access(jsonb, jsonb, text[], bigint, text, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit.append_access(jsonb, jsonb, text[], bigint, text, text) TO offramp_audit_writer;
--> statement-breakpoint
-- A writer numbers its calls without gaps, and a record has its call's number: a number without a record is a call that
-- is unaccounted for. It failed (what succeeds commits with its record), and its client died, or lost the database,
-- before it could say so. Numbers that records list as not_sent never reached the database.
CREATE VIEW audit.unaccounted_calls WITH (security_barrier = true) AS
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
    pg_catalog.count(DISTINCT writer_call) AS recorded
  FROM record
  GROUP BY writer_id
)
SELECT
  w.writer_id, w.first_recorded_at, w.last_recorded_at, w.first_call, w.last_call,
  w.last_call - w.recorded - coalesce(u.calls, 0) AS unaccounted,
  coalesce(l.calls, 0) AS let_through
FROM writer w
LEFT JOIN unsent u USING (writer_id)
LEFT JOIN let_through l USING (writer_id)
WHERE w.last_call > w.recorded + coalesce(u.calls, 0) OR l.calls > 0;
--> statement-breakpoint
COMMENT ON VIEW audit.unaccounted_calls IS 'By writer, how many of its calls have no record. A writer whose oldest records have been removed by retention starts at first_call.';
--> statement-breakpoint
REVOKE ALL ON audit.unaccounted_calls FROM PUBLIC;
--> statement-breakpoint
GRANT SELECT ON audit.unaccounted_calls TO offramp_auditor;
