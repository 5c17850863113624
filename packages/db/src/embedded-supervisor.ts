/**
 * The process that owns an embedded PostgreSQL server. It is a program, started by
 * `testing/embedded.ts`, and lives as long as its standard input is open: when the process that
 * started it ends, in whatever way, the pipe closes, and the server and its directory go.
 *
 * It prints one line of JSON: `{ "port": 54321 }`, or `{ "error": "…" }`.
 */
import { superviseEmbeddedServer } from "./testing/supervise-embedded-server.ts";

void superviseEmbeddedServer();
