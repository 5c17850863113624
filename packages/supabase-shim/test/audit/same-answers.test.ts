import { withActor } from "@offramp/audit";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { ADA, type AuditBench, auditBench, BEN, TEST } from "./audit-bench.ts";

const MORE_ROWS = `
  insert into metabolic_tests (id, user_id, test_date, vo2_max, rmr) values
    ('00000000-0000-4000-8000-0000000000c2', '${ADA}', '2026-02-01', 40, 1500),
    ('00000000-0000-4000-8000-0000000000c3', '${BEN}', '2026-02-01', null, 1600);
  insert into reports (id, user_id, test_id, report_type, biological_age) values
    ('00000000-0000-4000-8000-0000000000d2', '${ADA}', '${TEST}', 'short', 40),
    ('00000000-0000-4000-8000-0000000000d3', '${BEN}', null, 'short', null),
    ('00000000-0000-4000-8000-0000000000d4', null, null, null, 50);
  insert into subscriptions (id, user_id, tier) values ('00000000-0000-4000-8000-0000000000e2', null, 'free');`;

let bench: AuditBench;
let recorded: SupabaseClient;
let unrecorded: SupabaseClient;

beforeAll(async () => {
  bench = await auditBench();
  await bench.script(MORE_ROWS);
  recorded = createClient(bench.db, undefined, { watchSchema: false });
  unrecorded = createClient(bench.db, undefined, { watchSchema: false, audit: false });
});

afterAll(() => bench.close());

type Table = "profiles" | "metabolic_tests" | "reports" | "subscriptions";

/** What can be selected of a table, PHI among it. */
const COLUMNS: Readonly<Record<Table, readonly string[]>> = {
  profiles: ["email", "full_name", "mfa_enabled", "date_of_birth", "date_of_birth::text"],
  metabolic_tests: ["test_date", "vo2_max", "rmr::text", "heart_rate_zones->max", "heart_rate_zones->>max"],
  reports: ["report_type", "biological_age", "html_content"],
  subscriptions: ["tier", "status"],
};
const FILTERED: Readonly<Record<Table, string>> = {
  profiles: "email",
  metabolic_tests: "rmr",
  reports: "biological_age",
  subscriptions: "tier",
};
const TO_ONE: Readonly<Record<Table, readonly Table[]>> = {
  profiles: [],
  metabolic_tests: ["profiles"],
  reports: ["profiles", "metabolic_tests"],
  subscriptions: ["profiles"],
};
const TO_MANY: Readonly<Record<Table, readonly Table[]>> = {
  profiles: ["metabolic_tests", "reports", "subscriptions"],
  metabolic_tests: ["reports"],
  reports: [],
  subscriptions: [],
};

interface Node {
  readonly table: Table;
  readonly columns: readonly string[];
  /** All columns, beside nothing else, and in no spread: its names would be others' too. */
  readonly star: boolean;
  readonly embeds: readonly { readonly spread: boolean; readonly inner: boolean; readonly node: Node }[];
  readonly filter: boolean;
  readonly limit: boolean;
  readonly orderByParent: boolean;
}

function node(table: Table, depth: number): fc.Arbitrary<Node> {
  const related = [...TO_ONE[table], ...TO_MANY[table]];
  const embeds =
    depth === 0 || related.length === 0
      ? fc.constant([])
      : fc
          .subarray(related, { maxLength: Math.min(2, related.length) })
          .chain((tables) =>
            fc.tuple(
              ...tables.map((each) =>
                fc.record({ spread: fc.boolean(), inner: fc.boolean(), node: node(each, depth - 1) }),
              ),
            ),
          );
  return fc.record({
    table: fc.constant(table),
    columns: fc.subarray([...COLUMNS[table]]),
    star: fc.boolean(),
    embeds,
    filter: fc.boolean(),
    limit: fc.boolean(),
    orderByParent: fc.boolean(),
  });
}

/** Names that no other column or embed of the select has: a spread brings them up beside others. */
const aliasOf = (column: string, path: readonly Table[]): string =>
  [...path, column.replace("->>", "_text_").replaceAll(/\W+/g, "_")].join("_");

const embedAlias = (path: readonly Table[]): string => `in_${path.join("_")}`;

function selectOf({ columns, star, embeds }: Node, path: readonly Table[] = [], inSpread = false): string {
  const own = star && !inSpread ? ["*"] : columns.map((column) => `${aliasOf(column, path)}:${column}`);
  const embedded = embeds.map(({ spread, inner, node: each }) => {
    const select = selectOf(each, [...path, each.table], inSpread || spread);
    const start = spread ? "..." : `${embedAlias([...path, each.table])}:`;
    return `${start}${each.table}${inner ? "!inner" : ""}(${select})`;
  });
  return [...own, ...embedded].join(",");
}

type Builder = ReturnType<ReturnType<SupabaseClient["from"]>["select"]>;

/** Filters, orders and limits of a node and of those in it. */
function narrowed(start: Builder, each: Node, path: readonly Table[]): Builder {
  const referencedTable = path.join(".");
  const option = path.length === 0 ? {} : { referencedTable };
  const column = [...path, FILTERED[each.table]].join(".");
  let builder = start;
  if (each.filter) builder = builder.not(column, "is", null);
  const parent = each.embeds.find(({ node: { table } }) => TO_ONE[each.table].includes(table));
  const shown = parent?.node.columns[0];
  if (each.orderByParent && parent !== undefined && shown !== undefined) {
    const above = [...path, parent.node.table];
    const name = parent.spread ? parent.node.table : embedAlias(above);
    builder = builder.order(`${name}(${aliasOf(shown, above)})`, option);
  }
  builder = builder.order("id", option);
  if (each.limit) builder = builder.limit(2, option);
  return each.embeds.reduce(
    (made, embed) => narrowed(made, embed.node, [...path, embed.node.table]),
    builder,
  );
}

const read = fc
  .constantFrom<Table>("profiles", "metabolic_tests", "reports", "subscriptions")
  .chain((table) => node(table, 3))
  .filter((root) => root.star || root.columns.length + root.embeds.length > 0);

interface Compared {
  readonly status: number;
  readonly code: string | undefined;
  readonly data: unknown;
  readonly count: number | null;
}

async function answer(
  db: SupabaseClient,
  root: Node,
  { csv, count }: { readonly csv: boolean; readonly count: "exact" | undefined },
): Promise<Compared> {
  const rows = narrowed(db.from(root.table).select(selectOf(root), { count }), root, []);
  const result = await withActor({ id: "dr-1" }, async () => (csv ? rows.csv() : rows));
  return { status: result.status, code: result.error?.code, data: result.data, count: result.count };
}

test("any read answers the same whether it is recorded or not", async () => {
  let recordable = 0;
  let served = 0;
  await fc.assert(
    fc.asyncProperty(
      read,
      fc.boolean(),
      fc.constantFrom(undefined, "exact" as const),
      async (root, csv, count) => {
        const [last] = await bench.column("select coalesce(max(id), 0) from audit.phi_access_log");
        const withRecord = await answer(recorded, root, { csv, count });
        expect(withRecord).toEqual(await answer(unrecorded, root, { csv, count }));
        served += withRecord.code === undefined ? 1 : 0;
        const [records] = await bench.column(`select count(*) from audit.phi_access_log where id > ${last}`);
        recordable += Number(records);
      },
    ),
    { numRuns: 400 },
  );
  // Most of them are answered and touch PHI, or this would show nothing.
  expect(served).toBeGreaterThan(350);
  expect(recordable).toBeGreaterThan(200);
});

test("and the same in a transaction, which leaves the same record", async () => {
  const since = async (id: string | null | undefined): Promise<readonly (string | null)[]> =>
    bench.column(`
      select concat_ws(' ', action, outcome, columns, row_count, record_keys,
        array(select unnest(subjects) order by 1)) from audit.phi_access_log where id > ${id}`);
  const newest = async (): Promise<string | null | undefined> =>
    (await bench.column("select coalesce(max(id), 0) from audit.phi_access_log"))[0];
  await fc.assert(
    fc.asyncProperty(read, async (root) => {
      const options = { csv: false, count: undefined };
      const first = await newest();
      const alone = await answer(recorded, root, options);
      const records = await since(first);
      const second = await newest();
      const within = await recorded.transaction((tx) => answer(tx, root, options)).catch(() => undefined);
      // A failed call rejects the transaction that it was in.
      expect(within).toEqual(alone.code === undefined ? alone : undefined);
      expect(await since(second)).toEqual(records);
    }),
    { numRuns: 150 },
  );
});
