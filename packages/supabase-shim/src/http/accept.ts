import type { MediaType } from "../request/index.ts";
import { parseMediaType } from "../syntax/index.ts";

/** The media types that a client takes, the most wanted first. No header means any. */
export function parseAccept(header: string | null): readonly MediaType[] {
  if (header === null) return [{ kind: "any" }];
  return header
    .replaceAll(" ", "")
    .split(",")
    .filter((member) => member !== "")
    .map(weighed)
    .toSorted((a, b) => b.weight - a.weight || b.specificity - a.specificity)
    .map(({ name }) => parseMediaType(name));
}

interface Weighed {
  readonly name: string;
  readonly weight: number;
  /** Parameters make a type more specific, stars less. */
  readonly specificity: number;
}

function weighed(member: string): Weighed {
  const at = member.indexOf(";q=");
  const name = at === -1 ? member : member.slice(0, at);
  const weight = at === -1 ? 1 : Number.parseFloat(member.slice(at + 3));
  return {
    name,
    weight: Number.isNaN(weight) ? 1 : weight,
    specificity: name.split(";").length - name.split("*").length,
  };
}
