import type { CatalogObject, ObjectKind } from "../catalog/catalog.ts";
import type { Finding } from "./finding.ts";

/** What is made first, so that what refers to it can be. */
const ORDER: readonly ObjectKind[] = [
  "role",
  "membership",
  "schema",
  "extension",
  "enum",
  "domain",
  "composite type",
  "range type",
  "sequence",
  "function",
  "table",
  "column",
  "constraint",
  "index",
  "view",
  "materialized view",
  "rule",
  "trigger",
  "event trigger",
  "policy",
  "publication",
  "grant",
  "default privileges",
  "phi mark",
  "data subject",
];

/** What stands on others and goes before they change: all that is made after columns. The rest goes last, when nothing needs it. */
const GOES_FIRST: ReadonlySet<ObjectKind> = new Set(ORDER.slice(ORDER.indexOf("column") + 1));

/** A finding before it is ordered, with the object of the expected side. */
export interface Placed {
  readonly finding: Finding;
  readonly object: CatalogObject;
}

/** Sorts findings so that their statements can be run one after the other. */
export function orderFindings(placed: readonly Placed[]): readonly Finding[] {
  const missing = (kind: ObjectKind): readonly string[] =>
    placed
      .filter(({ finding, object }) => finding.problem === "missing" && object.kind === kind)
      .map(({ object }) => `${object.schema}.${object.name}`);
  const [tables, views] = [missing("table"), missing("materialized view")];
  const sorted = placed
    .map((one) => ({ ...one, rank: rank(one, { tables, views }) }))
    .toSorted((a, b) => compareRanks(a.rank, b.rank) || (a.finding.label < b.finding.label ? -1 : 1));
  return readersAfterWhatTheyRead(sorted).map(({ finding }) => finding);
}

function rank(
  { finding, object }: Placed,
  missing: { readonly tables: readonly string[]; readonly views: readonly string[] },
): readonly [number, number] {
  const place = ORDER.indexOf(object.kind);
  if (finding.problem === "unexpected") return [GOES_FIRST.has(object.kind) ? 0 : 2, -place];
  // A function that takes or returns rows of a table comes after it.
  if (object.kind === "function" && missing.tables.some((table) => mentions(object, table))) {
    return [1, ORDER.indexOf("column") + 0.5];
  }
  if (object.kind === "index" && missing.views.includes(`${object.schema}.${object.parent}`)) {
    return [1, ORDER.indexOf("materialized view") + 0.5];
  }
  // Keys come before what refers to them.
  const refers = object.kind === "constraint" && object.properties["type"] === "foreign key" ? 0.5 : 0;
  return [1, place + refers];
}

function mentions({ name, properties }: CatalogObject, table: string): boolean {
  const seen = `${name} ${String(properties["result"])} ${String(properties["arguments"])}`;
  return seen.replaceAll('"', "").includes(table);
}

function compareRanks(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** Views that read other views come after them when they are made, and before them when they go. */
function readersAfterWhatTheyRead<T extends Placed>(sorted: readonly T[]): readonly T[] {
  const result = [...sorted];
  const isView = ({ object }: Placed): boolean =>
    object.kind === "view" || object.kind === "materialized view";
  const reads = (reader: Placed, read: Placed): boolean =>
    String(reader.object.properties["query"])
      .replaceAll('"', "")
      .includes(`${read.object.schema}.${read.object.name}`);
  for (let moved = 0; moved < result.length * result.length; moved += 1) {
    const at = result.findIndex((one, index) => {
      const next = result.slice(index + 1).find((other) => isView(other) && mustPrecede(other, one));
      return isView(one) && next !== undefined;
    });
    const one = result[at];
    if (one === undefined) return result;
    const last = result.findLastIndex((other) => isView(other) && mustPrecede(other, one));
    result.splice(last + 1, 0, one);
    result.splice(at, 1);
  }
  return result;

  function mustPrecede(first: Placed, second: Placed): boolean {
    if (first === second) return false;
    const goes = first.finding.problem === "unexpected";
    if (goes !== (second.finding.problem === "unexpected")) return false;
    return goes ? reads(first, second) : reads(second, first);
  }
}
