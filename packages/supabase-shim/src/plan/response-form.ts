import { err, ok, type PlanError, type Result } from "../errors/index.ts";
import type { MediaType } from "../request/index.ts";
import type { ExplainOptions, ResponseForm } from "./plan.ts";

export interface Negotiated {
  readonly form: ResponseForm;
  readonly explain?: ExplainOptions;
}

/** The body's form for the representation that was asked for. */
export function negotiate(media: MediaType): Result<Negotiated, PlanError> {
  switch (media.kind) {
    case "json":
      return ok({ form: { kind: "rows", stripNulls: media.stripNulls === true } });
    case "singular":
      return ok({ form: { kind: "row", stripNulls: media.stripNulls === true } });
    case "csv":
    case "geojson":
      return ok({ form: { kind: media.kind } });
    case "plan": {
      const inner = negotiate(media.of);
      if (!inner.ok) return inner;
      return ok({ form: inner.value.form, explain: { format: media.format, options: media.options } });
    }
    case "text":
    case "xml":
    case "octet-stream":
    case "openapi":
      return err({ kind: "unacceptableMedia", names: [media.kind] });
    case "other":
      return err({ kind: "unacceptableMedia", names: [media.name] });
  }
}

/** Whether one row, and no other number, is an answer. */
export function isSingular(media: MediaType): boolean {
  return media.kind === "singular" || (media.kind === "plan" && isSingular(media.of));
}
