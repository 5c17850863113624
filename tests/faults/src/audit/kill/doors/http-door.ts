import type { Database } from "@offramp/db";
import { createHandler } from "@offramp/supabase-shim/http";
import { type Door, idsOf } from "./door.ts";

const JSON_HEADERS = { "content-type": "application/json", prefer: "return=representation" };

/** The HTTP door, asked as PostgREST is. */
export function httpDoor(db: Database, anonRole: string): Door {
  const handle = createHandler(db, { anonRole });
  const ask = async (path: string, init: RequestInit = {}): Promise<readonly string[]> => {
    const response = await handle(new Request(`http://clinic.test${path}`, init));
    const body: unknown = await response.json();
    if (!response.ok) throw body as object;
    return idsOf(body);
  };
  const send = (method: string, path: string, body?: object): Promise<readonly string[]> =>
    ask(path, {
      method,
      headers: JSON_HEADERS,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    name: "http",
    read: (patient) => ask(`/profiles?select=id,email,full_name&id=eq.${patient}`),
    readMany: () => ask("/profiles?select=id,email,full_name&email=like.p1*"),
    create: (call) => send("POST", "/profiles?select=id", { email: `${call}@example.com`, full_name: call }),
    update: (patient, call) => send("PATCH", `/profiles?select=id&id=eq.${patient}`, { full_name: call }),
    remove: (patient) => send("DELETE", `/profiles?select=id&id=eq.${patient}`),
  };
}
