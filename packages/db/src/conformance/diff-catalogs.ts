import {
  type Catalog,
  type CatalogObject,
  objectKey,
  objectLabel,
  type ObjectName,
} from "../catalog/catalog.ts";
import { alterObject } from "../mend/alter-sql.ts";
import { createObject } from "../mend/create-sql.ts";
import { dropObject, holdsData } from "../mend/drop-sql.ts";
import { Sides } from "../mend/sides.ts";
import { Comparing } from "./comparable.ts";
import { goesWith, isMadeWith } from "./company.ts";
import type { Finding } from "./finding.ts";
import { labelMatcher } from "./label-matcher.ts";
import { orderFindings, type Placed } from "./order-findings.ts";
import { severityOfDifference, severityOfMissing, severityOfUnexpected } from "./severity.ts";

/**
 * What a comparison leaves out.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { checkConformance, type DiffOptions } from "@offramp/db/conformance";
 * import * as schema from "@offramp/db/schema";
 *
 * const options: DiffOptions = { ignore: ["grant on * to reporting", "table public.scratch_*"] };
 * console.log((await checkConformance(connect(), schema, options)).conforms);
 */
export interface DiffOptions {
  /** Patterns of labels, with `*` for any text: `table public.scratch_*`, `grant on * to reporting`. */
  readonly ignore?: readonly string[];
  /** `ignore`: what is there besides is no finding. Default `report`. */
  readonly unexpected?: "report" | "ignore";
}

/** What the expected side does not speak of. */
export interface Scope extends DiffOptions {
  readonly source?: Finding["source"];
  /** False for an object of the found side on whose presence the expected side has no say. */
  readonly speaksOf?: (object: CatalogObject) => boolean;
}

/** Said for `create table`, but no difference: columns are found by name. */
const NEVER_COMPARED = new Set(["position"]);

/**
 * Compares two catalogs. The findings are in an order in which their statements can be run, against the database of the
 * second. Only the properties that the first has are compared. The two may come from servers of different major
 * versions.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { diffCatalogs, mendingScript, readCatalog } from "@offramp/db/conformance";
 *
 * const source = await readCatalog(connect({ url: "postgres://localhost/source" }));
 * const target = await readCatalog(connect({ url: "postgres://localhost/target" }));
 * console.log(mendingScript(diffCatalogs(source, target)));
 */
export function diffCatalogs(
  expected: Catalog,
  found: Catalog,
  options: DiffOptions = {},
): readonly Finding[] {
  return compareCatalogs(expected, found, options);
}

/** {@link diffCatalogs} for an expected side that says less than a catalog does. */
export function compareCatalogs(expected: Catalog, found: Catalog, scope: Scope): readonly Finding[] {
  const { source = "migrations" } = scope;
  const sides = new Sides(expected, found);
  const comparing = new Comparing(expected, found);
  const ignored = labelMatcher(scope.ignore ?? []);
  const marks = expected.hasMarks && found.hasMarks;
  const moved = movedPartitions(expected, found);
  const roles = new Set(expected.objects.flatMap(({ kind, name }) => (kind === "role" ? [name] : [])));
  const isReadByBoth = ({ kind }: CatalogObject): boolean => {
    if (kind === "role" || kind === "membership")
      return expected.hasRoles === true && found.hasRoles === true;
    return kind !== "publication" || (expected.hasPublications === true && found.hasPublications === true);
  };
  // A server has more roles than those of one database, which are nobody's business here.
  const isKnown = ({ kind, name, parent = "" }: CatalogObject): boolean =>
    kind !== "role" && (kind !== "membership" || roles.has(name) || roles.has(parent));
  const counts = (object: CatalogObject): boolean =>
    !ignored(object) && (marks || !isMark(object)) && isReadByBoth(object) && !isPartOf(object, moved);
  const [wanted, present] = [byKey(expected.objects.filter(counts)), byKey(found.objects.filter(counts))];
  const placed: Placed[] = [];

  const missing = new Map([...wanted].filter(([key]) => !present.has(key)));
  for (const object of missing.values()) {
    if (isMadeWith(object, missing)) continue;
    placed.push({
      object,
      finding: {
        severity: severityOfMissing(object),
        problem: "missing",
        object: nameOnly(object),
        label: objectLabel(object),
        source,
        sql: createObject(object, sides),
        destroysData: false,
      },
    });
  }

  for (const [key, object] of wanted) {
    const other = present.get(key);
    if (other !== undefined) placed.push(...differences({ expected: object, found: other }));
  }

  const unexpected = new Map(
    [...present].filter(
      ([key, object]) => !wanted.has(key) && isKnown(object) && (scope.speaksOf?.(object) ?? true),
    ),
  );
  if (scope.unexpected !== "ignore") {
    for (const object of unexpected.values()) {
      if (goesWith(object, unexpected)) continue;
      placed.push({
        object,
        finding: {
          severity: severityOfUnexpected(object),
          problem: "unexpected",
          object: nameOnly(object),
          label: objectLabel(object),
          source,
          sql: dropObject(object),
          destroysData: holdsData(object),
        },
      });
    }
  }
  return orderFindings(placed);

  function differences(pair: {
    readonly expected: CatalogObject;
    readonly found: CatalogObject;
  }): readonly Placed[] {
    return Object.keys(pair.expected.properties)
      .filter((property) => !NEVER_COMPARED.has(property) && !comparing.same(property, pair))
      .map((property) => ({
        object: pair.expected,
        finding: {
          severity: severityOfDifference(property),
          problem: "different",
          object: nameOnly(pair.expected),
          label: objectLabel(pair.expected),
          property,
          expected: pair.expected.properties[property] ?? null,
          found: pair.found.properties[property] ?? null,
          source,
          sql: alterObject(property, pair, sides),
          destroysData: pair.expected.kind === "column" && (property === "type" || property === "generated"),
        },
      }));
  }
}

function byKey(objects: readonly CatalogObject[]): ReadonlyMap<string, CatalogObject> {
  return new Map(objects.map((object) => [objectKey(object), object]));
}

function nameOnly({ kind, schema, parent, name, on, column }: CatalogObject): ObjectName {
  return {
    kind,
    ...(schema !== undefined && { schema }),
    ...(parent !== undefined && { parent }),
    name,
    ...(on !== undefined && { on }),
    ...(column !== undefined && { column }),
  };
}

function isMark({ kind }: CatalogObject): boolean {
  return kind === "phi mark" || kind === "data subject";
}

/**
 * Tables that are a partition on one side only. What they then have of their own, or from the other table, follows from
 * that one difference.
 */
function movedPartitions(expected: Catalog, found: Catalog): ReadonlySet<string> {
  const partitions = ({ objects }: Catalog, is: boolean): readonly string[] =>
    objects
      .filter(
        ({ kind, properties }) => kind === "table" && is === (typeof properties["partition of"] === "string"),
      )
      .map(({ schema, name }) => `${schema}.${name}`);
  const [plain, attached] = [new Set(partitions(found, false)), new Set(partitions(found, true))];
  return new Set([
    ...partitions(expected, true).filter((table) => plain.has(table)),
    ...partitions(expected, false).filter((table) => attached.has(table)),
  ]);
}

function isPartOf({ kind, schema, parent }: CatalogObject, tables: ReadonlySet<string>): boolean {
  const has = kind === "column" || kind === "constraint" || kind === "index" || kind === "trigger";
  return has && tables.has(`${schema}.${parent}`);
}
