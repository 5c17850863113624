import { err, ok, type RequestError, type Result } from "../errors/index.ts";
import type {
  Action,
  ApiRequest,
  CallPayload,
  Located,
  MediaType,
  Preferences,
  Range,
} from "../request/index.ts";
import { parseEmbedPath, parseMediaType } from "../syntax/index.ts";
import { parseAccept } from "./accept.ts";
import type { HttpConfig } from "./http-config.ts";
import type { HttpInput } from "./http-input.ts";
import { type Parameters, parseParameters } from "./parameters.ts";
import { type Body, parseArguments, parseRows } from "./payload.ts";
import { parsePrefer } from "./prefer.ts";
import { parseProfile, type Profile } from "./profile.ts";
import { canonicalQuery, parseQueryString } from "./query-string.ts";
import { embeddedRange, rootRange } from "./ranges.ts";
import { parseTargetPath, type Target } from "./target-path.ts";

/** What a request is about, and what its answer must say besides the rows. */
interface Asked {
  readonly profile: Profile;
  readonly preferences: Preferences;
  /** No body is wanted. */
  readonly headersOnly: boolean;
}

/** A request that was read. */
export type HttpRequest =
  /** Rows are read, written or computed. */
  | (Asked & { readonly kind: "call"; readonly request: ApiRequest; readonly canonicalQuery: string })
  /** OPTIONS: which methods there are. */
  | (Asked & { readonly kind: "methods"; readonly of: MethodsOf })
  /** `/`: what the API has. */
  | (Asked & { readonly kind: "description"; readonly media: ApiRequest["media"][] });

/** What OPTIONS asks about; a function is told apart from its overloads by its arguments. */
export type MethodsOf =
  | { readonly kind: "relation"; readonly name: string }
  | { readonly kind: "routine"; readonly request: ApiRequest }
  | { readonly kind: "root" };

/**
 * Reads a request as PostgREST does, and finds the same mistakes in the same order. No name is resolved here.
 *
 * Fails with PGRST100 to 103, 106, 114, 117, 125 and 126.
 */
export function parseHttpRequest(input: HttpInput, config: HttpConfig): Result<HttpRequest, RequestError> {
  const target = parseTargetPath(input.path, config);
  if (!target.ok) return target;
  const profile = parseProfile(input.method, input.headers, config);
  if (!profile.ok) return profile;
  const verb = verbOf(target.value, input.method);
  if (!verb.ok) return verb;
  const asked: Asked = {
    profile: profile.value,
    preferences: parsePrefer(input.headers.get("prefer"), config),
    headersOnly: input.method === "HEAD",
  };
  const pairs = parseQueryString(input.query);
  const parameters = parseParameters(pairs, verb.value === "callRead");
  if (!parameters.ok) return parameters;
  const ranges = requestRanges(input, parameters.value);
  if (!ranges.ok) return ranges;
  const media = parseAccept(input.headers.get("accept"));
  if (target.value.kind === "root") {
    return ok(
      verb.value === "methods"
        ? { ...asked, kind: "methods", of: { kind: "root" } }
        : { ...asked, kind: "description", media: [...media] },
    );
  }
  const action = actionOf({ input, name: target.value.name, verb: verb.value, parameters: parameters.value });
  if (!action.ok) return action;
  const [wanted = { kind: "other", name: "" }, ...alternatives] = media;
  const request: ApiRequest = {
    ...(profile.value.named ? { schema: profile.value.schema } : {}),
    action: action.value,
    filters: parameters.value.filters,
    order: parameters.value.order,
    ranges: ranges.value,
    preferences: asked.preferences,
    media: wanted,
    ...(parameters.value.select === undefined ? {} : { select: parameters.value.select }),
    ...(alternatives.length === 0 ? {} : { alternatives }),
  };
  if (verb.value === "methods") {
    const of: MethodsOf =
      target.value.kind === "relation"
        ? { kind: "relation", name: target.value.name }
        : { kind: "routine", request };
    return ok({ ...asked, kind: "methods", of });
  }
  return ok({ ...asked, kind: "call", request, canonicalQuery: canonicalQuery(pairs) });
}

type Verb = "read" | "insert" | "put" | "update" | "delete" | "callRead" | "call" | "methods" | "describe";

const RELATION_VERBS: Readonly<Record<string, Verb>> = {
  GET: "read",
  HEAD: "read",
  POST: "insert",
  PUT: "put",
  PATCH: "update",
  DELETE: "delete",
  OPTIONS: "methods",
};

const ROUTINE_VERBS: Readonly<Record<string, Verb>> = {
  GET: "callRead",
  HEAD: "callRead",
  POST: "call",
  OPTIONS: "methods",
};

const ROOT_VERBS: Readonly<Record<string, Verb>> = {
  GET: "describe",
  HEAD: "describe",
  OPTIONS: "methods",
};

const VERBS = { relation: RELATION_VERBS, routine: ROUTINE_VERBS, root: ROOT_VERBS } as const;

/** Fails with PGRST101 or PGRST117. */
function verbOf({ kind }: Target, method: string): Result<Verb, RequestError> {
  const verbs = VERBS[kind];
  const verb = Object.hasOwn(verbs, method) ? verbs[method] : undefined;
  if (verb !== undefined) return ok(verb);
  return err({ kind: kind === "routine" ? "rpcMethod" : "unsupportedMethod", method });
}

/** Fails with PGRST103, or PGRST114 for a PUT with a limit. */
function requestRanges(
  { method, headers }: HttpInput,
  parameters: Parameters,
): Result<readonly Located<Range>[], RequestError> {
  const header = method === "GET" ? headers.get("range") : null;
  const root = rootRange(parameters.ranges.get("") ?? {}, header);
  if (!root.ok) return root;
  if (method === "PUT" && root.value !== undefined) return err({ kind: "limitedPut" });
  const ranges: Located<Range>[] = [];
  // A Range header alone is a range of the root too.
  const places = parameters.ranges.has("") ? parameters.ranges.keys() : ["", ...parameters.ranges.keys()];
  for (const place of places) {
    const path = place === "" ? ok([]) : parseEmbedPath(place);
    if (!path.ok) return path;
    const range = place === "" ? root.value : embeddedRange(parameters.ranges.get(place) ?? {});
    if (range !== undefined) ranges.push({ path: path.value, value: range });
  }
  return ok(ranges);
}

interface ActionParts {
  readonly input: HttpInput;
  readonly name: string;
  readonly verb: Verb;
  readonly parameters: Parameters;
}

/** Fails with PGRST102. */
function actionOf({ input, name, verb, parameters }: ActionParts): Result<Action, RequestError> {
  const { columns, onConflict } = parameters;
  // Only a JSON body leaves open which columns it has.
  const listed = columns === undefined || bodyType(input).kind !== "json" ? {} : { columns };
  switch (verb) {
    case "read":
      return ok({ kind: "read", relation: name, headersOnly: input.method === "HEAD" });
    case "delete":
      return ok({ kind: "delete", relation: name });
    case "insert": {
      const payload = parseRows(bodyOf(input, columns));
      if (!payload.ok) return payload;
      const upsert = onConflict === undefined ? {} : { onConflict };
      return ok({ kind: "insert", relation: name, payload: payload.value, ...listed, ...upsert });
    }
    case "update": {
      const payload = parseRows(bodyOf(input, columns));
      return payload.ok ? ok({ kind: "update", relation: name, payload: payload.value, ...listed }) : payload;
    }
    case "put": {
      const payload = parseRows(bodyOf(input, undefined));
      return payload.ok ? ok({ kind: "put", relation: name, payload: payload.value }) : payload;
    }
    case "call": {
      const payload = parseArguments(bodyOf(input, columns));
      return payload.ok
        ? ok({ kind: "call", routine: name, payload: payload.value, method: "post" })
        : payload;
    }
    case "callRead":
    case "methods":
    case "describe": {
      const payload: CallPayload = { kind: "named", pairs: parameters.arguments };
      return ok({ kind: "call", routine: name, payload, method: input.method === "HEAD" ? "head" : "get" });
    }
  }
}

function bodyOf(input: HttpInput, columns: readonly string[] | undefined): Body {
  return { bytes: input.body, type: bodyType(input), columns };
}

function bodyType({ headers }: HttpInput): MediaType {
  const type = headers.get("content-type");
  return type === null ? { kind: "json" } : parseMediaType(type);
}
