import type { CatalogObject } from "@offramp/db/conformance";

import { qualifiedName } from "./quoted-names.ts";
import { optionsText, stringText } from "./type-script-text.ts";

/** The largest number of each type that a sequence can count in. */
const MAXIMUM: Readonly<Record<string, string>> = {
  smallint: "32767",
  integer: "2147483647",
  bigint: "9223372036854775807",
};

const SERIAL: Readonly<Record<string, string>> = {
  smallint: "smallserial",
  integer: "serial",
  bigint: "bigserial",
};

/** What a sequence is told, where it is not what PostgreSQL takes by itself. */
export interface SequenceFacts {
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cache: string;
  readonly cycle: boolean;
}

/** The facts of a sequence of the catalog. */
export function sequenceFacts({ properties }: CatalogObject): SequenceFacts {
  const fact = (name: string): string => String(properties[name]);
  return {
    type: fact("type"),
    start: fact("start"),
    increment: fact("increment"),
    minimum: fact("minimum"),
    maximum: fact("maximum"),
    cache: fact("cache"),
    cycle: properties["cycle"] === true,
  };
}

/** The facts in `start with 1 increment by 1 …`, as an identity column of the catalog has them. */
export function identityFacts(text: string, type: string): SequenceFacts | undefined {
  const parts =
    /^start with (\S+) increment by (\S+) minvalue (\S+) maxvalue (\S+) cache (\d+)( no)? cycle$/.exec(text);
  if (parts === null) return undefined;
  const [, start = "", increment = "", minimum = "", maximum = "", cache = "", no] = parts;
  return { type, start, increment, minimum, maximum, cache, cycle: no === undefined };
}

/** Drizzle's options of a sequence, or nothing where it is as PostgreSQL makes it by itself. Large numbers are text. */
export function sequenceOptions(facts: SequenceFacts): string | undefined {
  const usual = usualOf(facts.type);
  const unless = (value: string, plain: string): string | undefined =>
    value === plain ? undefined : value.length > 15 ? stringText(value) : value;
  return optionsText({
    startWith: unless(facts.start, usual.start),
    increment: unless(facts.increment, usual.increment),
    minValue: unless(facts.minimum, usual.minimum),
    maxValue: unless(facts.maximum, usual.maximum),
    cache: unless(facts.cache, usual.cache),
    cycle: facts.cycle ? "true" : undefined,
  });
}

/** `serial` and its kin, for a column whose default is a sequence of its own as `serial` makes it. */
export function serialOf(
  column: CatalogObject,
  objects: readonly CatalogObject[],
): { readonly builder: string; readonly sequence: CatalogObject } | undefined {
  const type = String(column.properties["type"]);
  const taken = /^nextval\('(.+)'::regclass\)$/.exec(String(column.properties["default"]));
  const [schema, name] = qualifiedName(taken?.[1]?.replaceAll("''", "'") ?? "") ?? [];
  const sequence = objects.find(
    (object) => object.kind === "sequence" && object.schema === schema && object.name === name,
  );
  const builder = SERIAL[type];
  if (sequence === undefined || builder === undefined || schema !== column.schema) return undefined;
  const owner = qualifiedName(String(sequence.properties["owned by"])) ?? [];
  const facts = sequenceFacts(sequence);
  const isOwn = owner.join("\0") === [column.schema, column.parent, column.name].join("\0");
  const isUsual = facts.type === type && sequenceOptions(facts) === undefined;
  return isOwn && isUsual && name === `${column.parent}_${column.name}_seq`
    ? { builder, sequence }
    : undefined;
}

function usualOf(type: string): SequenceFacts {
  return {
    type,
    start: "1",
    increment: "1",
    minimum: "1",
    maximum: MAXIMUM[type] ?? "",
    cache: "1",
    cycle: false,
  };
}
