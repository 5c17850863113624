import type { Typing } from "./oracle-source.ts";

/** Queries whose data is typed otherwise than by supabase-js, and why. */
export interface Difference {
  readonly reason: string;
  readonly queries: readonly string[];
}

/** Every query that is not listed has the same type; the oracle fails when a listed one has it too. */
export const DIFFERENCES: Readonly<Record<Typing, readonly Difference[]>> = {
  database: [
    {
      reason: "A cast, or a JSON path's text, of what may be null may be null. Theirs says that it never is.",
      queries: [
        "insert/types",
        "profiles: full_name::text, tags::text",
        "profiles: preferences->>theme",
        "profiles: theme:preferences->>theme",
        "profiles: preferences->a->>b",
        "profiles: preferences->>theme::int4",
        "metabolic_tests: heart_rate_zones->>zone1",
        "metabolic_tests: heart_rate_zones->zones->0->>name",
        "projects: metadata->tags, metadata->>lang",
        "stage_states: content->a->>b",
        "documents: metadata->>k, file_name",
        "type_zoo: t_int8::text",
        "type_zoo: t_text::int4",
        "type_zoo: t_text::bool",
        "type_zoo: t_text::_int4",
        "type_zoo: t_text::float8",
        "type_zoo: t_text::uuid",
        "type_zoo: t_text::timestamptz",
        "type_zoo: t_jsonb->a::text",
        "no_pk: b::text",
        "select/cast",
        "select/cast-alias",
        "select/json-arrow-text",
        "select/json-deep",
        "select/json-of-json-type",
        "embed/json-in-embed",
        "value/numeric-big",
      ],
    },
    {
      reason:
        "PostgREST names a JSON path that ends in an index after the key before it. Theirs takes the index for the name.",
      queries: ["profiles: preferences->a->0", "select/json-index", "select/json-on-composite-array"],
    },
    {
      reason:
        "An aggregate other than count has the type of its column, and is null where there are no rows. Theirs is always a number.",
      queries: [
        "profiles: full_name.max()",
        "profiles: reports(id.max())",
        "aggregate/sum-avg-min-max",
        "aggregate/spread-to-many",
        "aggregate/to-one-group",
        "aggregate/filtered",
        "wide/view-aggregate",
        "value/timestamptz-max",
      ],
    },
    {
      reason:
        "An embed named by a foreign key's constraint is the row that the key leads to. Theirs finds an error, or a list.",
      queries: [
        "appointments: appointments_patient_fkey(email), appointments_clinician_fkey(email)",
        "embed/by-constraint-name",
      ],
    },
    {
      reason:
        "The query is a mistake, and PostgREST refuses it. Ours says so at the call; theirs in the type of the result, in a part of it, or not at all.",
      queries: [
        "appointments: profiles(email)",
        "projects: branches(name)",
        "select/unknown-table",
        "select/unknown-table-no-hint",
        "select/hidden-schema",
        "count/head-error",
        "embed/ambiguous",
        "embed/ambiguous-circular",
        "embed/bad-hint",
        "embed/no-relationship",
        "embed/unknown-target",
        "embed/unknown-embedded-column",
        "embed/cross-schema",
        "embed/self-children",
        "departments: name, children:departments!departments_parent_fkey(name)",
        "departments: departments_parent_fkey(name)",
        "rpc/unknown",
        "rpc/wrong-schema",
      ],
    },
    {
      reason: "not(column, 'is', null) narrows the column of the selected rows.",
      queries: ["ending: not-null"],
    },
    {
      reason:
        "Theirs cannot read it: an escaped quote in a name, an index from the end, a select of nothing.",
      queries: ["select/odd-names-escaped-quote", "select/json-negative-index", "select/empty-string"],
    },
    {
      reason:
        "Ours knows more casts: PostgreSQL's other names of its types (int, float) and their aggregates.",
      queries: ["select/json-cast", "select/cast-fails", "aggregate/alias-cast", "aggregate/json-path-cast"],
    },
    {
      reason: "An inner embed by a column is never missing. Theirs forgets the !inner.",
      queries: ["wide/self-join-alias-filter"],
    },
    {
      reason:
        "stripNulls() leaves out the keys whose value is null. Theirs types them as if they were there.",
      queries: ["stripNulls/list", "stripNulls/single"],
    },
  ],
  untyped: [
    {
      reason: "Without a Database, nothing is known of what a JSON path leads to. Theirs says Json.",
      queries: [
        "profiles: preferences->theme",
        "profiles: preferences->a->b",
        "metabolic_tests: heart_rate_zones->zone1",
        "metabolic_tests: raw_data->a",
        "branches: stage_states(stage_number, content->text)",
        "select/json-arrow",
        "select/json-alias",
        "app/soft-search",
      ],
    },
    {
      reason: "A cast, or a JSON path's text, of what may be null may be null. Theirs says that it never is.",
      queries: [
        "profiles: preferences->>theme",
        "profiles: theme:preferences->>theme",
        "profiles: preferences->a->>b",
        "metabolic_tests: heart_rate_zones->>zone1",
        "metabolic_tests: heart_rate_zones->zones->0->>name",
        "projects: metadata->tags, metadata->>lang",
        "stage_states: content->a->>b",
        "documents: metadata->>k, file_name",
        "select/json-arrow-text",
        "select/json-deep",
        "select/json-of-json-type",
        "embed/json-in-embed",
      ],
    },
    {
      reason:
        "PostgREST names a JSON path that ends in an index after the key before it. Theirs takes the index for the name.",
      queries: ["profiles: preferences->a->0", "select/json-index", "select/json-on-composite-array"],
    },
    {
      reason:
        "Without a Database, ours follows the select string as far as with one: empty embeds add nothing, spreads of spreads merge.",
      queries: [
        "profiles: reports()",
        "profiles: id, reports()",
        "reports: ...profiles(...profile_details(bio))",
        "embed/empty-parens",
        "embed/anti-join",
        "embed/or-across-embeds",
        "spread/nested",
      ],
    },
    {
      reason:
        "Theirs cannot read it: an escaped quote in a name, an index from the end, a select of nothing.",
      queries: ["select/odd-names-escaped-quote", "select/json-negative-index", "select/empty-string"],
    },
    {
      reason:
        "Ours knows more casts: PostgreSQL's other names of its types (int, float) and their aggregates.",
      queries: ["select/json-cast", "select/cast-fails", "aggregate/alias-cast", "aggregate/json-path-cast"],
    },
    {
      reason:
        "An aggregate other than count has the type of its column, and is null where there are no rows. Theirs is always a number.",
      queries: ["aggregate/spread-to-many"],
    },
    {
      reason: "Without a Database, ours does not look for mistakes in names; PostgREST refuses them.",
      queries: ["aggregate/unknown", "select/bad-characters", "select/trailing-comma"],
    },
    {
      reason: "Without a Database, the one row of a function is any. Theirs is unknown.",
      queries: ["rpc/returns-table-single", "call: rpc-set-single"],
    },
    {
      reason:
        "stripNulls() leaves out the keys whose value is null. Theirs types them as if they were there.",
      queries: ["stripNulls/list", "stripNulls/single"],
    },
  ],
};
