/** A request as it came in, with its body read. */
export interface HttpInput {
  readonly method: string;
  /** The path below the handler's base path, as it was sent: percent signs are not decoded. */
  readonly path: string;
  /** What stands behind the `?`, as it was sent. */
  readonly query: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}
