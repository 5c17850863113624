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
  PRIMARY KEY (table_schema, table_name)
);
--> statement-breakpoint
COMMENT ON TABLE audit.phi_column IS 'Columns that hold protected health information. A call that touches one is recorded.';
--> statement-breakpoint
COMMENT ON TABLE audit.phi_subject IS 'For each table, the column that identifies the patient a row is about.';
--> statement-breakpoint
REVOKE ALL ON audit.phi_column, audit.phi_subject FROM PUBLIC;
--> statement-breakpoint
-- Only members of the owner change the inventory: a role that could remove a mark could switch its own recording off.
GRANT SELECT ON audit.phi_column, audit.phi_subject TO offramp_audit_writer, offramp_auditor;
--> statement-breakpoint
-- Makes the inventory equal to the given marks, for the tables named in them; other tables keep theirs.
-- marks: [{"schema": "public", "name": "profiles", "columns": [{"name": "email", "kind": "identifier"}], "subject": "id"}]
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
  INSERT INTO audit.phi_subject AS old (table_schema, table_name, column_name)
  SELECT t.schema, t.name, t.subject
  FROM jsonb_to_recordset(marks) AS t(schema text, name text, subject text)
  WHERE t.subject IS NOT NULL
  ON CONFLICT (table_schema, table_name) DO UPDATE SET column_name = excluded.column_name
  WHERE old.column_name <> excluded.column_name;

  -- Running applications hold the inventory in memory: they learn of the change when this commits.
  PERFORM pg_notify('pgrst', 'reload schema');
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.replace_marks(jsonb) FROM PUBLIC;
