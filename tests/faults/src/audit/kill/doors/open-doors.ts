import { connect, type Database } from "@offramp/db";
import { CALLER_NAME } from "../scene.ts";
import type { Door } from "./door.ts";

/** What a client calls through. Loading Drizzle takes longer than all else, so that few clients do. */
export type Entrance = "offramp" | "drizzle";

export interface OpenDoors {
  readonly db: Database;
  readonly doors: readonly Door[];
}

export async function openDoors(
  entrance: Entrance,
  { url, connections }: { readonly url: string; readonly connections: number },
): Promise<OpenDoors> {
  const db = connect({ url, max: connections, applicationName: CALLER_NAME });
  if (entrance === "drizzle") {
    const { drizzleDoor } = await import("./drizzle-door.ts");
    return { db, doors: [drizzleDoor(url, { database: db, connections, name: CALLER_NAME })] };
  }
  const [{ createClient }, builder, http] = await Promise.all([
    import("@offramp/supabase-shim"),
    import("./builder-door.ts"),
    import("./http-door.ts"),
  ]);
  const supabase = createClient(db, undefined, { watchSchema: false });
  return {
    db,
    doors: [
      builder.withTransactions(supabase, builder.builderDoor),
      builder.withTransactions(supabase, builder.rpcDoor),
      http.httpDoor(db, decodeURIComponent(new URL(url).username)),
    ],
  };
}
