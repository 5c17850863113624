import type { Database, ReservedConnection } from "@offramp/db";

import type { Chunk } from "./chunk.ts";
import { type CopyFormat, copyOutSql } from "./copy-sql.ts";
import { beginAt } from "../tables/snapshot.ts";

/** What the source said, as against the target. */
class SourceError extends Error {
  override readonly name = "SourceError";

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Reads chunks at one snapshot, one after the other, on a connection that it keeps. */
export class SourceReader {
  readonly #source: Database;
  readonly #snapshot: string;
  #connection: ReservedConnection | undefined;

  constructor(source: Database, snapshot: string) {
    this.#source = source;
    this.#snapshot = snapshot;
  }

  /**
   * The chunk's rows, as COPY writes them.
   *
   * @throws {SourceError} the source could not be read.
   */
  async *read(
    chunk: Chunk,
    columns: readonly string[],
    format: CopyFormat,
  ): AsyncGenerator<Buffer, void, undefined> {
    let whole = false;
    try {
      const connection = await this.#open();
      const { range } = chunk;
      if (range.kind !== "whole")
        await connection.query({
          text: "select set_config('offramp.from', $1, true), set_config('offramp.to', $2, true)",
          values: [range.from ?? "", range.to ?? ""],
        });
      yield* connection.copyOut(copyOutSql(chunk, columns, format));
      whole = true;
    } catch (error) {
      throw new SourceError(error);
    } finally {
      // Left in the middle: the connection is closed, and the next chunk opens another at the same snapshot.
      if (!whole) await this.close();
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.release();
  }

  async #open(): Promise<ReservedConnection> {
    if (this.#connection === undefined) {
      const connection = await this.#source.reserve();
      try {
        await beginAt(connection, this.#snapshot);
      } catch (error) {
        await connection.release();
        throw error;
      }
      this.#connection = connection;
    }
    return this.#connection;
  }
}
