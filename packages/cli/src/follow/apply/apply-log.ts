import { type Database, type ReservedConnection, ServerError, type Statement } from "@offramp/db";

import type { Lsn } from "../lsn.ts";
import type { LoggedMessage, LoggedRelation } from "../pgoutput/message.ts";
import { changeStatement } from "./change-statement.ts";
import type { FollowedTable, TargetChange } from "./followed-table.ts";
import { storePosition } from "./position.ts";
import { type LoggedChange, targetChanges } from "./target-changes.ts";

/** What was applied in one go. */
export interface Applied {
  readonly transactions: number;
  readonly changes: number;
  /** The end of the last whole transaction; undefined where there was none. */
  readonly lsn: Lsn | undefined;
  /** When that transaction committed on the source. */
  readonly committedAt: Date | undefined;
}

/** Where changes go, and from where on. */
export interface ApplyPlan {
  readonly slot: string;
  /** The table of a relation of the source; undefined where it is not followed. */
  readonly tableOf: (relation: LoggedRelation) => FollowedTable | undefined;
  /** What ends here or before was applied already. */
  readonly after: Lsn;
}

/** So many statements are on their way at a time; the older half is waited for, so the server is never idle. */
const PIPELINE = 512;

/**
 * Applies messages of the log to the target, in one transaction of the target, with the position that they reach. Killed at
 * any moment, either all of it is there or nothing.
 */
export class LogApplier {
  readonly #plan: ApplyPlan;
  readonly #connection: ReservedConnection;
  readonly #relations = new Map<number, LoggedRelation>();
  readonly #sent: { readonly promise: Promise<unknown>; readonly change: TargetChange }[] = [];
  #transactionId = 0;
  /** The transaction that is being read was applied before. */
  #skipping = false;
  #transactions = 0;
  #changes = 0;
  #lsn: Lsn | undefined;
  #committedAt: Date | undefined;

  private constructor(plan: ApplyPlan, connection: ReservedConnection) {
    this.#plan = plan;
    this.#connection = connection;
  }

  /**
   * Applies what `read` gives, and commits.
   *
   * @throws {ServerError} the target refused a change: the message names the table, never a value. Nothing was applied.
   */
  static async run(
    target: Database,
    plan: ApplyPlan,
    read: (apply: (messages: readonly LoggedMessage[]) => Promise<void>) => Promise<void>,
  ): Promise<Applied> {
    const connection = await target.reserve();
    try {
      await connection.query({ text: "begin" });
      // Foreign keys held on the source and its triggers ran there: here they must neither refuse nor run again.
      await connection.query({ text: "set local session_replication_role = replica" });
      const applier = new LogApplier(plan, connection);
      await read((messages) => applier.#take(messages));
      await applier.#settle(applier.#sent.length);
      const applied = applier.#applied();
      if (applied.lsn !== undefined)
        await storePosition(connection, plan.slot, { lsn: applied.lsn, changes: applied.changes });
      await connection.query({ text: "commit" });
      return applied;
    } finally {
      await connection.release();
    }
  }

  async #take(messages: readonly LoggedMessage[]): Promise<void> {
    for (const message of messages) await this.#takeOne(message);
  }

  async #takeOne(message: LoggedMessage): Promise<void> {
    switch (message.kind) {
      case "begin":
        this.#transactionId = message.transactionId;
        this.#skipping = message.finalLsn < this.#plan.after;
        return;
      case "commit":
        if (this.#skipping) return;
        this.#transactions += 1;
        this.#lsn = message.endLsn;
        this.#committedAt = message.committedAt;
        return;
      case "relation":
        this.#relations.set(message.relation.id, message.relation);
        return;
      case "truncate":
        if (!this.#skipping) await this.#truncate(message);
        return;
      case "insert":
      case "update":
      case "delete": {
        if (this.#skipping) return;
        for (const change of await this.#changesOf(message)) await this.#send(change);
        return;
      }
      case "other":
        return;
    }
  }

  async #changesOf(message: LoggedChange["message"]): Promise<readonly TargetChange[]> {
    const relation = this.#relations.get(message.relationId);
    if (relation === undefined)
      throw new Error("the replication slot sent a change of a table that it had not described");
    const table = this.#plan.tableOf(relation);
    if (table === undefined) return [];
    const copied = table.copied(this.#transactionId);
    if (copied === "all") return [];
    return targetChanges({ message, relation, table, converge: copied === "partly" });
  }

  async #truncate(message: Extract<LoggedMessage, { readonly kind: "truncate" }>): Promise<void> {
    const tables = message.relationIds.flatMap((id) => {
      const relation = this.#relations.get(id);
      const table = relation === undefined ? undefined : this.#plan.tableOf(relation);
      return table === undefined || table.copied(this.#transactionId) === "all" ? [] : [table];
    });
    if (tables.length === 0) return;
    const { cascade, restartIdentity } = message;
    await this.#send({ kind: "truncate", tables, cascade, restartIdentity });
  }

  async #send(change: TargetChange): Promise<void> {
    this.#changes += 1;
    const statement: Statement = changeStatement(change);
    const promise = this.#connection.query(statement);
    // Looked at in #settle; until then its rejection is no unhandled one.
    promise.catch(() => undefined);
    this.#sent.push({ promise, change });
    if (this.#sent.length >= PIPELINE) await this.#settle(PIPELINE / 2);
  }

  /** Waits for the oldest of what was sent. The first refusal is the cause; those behind it only say that the transaction has failed. */
  async #settle(count: number): Promise<void> {
    for (const { promise, change } of this.#sent.splice(0, count)) {
      try {
        await promise;
      } catch (error) {
        throw error instanceof ServerError ? new Error(refusal(change, error), { cause: error }) : error;
      }
    }
  }

  #applied(): Applied {
    return {
      transactions: this.#transactions,
      changes: this.#changes,
      lsn: this.#lsn,
      committedAt: this.#committedAt,
    };
  }
}

function refusal(change: TargetChange, error: ServerError): string {
  const table = change.kind === "truncate" ? change.tables[0] : change.table;
  const place = table === undefined ? "a table" : `${table.target.schema}.${table.target.name}`;
  return `${place}: the target refused ${change.kind === "insert" ? "an" : "a"} ${change.kind} that the source had made (${error.code}). Nothing of its transaction was applied; offramp verify names the rows that differ.`;
}
