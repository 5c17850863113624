/** An error as a client sees it: the four fields of PostgREST's error body, and the status. */
export interface RenderedError {
  /** 0 when no answer came from the database, as supabase-js reports network failures. */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** A text, or for PGRST201 an array of candidates. */
  readonly details: unknown;
  readonly hint: string | null;
  /** The database could not be reached, or was going away: another attempt may succeed. */
  readonly passing?: true;
  /** What a 401 answers in `WWW-Authenticate`. */
  readonly challenge?: string;
  /** The status line's text, where the database chose it. */
  readonly statusText?: string;
  /** Further headers of an answer over HTTP. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
}
