import { randomUUID } from "node:crypto";
import type { AuditFields } from "../plan/index.ts";

/** What a writer's next record says of calls before it that have none. */
interface Notes {
  /** Numbers of calls that never reached the database. */
  readonly not_sent?: readonly string[];
  /** Numbers of calls that were let through although their record could not be written. */
  readonly unrecorded?: readonly string[];
}

/**
 * Numbers the audited calls of one client, from 1 and without gaps. The number is in the record, so a missing one is a
 * call that is unaccounted for: it failed, and the client died before it could say so.
 */
export class AuditWriter {
  readonly id: string = randomUUID();
  #calls = 0n;
  #notSent: string[] = [];
  #unrecorded: string[] = [];

  next(): { readonly call: string; readonly notes?: Notes } {
    this.#calls += 1n;
    const call = String(this.#calls);
    if (this.#notSent.length === 0 && this.#unrecorded.length === 0) return { call };
    const notes = {
      ...(this.#notSent.length === 0 ? {} : { not_sent: this.#notSent }),
      ...(this.#unrecorded.length === 0 ? {} : { unrecorded: this.#unrecorded }),
    };
    this.#notSent = [];
    this.#unrecorded = [];
    return { call, notes };
  }

  noteUnsent(fields: AuditFields): void {
    this.#keep(fields);
    if (fields.writer_call !== undefined) this.#notSent.push(fields.writer_call);
  }

  noteUnrecorded(fields: AuditFields): void {
    this.#keep(fields);
    if (fields.writer_call !== undefined) this.#unrecorded.push(fields.writer_call);
  }

  /** What the lost record would have said of others, the next one says. */
  #keep({ details }: AuditFields): void {
    if (details === undefined) return;
    const { not_sent = [], unrecorded = [] } = JSON.parse(details) as Notes;
    this.#notSent.push(...not_sent);
    this.#unrecorded.push(...unrecorded);
  }
}
