import type { Anything } from "./any.ts";

/*
 * Names of supabase's realtime, for applications that mention them in their own signatures. The channels are the
 * delegate's.
 */

/**
 * What `channel()` gives.
 *
 * @example
 * ```ts
 * import { createClient, type RealtimeChannel } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("https://abc.supabase.co", "anon-key");
 * export function leave(channel: RealtimeChannel): void {
 *   void supabase.removeChannel(channel);
 * }
 * ```
 */
export type RealtimeChannel = Anything;

/**
 * What a listener of `postgres_changes` is told.
 *
 * @example
 * ```ts
 * import type { RealtimePostgresChangesPayload } from "@offramp/supabase-shim";
 *
 * export function newId(payload: RealtimePostgresChangesPayload<{ id: string }>): string | undefined {
 *   return payload.eventType === "DELETE" ? undefined : payload.new.id;
 * }
 * ```
 */
export type RealtimePostgresChangesPayload<Row extends { [key: string]: Anything }> = {
  schema: string;
  table: string;
  commit_timestamp: string;
  errors: string[];
} & (
  | { eventType: "INSERT"; new: Row; old: {} }
  | { eventType: "UPDATE"; new: Row; old: Partial<Row> }
  | { eventType: "DELETE"; new: {}; old: Partial<Row> }
);
