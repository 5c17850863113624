import type { SupabaseClient } from "@offramp/supabase-shim";
import { type Door, idsOf } from "./door.ts";

/** What a transaction's client has too. */
export type Client = Pick<SupabaseClient, "from" | "rpc">;

interface Answer {
  readonly data: unknown;
  readonly error: object | null;
}

async function told(answer: PromiseLike<Answer>): Promise<readonly string[]> {
  const { data, error } = await answer;
  if (error !== null) throw error;
  return idsOf(data);
}

/** `from().select()` and its kind. */
export function builderDoor(client: Client): Door {
  return {
    name: "builder",
    read: (patient) => told(client.from("profiles").select("id, email, full_name").eq("id", patient)),
    readMany: () => told(client.from("profiles").select("id, email, full_name").like("email", "p1%")),
    create: (call) =>
      told(
        client
          .from("profiles")
          .insert({ email: `${call}@example.com`, full_name: call })
          .select("id"),
      ),
    update: (patient, call) =>
      told(client.from("profiles").update({ full_name: call }).eq("id", patient).select("id")),
    remove: (patient) => told(client.from("profiles").delete().eq("id", patient).select("id")),
  };
}

/** The functions of the scene, called with `rpc()`. */
export function rpcDoor(client: Client): Door {
  const call = (name: string, args: object): Promise<readonly string[]> =>
    told(client.rpc(name, args).select("id"));
  return {
    name: "rpc",
    read: (patient) => told(client.rpc("find_patient", { patient }).select("id, email, full_name")),
    readMany: () => told(client.rpc("find_patients", { pattern: "p1%" }).select("id, email, full_name")),
    create: (id) => call("create_patient", { email: `${id}@example.com`, name: id }),
    update: (patient, id) => call("rename_patient", { patient, name: id }),
    remove: (patient) => call("remove_patient", { patient }),
  };
}

/** A door on a client that has transactions, whose calls then go through the transaction's own. */
export function withTransactions(supabase: SupabaseClient, door: (client: Client) => Door): Door {
  return {
    ...door(supabase),
    transaction: async (work) => {
      await supabase.transaction((tx) => work(door(tx as unknown as Client)));
    },
  };
}
