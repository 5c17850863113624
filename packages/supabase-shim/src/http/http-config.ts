/** What reading a request depends on. */
export interface HttpConfig {
  /** The exposed schemas; the first is the one of requests that name none. */
  readonly schemas: readonly string[];
  /** `Prefer: tx=…` may decide over commit and rollback. */
  readonly transactionOverride: boolean;
  /** Whether `/` describes the API, and how much of it. */
  readonly openApi: "follow-privileges" | "ignore-privileges" | "disabled";
  /** A function that answers for `/` instead of the description. */
  readonly rootFunction?: string;
  /** What PostgreSQL knows as time zones; needed only where `Prefer: timezone=…` comes. */
  readonly timezones: ReadonlySet<string>;
}
