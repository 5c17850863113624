import { err, ok, type RequestError, type Result } from "../errors/index.ts";
import type { HttpConfig } from "./http-config.ts";

/** What a path stands for. */
export type Target =
  | { readonly kind: "relation"; readonly name: string }
  | { readonly kind: "routine"; readonly name: string }
  | { readonly kind: "root" };

/** `/`, `/relation` or `/rpc/function`. Fails with PGRST125 or PGRST126. */
export function parseTargetPath(path: string, config: HttpConfig): Result<Target, RequestError> {
  const segments = pathSegments(path);
  const [first, second] = segments;
  if (first === undefined) return rootTarget(config);
  if (segments.length === 1) return ok({ kind: "relation", name: first });
  if (segments.length === 2 && first === "rpc" && second !== undefined) {
    return ok({ kind: "routine", name: second });
  }
  return err({ kind: "unknownPath" });
}

function rootTarget({ openApi, rootFunction }: HttpConfig): Result<Target, RequestError> {
  if (openApi === "disabled") return err({ kind: "rootDisabled" });
  return ok(rootFunction === undefined ? { kind: "root" } : { kind: "routine", name: rootFunction });
}

/** A slash at the end makes no segment of its own, one anywhere else does. */
function pathSegments(path: string): readonly string[] {
  const segments = path.replace(/^\//, "").split("/").map(decodeSegment);
  return segments.at(-1) === "" ? segments.slice(0, -1) : segments;
}

/** A percent sign that begins no escape stands for itself. */
function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
