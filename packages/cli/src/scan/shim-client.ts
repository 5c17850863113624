import { createRehearsal } from "@offramp/supabase-shim/rehearsal";

const client = createRehearsal();

/** Whether the shim's client has a member of this name. */
export function clientHas(name: string): boolean {
  return Reflect.has(client, name) && !(name in Object.prototype);
}
