import type { Socket } from "node:net";
import { Stream } from "node:stream";
import { ConnectionError } from "../errors/connection-error.ts";
import type { Row, Statement } from "../port.ts";
import { sendCancelRequest } from "./cancel-request.ts";
import {
  closed,
  connectionLost,
  copyNotSupported,
  connectTimeout,
  copyIsRunning,
  neverReady,
  notCancelled,
  notSent,
  systemCode,
} from "./connection-failure.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import { CopyExchange } from "./copy-exchange.ts";
import { type DriverAnswer, DriverQuery, type DriverResult } from "./driver-query.ts";
import { forbidResending } from "./forbid-resending.ts";
import { openSocket } from "./open-socket.ts";
import { createDriverClient, type DriverClient } from "./postgres-client.ts";
import { RunningStatement, type StatementEnd } from "./running-statement.ts";
import { cancelledBeforeSent } from "./server-failure.ts";
import { explainFailure } from "./session-failure.ts";
import { checkStatement, isSimple } from "./statement-text.ts";
import { StatementTurns, type Turn } from "./statement-turns.ts";
import type { Target } from "./target.ts";
import { targetPassword } from "./target-password.ts";
import type { StatementWatch } from "../telemetry/statement-watch.ts";
import { TransactionMark } from "./transaction-mark.ts";

/** What a statement did: its rows, and the command tag's words, such as `SELECT` or `ROLLBACK`. */
export interface Outcome {
  readonly rows: readonly Row[];
  readonly command: string | undefined;
  /** From the moment when the statement's turn came. */
  readonly durationMs: number;
}

/** One session on the server. Statements run in the order in which they are given, without waiting for each other. */
export class ServerConnection {
  readonly openedAt: number = Date.now();
  /** By the wall clock, which goes on while a process is frozen. */
  idleSince: number = this.openedAt;
  /** Of the longest life: connections that were opened together do not end together. */
  readonly lifeShare: number = 0.9 + Math.random() / 10;
  /** The names and payloads of NOTIFY; set by the listener. */
  onNotify: ((channel: string, payload: string) => void) | undefined;
  onLost: (() => void) | undefined;
  readonly target: Target;
  /** Follows the statements, where somebody wants to know of them. */
  watch: StatementWatch | undefined;

  readonly #socket: Socket;
  readonly #client: DriverClient;
  readonly #prepare: boolean;
  readonly #tracked: ConnectionSettings["tracked"];
  readonly #turns: StatementTurns;
  readonly #transaction = new TransactionMark();
  readonly #end: StatementEnd<Outcome> = {
    answered: (running, answer) => this.#answered(running, answer),
    failed: (running, error) => this.#failed(running, error),
  };
  #gone: ConnectionError | undefined;
  #ready = false;
  #copying = false;
  #stale = false;
  #socketError: string | undefined;

  private constructor(
    target: Target,
    socket: Socket,
    settings: ConnectionSettings & { readonly password: string },
  ) {
    this.target = target;
    this.#socket = socket;
    this.#prepare = settings.preparedStatements;
    this.#tracked = settings.tracked;
    this.#turns = new StatementTurns(target, (error) => this.destroy(notCancelled(error)));
    this.#client = createDriverClient(socket, {
      user: target.user,
      database: target.database,
      password: settings.password,
      session: settings.session,
      onNotify: (channel, payload) => this.onNotify?.(channel, payload),
    });
    socket.on("error", (error) => (this.#socketError = systemCode(error)));
    socket.once("close", () => this.#lose(connectionLost(target, this.#socketError)));
  }

  /** Opens the socket, logs in, and resolves when the server is ready for statements. */
  static async open(target: Target, settings: ConnectionSettings): Promise<ServerConnection> {
    const started = Date.now();
    const password = await targetPassword(target);
    const socket = await openSocket(target, settings.connectTimeoutMs);
    const connection = new ServerConnection(target, socket, { ...settings, password });
    const left = Math.max(1, settings.connectTimeoutMs - (Date.now() - started));
    const timer = setTimeout(
      () => connection.destroy(connectTimeout(target, settings.connectTimeoutMs)),
      left,
    );
    try {
      await connection.ask({ text: "select 1" });
      connection.#ready = true;
      return connection;
    } catch (error) {
      connection.destroy(connectionLost(target, undefined));
      throw isLost(error) ? neverReady(target) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** False when it is gone or broken, holds a prepared statement that the server refuses, or leads to a server that refused a write. */
  get usable(): boolean {
    return this.#gone === undefined && !this.#stale;
  }

  /** True when a transaction was begun on the connection and not ended, as far as the statements tell. */
  get transactionOpen(): boolean {
    return this.#transaction.open;
  }

  /** How long the statement that runs now has been running, in milliseconds. */
  get runningMs(): number {
    return this.#turns.runningMs;
  }

  get tls(): boolean {
    return "encrypted" in this.#socket;
  }

  /** True on a standby, which refuses writes. The server tells when that changes. */
  get standby(): boolean {
    return this.#client.parameter("in_hot_standby") === "on";
  }

  get serverVersion(): string | undefined {
    return this.#client.parameter("server_version");
  }

  /**
   * Runs a statement. `pipelined` says that others may already be on their way behind it: then a
   * prepared statement that DDL made stale fails, where otherwise the driver sends it again by itself.
   */
  run(statement: Statement, pipelined = false): Promise<Outcome> {
    const running = this.ask(statement, pipelined);
    return this.watch === undefined ? running : this.watch.follow(statement, running);
  }

  /** Runs a statement that nobody follows, such as one of our own. */
  ask(statement: Statement, pipelined = false): Promise<Outcome> {
    if (this.#gone !== undefined) return Promise.reject(notSent(this.#gone));
    if (statement.signal?.aborted === true) return Promise.reject(cancelledBeforeSent());
    if (this.#copying) return Promise.reject(copyIsRunning());
    checkStatement(statement);
    const prepare = statement.prepare === true && this.#prepare;
    const text = (prepare ? this.#tracked?.textOf(statement.text) : undefined) ?? statement.text;
    const protocol = prepare ? "prepared" : isSimple(statement, prepare) ? "simple" : "unnamed";
    return new Promise<Outcome>((resolve, reject) => {
      const sentAs = { text, protocol, pipelined } as const;
      const running = new RunningStatement({ statement, sentAs }, this.#end, { resolve, reject });
      this.#transaction.sent(statement);
      this.#turns.add(running);
      if (statement.signal !== undefined) {
        running.onAbort = () => this.#turns.cancel(running);
        statement.signal.addEventListener("abort", running.onAbort, { once: true });
      }
      this.#client.run(running.query);
      if (pipelined && prepare) forbidResending(running.query);
    });
  }

  #answered(running: RunningStatement<Outcome>, answer: DriverAnswer): void {
    if (answer instanceof Stream) {
      // A stream, and the session waits for its end: nothing else can run on it.
      answer.on("error", () => undefined);
      // The driver goes on with the stream first.
      queueMicrotask(() => this.destroy(copyNotSupported()));
      return;
    }
    const { statement } = running;
    const last = isSeveral(answer) ? answer[answer.length - 1] : answer;
    const durationMs = this.#turns.pass();
    this.#transaction.done(statement, last?.command);
    this.#settle(running);
    running.resolve({ rows: rowsOf(last, statement.affectedAs), command: last?.command, durationMs });
  }

  #failed(running: RunningStatement<Outcome>, error: unknown): void {
    const { statement, sentAs } = running;
    const { text, protocol, pipelined } = sentAs;
    this.#turns.pass();
    this.#settle(running);
    const renewed =
      protocol === "prepared" && this.#tracked?.renewedAfter(error, statement.text, text) === true;
    // Nothing was done; in a transaction, or with others behind it, it is the caller's to repeat.
    if (renewed && !pipelined && !this.#transaction.open) running.resolve(this.ask(statement));
    else running.reject(this.#translate(error));
  }

  #settle(running: RunningStatement<Outcome>): void {
    if (running.onAbort !== undefined)
      running.statement.signal?.removeEventListener("abort", running.onAbort);
    this.#turns.settle(running);
  }

  /** Starts a COPY when everything before it has ended. Nothing else can run on the connection until it has ended too. */
  async startCopy(text: string): Promise<CopyExchange> {
    if (this.#copying) throw copyIsRunning();
    checkStatement({ text });
    this.#copying = true;
    await this.settled();
    if (this.#gone !== undefined) throw notSent(this.#gone);
    const translate = (error: unknown): Error => this.#translate(error);
    const exchange = new CopyExchange({ translate, socket: this.#socket });
    const query = new DriverQuery({ text, protocol: "simple" }, [], exchange);
    const turn: Turn = {
      query,
      reject: (error) => exchange.onError(error),
      cancelWanted: false,
      onEnded: undefined,
    };
    this.#turns.add(turn);
    this.#client.run(query);
    const ended = (): void => {
      this.#copying = false;
      this.#turns.settle(turn);
    };
    exchange.ended.then(ended, ended);
    return exchange;
  }

  /** A COPY was started and has not ended. */
  get copying(): boolean {
    return this.#copying;
  }

  /** Whether the server answers on it within `timeoutMs`; otherwise it is cut. */
  async answers(timeoutMs: number): Promise<boolean> {
    const timer = setTimeout(() => this.destroy(connectTimeout(this.target, timeoutMs)), timeoutMs);
    try {
      await this.ask({ text: "select 1" });
      return true;
    } catch {
      // Whatever it was: another connection is opened, and tells.
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  /** While a cancel request is on its way, which could hit the next statement: resolves when it has arrived. */
  get cancelling(): Promise<void> | undefined {
    return this.#turns.cancelling;
  }

  /** Resolves when every statement given so far has ended, however it ended. */
  settled(): Promise<void> {
    return this.#turns.settled();
  }

  /** Lets the process end while the connection is idle. */
  unref(): void {
    this.#socket.unref();
  }

  ref(): void {
    this.#socket.ref();
  }

  /** Says goodbye to the server. For a connection on which nothing runs. */
  async close(): Promise<void> {
    this.#gone ??= closed();
    this.#socket.ref();
    await this.#client.end();
    this.#socket.destroy();
  }

  /** Cuts the connection; what runs on it is rejected with `reason`. */
  destroy(reason: ConnectionError): void {
    this.#lose(reason);
    this.#socket.destroy();
  }

  /** Asks the server to stop what is running, then cuts the connection. */
  async abandon(reason: ConnectionError): Promise<void> {
    const key = this.#turns.running?.state ?? undefined;
    this.#lose(reason);
    try {
      if (key !== undefined) await sendCancelRequest(this.target, key);
    } catch {
      // The server will notice the closed socket when the statement ends.
    }
    this.#socket.destroy();
  }

  #lose(reason: ConnectionError): void {
    if (this.#gone === undefined) {
      this.#gone = reason;
      this.onLost?.();
    }
    // The driver would leave statements that it has not sent yet waiting for ever.
    this.#turns.rejectAll(this.#gone);
  }

  #translate(error: unknown): Error {
    if (this.#gone !== undefined) return this.#gone;
    const { failure, unusable } = explainFailure(error, {
      target: this.target,
      ready: this.#ready,
      standby: this.standby,
      prepares: this.#tracked === undefined,
      socketError: this.#socketError,
    });
    if (unusable) this.#stale = true;
    return failure;
  }
}

function rowsOf(result: DriverResult | undefined, affectedAs: string | undefined): readonly Row[] {
  if (affectedAs !== undefined) return [{ [affectedAs]: String(result?.count ?? 0) }];
  const rows: Row[] = [];
  // The driver's result is a class of its own, which is slow to iterate.
  for (let place = 0; place < (result?.length ?? 0); place += 1) rows.push(result?.[place] as Row);
  return rows;
}

function isLost(error: unknown): boolean {
  return error instanceof ConnectionError && error.problem === "lost";
}

function isSeveral(result: DriverResult | readonly DriverResult[]): result is readonly DriverResult[] {
  return !("command" in result);
}
