import type { RequestError } from "../errors/request-error.ts";
import { err, ok, type Result } from "../errors/result.ts";
import type { Action, ApiRequest, MediaType, Preferences, Range } from "../request/index.ts";

/**
 * What a builder has recorded so far. A step never changes a draft, it makes a new one. A step that
 * cannot be recorded leaves its error here: the call then fails with the first of them.
 */
export interface Draft {
  readonly request: ApiRequest;
  /** Kept apart from the media type, because it counts whatever order the steps are called in. */
  readonly stripNulls: boolean;
  readonly error?: RequestError;
}

export function startDraft(action: Action, schema: string | undefined): Draft {
  const request: ApiRequest = {
    ...(schema === undefined ? {} : { schema }),
    action,
    filters: [],
    order: [],
    ranges: [],
    preferences: {},
    media: { kind: "json" },
  };
  return { request, stripNulls: false };
}

export function changeDraft(draft: Draft, part: Partial<Omit<ApiRequest, "action">>): Draft {
  return withRequest(draft, { ...draft.request, ...part });
}

/** The most frequent change. */
export function addFilter(draft: Draft, filter: ApiRequest["filters"][number]): Draft {
  const { filters } = draft.request;
  return withRequest(draft, {
    ...draft.request,
    filters: filters.length === 0 ? [filter] : [...filters, filter],
  });
}

function withRequest({ error, stripNulls }: Draft, request: ApiRequest): Draft {
  return error === undefined ? { request, stripNulls } : { request, stripNulls, error };
}

export function preferring(draft: Draft, preferences: Preferences): Draft {
  return changeDraft(draft, { preferences: { ...draft.request.preferences, ...preferences } });
}

export function failDraft(draft: Draft, error: RequestError): Draft {
  return draft.error === undefined ? { ...draft, error } : draft;
}

export function strippingNulls(draft: Draft): Draft {
  return { ...draft, stripNulls: true };
}

/** The request that is sent, with what only the finished chain can tell. */
export function finishDraft(draft: Draft): Result<ApiRequest, RequestError> {
  if (draft.error !== undefined) return err(draft.error);
  if (hasInvalidRange(draft.request)) return err({ kind: "invalidRange", reason: "negativeLimit" });
  const { request } = draft;
  const preferences = finishedPreferences(request);
  const media = finishedMedia(draft);
  const finished = preferences === request.preferences && media === request.media;
  return ok(Object.freeze(finished ? request : { ...request, preferences, media }));
}

/** A mutation without `select()` returns nothing. */
function finishedPreferences({ action, preferences }: ApiRequest): Preferences {
  const writes = action.kind !== "read" && action.kind !== "call";
  return writes && preferences.return === undefined ? { ...preferences, return: "minimal" } : preferences;
}

function finishedMedia({ request: { media }, stripNulls }: Draft): MediaType {
  return stripNulls && (media.kind === "json" || media.kind === "singular")
    ? { ...media, stripNulls: true }
    : media;
}

/**
 * PostgREST's rule, which it applies to the root only: no limit below zero, and a limit of zero
 * from the first row alone. A later call replaces an earlier limit, so this is judged at the end.
 */
function hasInvalidRange(request: ApiRequest): boolean {
  const root: Range | undefined = request.ranges.find(({ path }) => path.length === 0)?.value;
  if (root?.limit === undefined) return false;
  return root.limit < 0 || (root.limit === 0 && root.offset !== 0);
}
