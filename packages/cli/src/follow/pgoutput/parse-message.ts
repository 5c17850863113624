import { ByteReader } from "./byte-reader.ts";
import {
  type LoggedMessage,
  type LoggedRelation,
  type LoggedRow,
  type LoggedValue,
  UNCHANGED,
} from "./message.ts";

const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);

/**
 * Reads one message of `pgoutput`, protocol version 1.
 *
 * @throws {Error} the bytes are not such a message: the slot was made with another plugin or protocol.
 */
export function parseMessage(bytes: Buffer): LoggedMessage {
  const reader = new ByteReader(bytes);
  const letter = reader.letter();
  switch (letter) {
    case "B":
      return {
        kind: "begin",
        finalLsn: reader.int64(),
        committedAt: time(reader.int64()),
        transactionId: reader.int32(),
      };
    case "C":
      reader.int8();
      return {
        kind: "commit",
        commitLsn: reader.int64(),
        endLsn: reader.int64(),
        committedAt: time(reader.int64()),
      };
    case "R":
      return { kind: "relation", relation: relation(reader) };
    case "I": {
      const relationId = reader.int32();
      expectLetter(reader, "N");
      return { kind: "insert", relationId, row: row(reader) };
    }
    case "U":
      return update(reader);
    case "D": {
      const relationId = reader.int32();
      expectLetter(reader, "KO");
      return { kind: "delete", relationId, before: row(reader) };
    }
    case "T":
      return truncate(reader);
    case "M":
    case "O":
    case "Y":
      return { kind: "other" };
    default:
      throw new Error(`the replication slot sent a message of the unknown kind "${letter}"`);
  }
}

function relation(reader: ByteReader): LoggedRelation {
  const id = reader.int32();
  const schema = reader.text() || "pg_catalog";
  const name = reader.text();
  const replicaIdentity = reader.letter() as LoggedRelation["replicaIdentity"];
  const columns = Array.from({ length: reader.int16() }, () => {
    const key = (reader.int8() & 1) === 1;
    const column = { key, name: reader.text(), typeId: reader.int32() };
    reader.int32();
    return column;
  });
  return { id, schema, name, replicaIdentity, columns };
}

function update(reader: ByteReader): LoggedMessage {
  const relationId = reader.int32();
  const first = expectLetter(reader, "KON");
  if (first === "N") return { kind: "update", relationId, row: row(reader) };
  const before = row(reader);
  expectLetter(reader, "N");
  return { kind: "update", relationId, before, row: row(reader) };
}

function truncate(reader: ByteReader): LoggedMessage {
  const count = reader.int32();
  const flags = reader.int8();
  return {
    kind: "truncate",
    relationIds: Array.from({ length: count }, () => reader.int32()),
    cascade: (flags & 1) !== 0,
    restartIdentity: (flags & 2) !== 0,
  };
}

function row(reader: ByteReader): LoggedRow {
  return Array.from({ length: reader.int16() }, (): LoggedValue => {
    const kind = reader.letter();
    if (kind === "n") return null;
    if (kind === "u") return UNCHANGED;
    if (kind === "t") return reader.textOf(reader.int32());
    throw new Error(`the replication slot sent a value of the kind "${kind}", where only text was asked for`);
  });
}

function expectLetter(reader: ByteReader, allowed: string): string {
  const letter = reader.letter();
  if (!allowed.includes(letter))
    throw new Error(`the replication slot sent "${letter}" where ${allowed} was expected`);
  return letter;
}

function time(microseconds: bigint): Date {
  return new Date(POSTGRES_EPOCH_MS + Number(microseconds / 1_000n));
}
