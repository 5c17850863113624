/** What becomes of references to Supabase's table of accounts. */
export type UsersPlan =
  /** A table `auth.users` with the columns that an application reads, and without passwords and tokens. */
  | { readonly kind: "slim" }
  /** A table of the team's own takes its place. */
  | { readonly kind: "table"; readonly schema: string; readonly name: string; readonly column: string }
  /** The references go. */
  | { readonly kind: "drop" };

/** How the target's schema differs from the source's on purpose. */
export interface SchemaOptions {
  readonly users: UsersPlan;
  /** Without row level security: tables are open to whoever has rights on them. */
  readonly withoutRls: boolean;
  /** `uuid_generate_v4()` becomes `gen_random_uuid()`, which needs no extension. */
  readonly genRandomUuid: boolean;
  /** The schema that takes the place of `extensions`, or `extensions` itself. */
  readonly extensionsSchema: string;
  /** The extensions that the target can have, where it was asked. */
  readonly available?: ReadonlySet<string>;
}

/** Everything as it was, with a slim table of accounts. */
export const DEFAULT_SCHEMA_OPTIONS: SchemaOptions = {
  users: { kind: "slim" },
  withoutRls: false,
  genRandomUuid: false,
  extensionsSchema: "extensions",
};
