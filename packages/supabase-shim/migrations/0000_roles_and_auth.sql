-- What policies and functions written for Supabase expect: its three roles, and the functions of the schema auth.
-- Whatever is there already stays as it is, so on a database that came from Supabase this changes nothing.

DO $offramp$
DECLARE
  name text;
  newer CONSTANT boolean := pg_catalog.current_setting('server_version_num')::int >= 160000;
  may_set CONSTANT text := CASE WHEN newer THEN 'SET' ELSE 'MEMBER' END;
  -- Since 16 a role with CREATEROLE passes on only the attributes that it has itself; before, BYPASSRLS takes a superuser.
  may_bypass CONSTANT boolean := (
    SELECT rolsuper OR (newer AND rolcreaterole AND rolbypassrls) FROM pg_catalog.pg_roles WHERE rolname = current_user
  );
BEGIN
  FOREACH name IN ARRAY ARRAY['anon', 'authenticated', 'service_role'] LOOP
    -- Roles belong to the server: another of its databases may have them already, or be making them right now.
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = name) THEN
      BEGIN
        EXECUTE pg_catalog.format(
          'CREATE ROLE %I NOLOGIN%s', name, CASE WHEN name = 'service_role' AND may_bypass THEN ' BYPASSRLS' ELSE '' END);
        IF name = 'service_role' AND NOT may_bypass THEN
          EXECUTE pg_catalog.format('COMMENT ON ROLE %I IS %L', name,
            'Row level security holds for this role: who made it could not give BYPASSRLS. It sees the rows of a table '
            'with policies only through a policy of its own; serviceRolePolicies() of @offramp/supabase-shim makes them.');
        END IF;
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'the migration cannot create the role %: % lacks CREATEROLE', name, current_user
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Run the migration as a role with CREATEROLE (on RDS, the master user has it).';
      END;
    END IF;

    -- A superuser, and whoever was granted the role before, may set it already.
    IF NOT pg_catalog.pg_has_role(session_user, name, may_set) THEN
      BEGIN
        EXECUTE pg_catalog.format(
          'GRANT %I TO %I%s', name, session_user, CASE WHEN newer THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END);
      EXCEPTION
        WHEN unique_violation THEN NULL; -- granted at the same moment through another database
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'the role % was made by another role, and % may not become it', name, session_user
            USING ERRCODE = 'insufficient_privilege',
                  HINT = pg_catalog.format('As that role or a superuser: GRANT %I TO %I', name, session_user);
      END;
    END IF;
  END LOOP;
END
$offramp$;

DO $offramp$
DECLARE
  -- By the catalog, since to_regprocedure() needs rights on the schema, which may be another's.
  present CONSTANT name[] := ARRAY(
    SELECT p.proname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'auth' AND p.pronargs = 0
  );
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'auth') THEN
    CREATE SCHEMA auth;
    GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
  END IF;

  IF NOT 'jwt' = ANY (present) THEN
    CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
      RETURN nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::jsonb;
    COMMENT ON FUNCTION auth.jwt() IS 'The claims of the call, or null: those of the user''s verified token.';
    GRANT EXECUTE ON FUNCTION auth.jwt() TO anon, authenticated, service_role;
  END IF;

  IF NOT 'uid' = ANY (present) THEN
    CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
      RETURN nullif(nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid;
    COMMENT ON FUNCTION auth.uid() IS 'The user''s id (the claim sub), or null.';
    GRANT EXECUTE ON FUNCTION auth.uid() TO anon, authenticated, service_role;
  END IF;

  IF NOT 'role' = ANY (present) THEN
    CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
      RETURN nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::jsonb ->> 'role';
    COMMENT ON FUNCTION auth.role() IS 'The role of the call (the claim role), or null.';
    GRANT EXECUTE ON FUNCTION auth.role() TO anon, authenticated, service_role;
  END IF;

  IF NOT 'email' = ANY (present) THEN
    CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
      RETURN nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::jsonb ->> 'email';
    COMMENT ON FUNCTION auth.email() IS 'The user''s address (the claim email), or null.';
    GRANT EXECUTE ON FUNCTION auth.email() TO anon, authenticated, service_role;
  END IF;
END
$offramp$;
