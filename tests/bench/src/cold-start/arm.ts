/** Who gets the first row: the driver by itself, or a client that reads the catalog first, or one with a snapshot of it. */
export type Arm = "postgres.js" | "introspection" | "snapshot";

/** How a program loads what it uses. */
export type ModuleKind = "import" | "require";

/** Milliseconds of one process. */
export interface FirstRow {
  readonly import: number;
  /** Making the client. */
  readonly client: number;
  /** From the call to its row, with connecting. */
  readonly row: number;
  /** Of all of it, on whatever processor: what others do on the machine is not in it. */
  readonly cpu: number;
  /** The process has loaded Node's `fetch` and all that belongs to it. */
  readonly loadsFetch: boolean;
  /** The process has loaded OpenTelemetry's API, although nothing in it has an SDK. */
  readonly loadsTelemetry: boolean;
}

/** A file that was loaded. */
export interface LoadedModule {
  /** `file:` URL. */
  readonly url: string;
  readonly bytes: number;
}
