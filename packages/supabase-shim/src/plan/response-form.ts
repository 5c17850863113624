import { err, ok, type PlanError, type Result } from "../errors/index.ts";
import { type MediaType, mediaTypeName, type SelectItem } from "../request/index.ts";
import type { MediaHandler, QualifiedName } from "../schema-cache/index.ts";
import type { PlanContext } from "./plan-context.ts";
import type { ExplainOptions, ResponseForm } from "./plan.ts";

/** The representation that was chosen. */
export interface Negotiated {
  readonly media: MediaType;
  readonly form: ResponseForm;
  readonly explain?: ExplainOptions;
}

/**
 * The first wanted representation that is there, for the rows of a relation or function. PostgreSQL may have handlers
 * of its own for them; those of one relation need all of its columns. Fails with PGRST107.
 */
export function negotiate(context: PlanContext, target: QualifiedName): Result<Negotiated, PlanError> {
  const { media, alternatives = [] } = context.request;
  // An empty Accept header wants nothing that could be there.
  const wanted = [media, ...alternatives];
  for (const each of wanted) {
    const found = match(context, target, each);
    if (found !== undefined) return ok(found);
  }
  return err({ kind: "unacceptableMedia", names: wanted.map(mediaTypeName) });
}

function match(context: PlanContext, target: QualifiedName, media: MediaType): Negotiated | undefined {
  if (media.kind === "plan") return matchPlan(context, target, media);
  if (media.kind === "singular" || (media.kind === "json" && media.stripNulls === true)) {
    return builtIn(media);
  }
  const handler = findHandler(context, target, mediaTypeName(media));
  return handler === undefined
    ? builtIn(media)
    : { media: handledMedia(handler), form: formOf(handler, target) };
}

function matchPlan(
  context: PlanContext,
  target: QualifiedName,
  media: Extract<MediaType, { kind: "plan" }>,
): Negotiated | undefined {
  if (context.limits.explain === false) return undefined;
  const inner = match(context, target, media.of);
  return inner && { media, form: inner.form, explain: { format: media.format, options: media.options } };
}

function builtIn(media: MediaType): Negotiated | undefined {
  switch (media.kind) {
    case "any":
      return { media: { kind: "json" }, form: { kind: "rows", stripNulls: false } };
    case "json":
      return { media, form: { kind: "rows", stripNulls: media.stripNulls === true } };
    case "singular":
      return { media, form: { kind: "row", stripNulls: media.stripNulls === true } };
    case "csv":
    case "geojson":
      return { media, form: { kind: media.kind } };
    default:
      return undefined;
  }
}

function findHandler(
  { cache, request }: PlanContext,
  target: QualifiedName,
  name: string,
): MediaHandler | undefined {
  const { mediaHandlers } = cache;
  const own = selectsAll(request.select)
    ? (mediaHandlers.find(target, "*/*") ?? mediaHandlers.find(target, name))
    : undefined;
  return own ?? mediaHandlers.find(undefined, name);
}

function selectsAll(select: readonly SelectItem[] | undefined): boolean {
  if (select === undefined) return true;
  const [only] = select;
  return (
    select.length === 1 && only?.kind === "field" && only.field.name === "*" && only.aggregate === undefined
  );
}

function handledMedia({ contentType }: MediaHandler): MediaType {
  switch (contentType.toLowerCase()) {
    case "application/json":
      return { kind: "json" };
    case "application/geo+json":
      return { kind: "geojson" };
    case "text/csv":
      return { kind: "csv" };
    case "text/plain":
      return { kind: "text" };
    case "text/xml":
      return { kind: "xml" };
    case "application/octet-stream":
      return { kind: "octet-stream" };
    default:
      return { kind: "other", name: contentType };
  }
}

function formOf({ aggregate, bytes, target: own }: MediaHandler, target: QualifiedName): ResponseForm {
  if (aggregate === undefined) return { kind: "value", bytes };
  return { kind: "aggregate", bytes, aggregate, ...(own === undefined ? {} : { rowType: target }) };
}

/** Whether one row, and no other number, is an answer. */
export function isSingular(media: MediaType): boolean {
  return media.kind === "singular";
}
