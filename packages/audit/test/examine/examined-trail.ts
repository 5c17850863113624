import { type TrailDatabase, trailDatabase } from "../trail-database.ts";

/** A record to be put into the trail at a time of its own, which only a superuser can. */
export interface PastAccess {
  readonly at: string;
  readonly actor?: string | null;
  readonly subjects?: readonly string[];
  readonly action?: string;
  readonly outcome?: string;
  readonly sqlstate?: string;
  readonly breakGlass?: boolean;
  readonly purpose?: string;
  readonly userAgent?: string;
  readonly application?: string;
  readonly ip?: string;
  readonly relations?: readonly string[];
  readonly columns?: readonly string[];
  readonly filters?: readonly string[];
  readonly keys?: Readonly<Record<string, unknown>>;
  readonly requestId?: string;
  readonly onBehalfOf?: string;
  /** The number of the call; its writer is always the same. */
  readonly call?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

const FIELDS =
  "recorded_at, actor_id, actor_role, on_behalf_of, purpose_of_use, break_glass, application, request_id, ip, user_agent, action, relations, columns, filters, record_keys, subjects, row_count, outcome, sqlstate, writer_id, writer_call, details";

const INSERT = `insert into audit.phi_access_log (${FIELDS})
  select ${FIELDS} from json_populate_record(null::audit.phi_access_log, $1::text::json)`;

function rowOf(access: PastAccess): Record<string, unknown> {
  return {
    recorded_at: access.at,
    actor_id: access.actor === undefined ? "lena" : access.actor,
    actor_role: "clinician",
    on_behalf_of: access.onBehalfOf,
    purpose_of_use: access.purpose ?? "TREAT",
    break_glass: access.breakGlass ?? false,
    application: access.application,
    request_id: access.requestId,
    ip: access.ip,
    user_agent: access.userAgent,
    action: access.action ?? "READ",
    relations: access.relations ?? ["public.profiles"],
    columns: access.columns ?? ["public.profiles.email"],
    filters: access.filters ?? [],
    record_keys: access.keys,
    subjects: access.subjects ?? ["ada"],
    row_count: 1,
    outcome: access.outcome ?? "success",
    sqlstate: access.sqlstate,
    writer_id: access.call === undefined ? undefined : "11111111-0000-4000-8000-000000000000",
    writer_call: access.call,
    details: access.details,
  };
}

/** A trail with these records, in the order of their ids. */
export async function examinedTrail(accesses: readonly PastAccess[]): Promise<TrailDatabase> {
  const trail = await trailDatabase();
  for (const access of accesses) {
    await trail.admin.query({ text: INSERT, values: [JSON.stringify(rowOf(access))] });
  }
  return trail;
}
