import { is } from "drizzle-orm";
import {
  getMaterializedViewConfig,
  getTableConfig,
  getViewConfig,
  isPgEnum,
  isPgMaterializedView,
  isPgSequence,
  isPgView,
  type PgEnum,
  PgPolicy,
  type PgSequence,
  PgTable,
} from "drizzle-orm/pg-core";

type TableConfig = ReturnType<typeof getTableConfig>;

/** A table of the module, with its policies also where they were linked to it from outside. */
export interface ModuleTable extends TableConfig {
  readonly schemaName: string;
}

/** A view that Drizzle is to make: `existing()` ones are left out. */
export interface ModuleView {
  readonly kind: "view" | "materialized view";
  readonly schema: string;
  readonly name: string;
  readonly query: ReturnType<typeof getViewConfig>["query"];
}

/** What a Drizzle schema module exports, sorted by kind. */
export interface SchemaModule {
  readonly tables: readonly ModuleTable[];
  readonly enums: readonly PgEnum<[string, ...string[]]>[];
  readonly sequences: readonly PgSequence[];
  readonly views: readonly ModuleView[];
}

export function readSchemaModule(module: object): SchemaModule {
  const exported: unknown[] = [...new Set<unknown>(Object.values(module))];
  const linked = exported.filter((value): value is PgPolicy => is(value, PgPolicy));
  const tables = exported
    .filter((value): value is PgTable => is(value, PgTable))
    .map((table): ModuleTable => {
      const config = getTableConfig(table);
      const policies = linked.filter((policy) => "_linkedTable" in policy && policy._linkedTable === table);
      return {
        ...config,
        policies: [...config.policies, ...policies],
        schemaName: config.schema ?? "public",
      };
    });
  const views = exported.flatMap((value): ModuleView[] => {
    if (isPgView(value)) return moduleView("view", getViewConfig(value));
    return isPgMaterializedView(value)
      ? moduleView("materialized view", getMaterializedViewConfig(value))
      : [];
  });
  return {
    tables,
    enums: exported.filter((value): value is PgEnum<[string, ...string[]]> => isPgEnum(value)),
    sequences: exported.filter((value): value is PgSequence => isPgSequence(value)),
    views,
  };
}

function moduleView(
  kind: ModuleView["kind"],
  config: Pick<ReturnType<typeof getViewConfig>, "name" | "schema" | "query" | "isExisting">,
): ModuleView[] {
  const { name, schema = "public", query, isExisting } = config;
  return isExisting ? [] : [{ kind, schema, name, query }];
}
