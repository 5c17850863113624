-- Which columns hold protected health information, and which column of a table leads to the patient.
-- Filled from the marks in the application's schema; read by the engine at start.
-- Runs as offramp_audit_owner.
CREATE TABLE audit.phi_column (
  table_schema text NOT NULL,
  table_name text NOT NULL,
  column_name text NOT NULL,
  kind text NOT NULL CHECK (kind <> ''),
  PRIMARY KEY (table_schema, table_name, column_name)
);
--> statement-breakpoint
CREATE TABLE audit.phi_subject (
  table_schema text NOT NULL,
  table_name text NOT NULL,
  column_name text NOT NULL,
  followed_schema text,
  followed_table text,
  followed_key text,
  PRIMARY KEY (table_schema, table_name),
  CHECK (pg_catalog.num_nulls(followed_schema, followed_table, followed_key) IN (0, 3))
);
--> statement-breakpoint
CREATE TABLE audit.phi_function (
  function_schema text NOT NULL,
  function_name text NOT NULL,
  relations text[] NOT NULL,
  columns text[] NOT NULL,
  subject_argument text,
  -- The migration source that declares it.
  source text NOT NULL,
  PRIMARY KEY (function_schema, function_name)
);
--> statement-breakpoint
COMMENT ON TABLE audit.phi_column IS 'Columns that hold protected health information. A call that touches one is recorded.';
--> statement-breakpoint
COMMENT ON TABLE audit.phi_subject IS 'For each table, the column that leads to the patient a row is about: it has the id, or it refers to a row of the followed table, whose patient it is.';
--> statement-breakpoint
COMMENT ON TABLE audit.phi_function IS 'What functions touch, where their result does not tell it. Without an entry, a call of a function that returns or takes rows with PHI is recorded.';
--> statement-breakpoint
REVOKE ALL ON audit.phi_column, audit.phi_subject, audit.phi_function FROM PUBLIC;
--> statement-breakpoint
-- Only members of the owner change the inventory: a role that could remove a mark could switch its own recording off.
GRANT SELECT ON audit.phi_column, audit.phi_subject, audit.phi_function TO offramp_audit_writer, offramp_auditor;
--> statement-breakpoint
-- The one row, if any, that a column of a table refers to.
CREATE FUNCTION audit.followed_key(table_schema text, table_name text, column_name text)
RETURNS TABLE (schema name, name name, "column" name)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT tn.nspname, t.relname, k.attname
  FROM pg_constraint c
  JOIN pg_class r ON r.oid = c.conrelid
  JOIN pg_namespace n ON n.oid = r.relnamespace
  JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.conkey[1]
  JOIN pg_class t ON t.oid = c.confrelid
  JOIN pg_namespace tn ON tn.oid = t.relnamespace
  JOIN pg_attribute k ON k.attrelid = t.oid AND k.attnum = c.confkey[1]
  WHERE c.contype = 'f' AND cardinality(c.conkey) = 1
    AND n.nspname = $1 AND r.relname = $2 AND a.attname = $3
  ORDER BY c.conname
  LIMIT 1
$$;
--> statement-breakpoint
-- Makes the inventory equal to the given marks, for the tables named in them; other tables keep theirs.
-- marks: [{"schema": "public", "name": "profiles", "columns": [{"name": "email", "kind": "identifier"}], "subject": "id"}]
-- With "follows": true the subject column is a foreign key, and the patient is that of the row it refers to.
--
-- A mark on a column that the database does not have is refused: the column may have been renamed here but not in the
-- marks, and then its new name would be read unrecorded.
CREATE FUNCTION audit.replace_marks(marks jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  missing text;
BEGIN
  SELECT string_agg(DISTINCT format('%I.%I.%I', t.schema, t.name, c.name), ', ') INTO missing
  FROM jsonb_to_recordset(marks) AS t(schema text, name text, columns jsonb, subject text)
  CROSS JOIN LATERAL (
    SELECT m.name FROM jsonb_to_recordset(t.columns) AS m(name text)
    UNION ALL
    SELECT t.subject WHERE t.subject IS NOT NULL
  ) AS c
  WHERE NOT EXISTS (
    SELECT FROM pg_attribute a
    JOIN pg_class r ON r.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = r.relnamespace
    WHERE n.nspname = t.schema AND r.relname = t.name AND a.attname = c.name
      AND a.attnum > 0 AND NOT a.attisdropped
  );
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION 'the PHI marks name columns that the database does not have: %', missing
      USING ERRCODE = 'undefined_column',
            HINT = 'Apply the migrations of these tables first, or correct the marks in the schema.';
  END IF;

  -- A foreign key of that one column says which table is followed.
  SELECT string_agg(format('%I.%I.%I', t.schema, t.name, t.subject), ', ') INTO missing
  FROM jsonb_to_recordset(marks) AS t(schema text, name text, subject text, follows boolean)
  WHERE t.follows AND NOT EXISTS (SELECT FROM audit.followed_key(t.schema, t.name, t.subject));
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION 'the PHI marks follow columns that are no foreign key: %', missing
      USING ERRCODE = 'invalid_foreign_key',
            HINT = 'Only a foreign key of one column can be followed to the patient.';
  END IF;

  DELETE FROM audit.phi_column AS old
  USING jsonb_to_recordset(marks) AS t(schema text, name text, columns jsonb)
  WHERE old.table_schema = t.schema AND old.table_name = t.name
    AND NOT EXISTS (
      SELECT FROM jsonb_to_recordset(t.columns) AS c(name text) WHERE c.name = old.column_name
    );
  INSERT INTO audit.phi_column AS old (table_schema, table_name, column_name, kind)
  SELECT t.schema, t.name, c.name, c.kind
  FROM jsonb_to_recordset(marks) AS t(schema text, name text, columns jsonb)
  CROSS JOIN LATERAL jsonb_to_recordset(t.columns) AS c(name text, kind text)
  ON CONFLICT (table_schema, table_name, column_name) DO UPDATE SET kind = excluded.kind
  WHERE old.kind <> excluded.kind;

  DELETE FROM audit.phi_subject AS old
  USING jsonb_to_recordset(marks) AS t(schema text, name text, subject text)
  WHERE old.table_schema = t.schema AND old.table_name = t.name AND t.subject IS NULL;
  INSERT INTO audit.phi_subject AS old
    (table_schema, table_name, column_name, followed_schema, followed_table, followed_key)
  SELECT t.schema, t.name, t.subject, key.schema, key.name, key.column
  FROM jsonb_to_recordset(marks) AS t(schema text, name text, subject text, follows boolean)
  LEFT JOIN LATERAL audit.followed_key(t.schema, t.name, t.subject) AS key ON t.follows
  WHERE t.subject IS NOT NULL
  ON CONFLICT (table_schema, table_name) DO UPDATE SET
    column_name = excluded.column_name,
    followed_schema = excluded.followed_schema,
    followed_table = excluded.followed_table,
    followed_key = excluded.followed_key
  WHERE (old.column_name, old.followed_schema, old.followed_table, old.followed_key)
    IS DISTINCT FROM (excluded.column_name, excluded.followed_schema, excluded.followed_table, excluded.followed_key);

  -- Every way ends at a patient: at a column that has the id.
  WITH RECURSIVE ending AS (
    SELECT table_schema, table_name FROM audit.phi_subject WHERE followed_table IS NULL
    UNION
    SELECT s.table_schema, s.table_name FROM audit.phi_subject s
    JOIN ending e ON s.followed_schema = e.table_schema AND s.followed_table = e.table_name
  )
  SELECT string_agg(format('%I.%I.%I', s.table_schema, s.table_name, s.column_name), ', ') INTO missing
  FROM audit.phi_subject s
  WHERE NOT EXISTS (
    SELECT FROM ending e WHERE e.table_schema = s.table_schema AND e.table_name = s.table_name
  );
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION 'the PHI marks follow columns that lead to no patient: %', missing
      USING ERRCODE = 'invalid_foreign_key',
            HINT = 'Mark the data subject of the table that is followed, too.';
  END IF;

  -- Running applications hold the inventory in memory: they learn of the change when this commits.
  PERFORM pg_notify('pgrst', 'reload schema');
END
$$;
--> statement-breakpoint
-- Makes the declarations of functions that come from one source equal to the given ones.
-- functions: [{"schema": "public", "name": "summary", "relations": ["public.profiles"],
--   "columns": ["public.profiles.email"], "subject_argument": "patient"}]
CREATE FUNCTION audit.replace_functions(functions jsonb, declared_by text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  missing text;
BEGIN
  SELECT string_agg(format('%I.%I', f.schema, f.name)
      || coalesce(format('(%I)', f.subject_argument), ''), ', ') INTO missing
  FROM jsonb_to_recordset(functions) AS f(schema text, name text, subject_argument text)
  WHERE NOT EXISTS (
    SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = f.schema AND p.proname = f.name
      AND (f.subject_argument IS NULL OR f.subject_argument = ANY (p.proargnames))
  );
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION 'functions are declared that the database does not have, or not with this argument: %', missing
      USING ERRCODE = 'undefined_function',
            HINT = 'Apply the migrations of these functions first, or correct the declarations.';
  END IF;
  DELETE FROM audit.phi_function AS old
  WHERE old.source = declared_by AND NOT EXISTS (
    SELECT FROM jsonb_to_recordset(functions) AS f(schema text, name text)
    WHERE f.schema = old.function_schema AND f.name = old.function_name
  );
  INSERT INTO audit.phi_function (function_schema, function_name, relations, columns, subject_argument, source)
  SELECT f.schema, f.name, f.relations, f.columns, f.subject_argument, declared_by
  FROM jsonb_to_recordset(functions)
    AS f(schema text, name text, relations text[], columns text[], subject_argument text)
  ON CONFLICT (function_schema, function_name) DO UPDATE SET
    relations = excluded.relations, columns = excluded.columns, subject_argument = excluded.subject_argument,
    source = excluded.source;
  PERFORM pg_notify('pgrst', 'reload schema');
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.replace_functions(jsonb, text), audit.followed_key(text, text, text) FROM PUBLIC;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.replace_marks(jsonb) FROM PUBLIC;
