import type { ClientSettings } from "./client-settings.ts";
import { isDuration, notADuration } from "./duration.ts";
import { failDraft, finishDraft, strippingNulls, type Draft } from "./draft.ts";
import type { Call, ClientError, ClientResult, Run, Stream } from "./engine.ts";
import { judgeMaybeSingle } from "./judge-maybe-single.ts";
import { PostgrestError } from "./postgrest-error.ts";
import type { PostgrestResponseSuccess, PostgrestSingleResponse } from "./postgrest-response.ts";
import { keepHeader, type SharedHeaders } from "./shared-headers.ts";
import type { Overridden, Replaced } from "../types/override.ts";
import type { Stripped } from "../types/stripped.ts";
import type { AnyReason } from "./untyped.ts";

/** After `throwOnError()` only success resolves. */
export type BuilderResponse<Result, ThrowOnError extends boolean> = ThrowOnError extends true
  ? PostgrestResponseSuccess<Result>
  : PostgrestSingleResponse<Result>;

/**
 * A call that is ready to run. It runs when it is awaited, each time anew.
 *
 * @example
 * ```ts
 * import { createClient } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * const first = supabase.from("profiles").select("email").limit(1).single();
 * const { data, error } = await first;
 * console.log(data, error);
 * ```
 */
export abstract class PostgrestBuilder<
  ClientOptions,
  Result,
  ThrowOnError extends boolean = false,
> implements PromiseLike<BuilderResponse<Result, ThrowOnError>> {
  protected draft: Draft;
  private readonly sharedHeaders: SharedHeaders;
  protected signal: AbortSignal | undefined;
  protected retryEnabled: boolean;
  protected statementTimeoutMs: number | undefined;
  protected isMaybeSingle = false;
  protected shouldThrowOnError = false;
  private readonly run: Run;
  private readonly openStream: Stream | undefined;
  private readonly timeout: number | undefined;

  constructor(draft: Draft, settings: ClientSettings) {
    this.draft = draft;
    this.sharedHeaders = settings.headers.share();
    this.retryEnabled = settings.retry ?? true;
    this.run = settings.run;
    this.openStream = settings.stream;
    this.timeout = settings.timeout;
    this.statementTimeoutMs = settings.statementTimeout;
  }

  /** Makes the call reject with a `PostgrestError` instead of resolving with `error`. */
  throwOnError(): PostgrestBuilder<ClientOptions, Result, true> {
    this.shouldThrowOnError = true;
    return this as unknown as PostgrestBuilder<ClientOptions, Result, true>;
  }

  /** Leaves keys whose value is null out of the rows. Throws after `csv()`, which has no keys. */
  stripNulls(): PostgrestBuilder<ClientOptions, Stripped<Result>, ThrowOnError> {
    if (this.draft.request.media.kind === "csv") {
      throw new Error("stripNulls() cannot be used with csv()");
    }
    this.draft = strippingNulls(this.draft);
    return this as never;
  }

  /**
   * Sets a header of this call. Policies and functions read it from `request.headers`.
   *
   * @throws {TypeError} HTTP allows no such name or value.
   */
  setHeader(name: string, value: string): this {
    keepHeader(name, () => this.sharedHeaders.own.set(name, value));
    return this;
  }

  /** Says whether this call, when it only reads, may be tried again after a lost connection. */
  retry(enabled: boolean): this {
    this.retryEnabled = enabled;
    return this;
  }

  /**
   * Cancels the call's statement in PostgreSQL when it runs longer than this many milliseconds: SQLSTATE 57014.
   * Not in supabase-js.
   */
  statementTimeout(milliseconds: number): this {
    if (isDuration(milliseconds)) this.statementTimeoutMs = milliseconds;
    else this.draft = failDraft(this.draft, notADuration("statementTimeout", milliseconds));
    return this;
  }

  /** Runs the call. Each `await` and each `then` runs it again. */
  // oxlint-disable-next-line unicorn/no-thenable -- a builder is awaited; that is its contract.
  then<Fulfilled = BuilderResponse<Result, ThrowOnError>, Rejected = never>(
    onfulfilled?:
      | ((value: BuilderResponse<Result, ThrowOnError>) => Fulfilled | PromiseLike<Fulfilled>)
      | null,
    onrejected?: ((reason: AnyReason) => Rejected | PromiseLike<Rejected>) | null,
  ): PromiseLike<Fulfilled | Rejected> {
    const outcome = this.settle() as Promise<unknown> as Promise<BuilderResponse<Result, ThrowOnError>>;
    return outcome.then(onfulfilled, onrejected);
  }

  /** @deprecated Use `overrideTypes`. Changes the type of the result, nothing else. */
  returns<NewResult>(): PostgrestBuilder<ClientOptions, Replaced<Result, NewResult>, ThrowOnError> {
    return this as unknown as PostgrestBuilder<ClientOptions, Replaced<Result, NewResult>, ThrowOnError>;
  }

  /**
   * Changes the type of the result, nothing else. The new type is merged into the old one; `{ merge: false }` takes
   * its place.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * const { data } = await supabase
   *   .from("metabolic_tests")
   *   .select("id, raw_data")
   *   .overrideTypes<{ id: string; raw_data: { device: string } }[], { merge: false }>();
   * console.log(data?.[0]?.raw_data.device);
   * ```
   */
  overrideTypes<NewResult, Options extends { merge?: boolean } = { merge: true }>(): PostgrestBuilder<
    ClientOptions,
    Overridden<Result, NewResult, Options>,
    ThrowOnError
  > {
    return this as unknown as PostgrestBuilder<
      ClientOptions,
      Overridden<Result, NewResult, Options>,
      ThrowOnError
    >;
  }

  private async settle(): Promise<ClientResult<unknown>> {
    const throwing = this.shouldThrowOnError;
    const judged = this.isMaybeSingle;
    const outcome = await this.run(this.toCall());
    const result = judged ? judgeMaybeSingle(outcome) : outcome;
    if (throwing && !result.success) throw thrown(result.error);
    return result;
  }

  /** The batches of a stream; its failure is thrown. */
  protected async *batches(batch: number): AsyncGenerator<unknown, void, undefined> {
    if (this.openStream === undefined) throw new Error("This client cannot stream.");
    for await (const result of this.openStream(this.toCall(), batch)) {
      if (!result.success) throw thrown(result.error);
      yield result.data;
    }
  }

  /** Every call makes one, so nothing is copied into it that is not there. */
  private toCall(): Call {
    const { signal, timeout = 0, statementTimeoutMs, retryEnabled } = this;
    const call: { -readonly [Name in keyof Call]: Call[Name] } = {
      request: finishDraft(this.draft),
      headers: this.sharedHeaders.record,
    };
    if (signal !== undefined) call.signal = signal;
    if (timeout > 0) call.timeoutMs = timeout;
    if (statementTimeoutMs !== undefined) call.statementTimeoutMs = statementTimeoutMs;
    if (!retryEnabled) call.retry = false;
    return call;
  }
}

/** `details` and `hint` are typed as texts, as in supabase-js, and can be null as they can there. */
function thrown(error: ClientError): PostgrestError {
  return new PostgrestError(error as ConstructorParameters<typeof PostgrestError>[0]);
}
