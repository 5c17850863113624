import { connect, type Database as Handle } from "@offramp/db";
import { createClient, type SupabaseClient } from "@offramp/supabase-shim";

import type { Database } from "./database.types";

/** Holds the one pool of the process; Nest closes it on shutdown. */
export class DatabaseService {
  readonly client: SupabaseClient<Database>;
  private readonly handle: Handle;

  constructor(url: string) {
    this.handle = connect({ url });
    this.client = createClient<Database>(this.handle, "service-role-key");
  }

  async onApplicationShutdown(): Promise<void> {
    await this.handle.close();
  }
}
