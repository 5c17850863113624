import { describe, expect, test } from "vitest";
import { renderError } from "../../src/errors/index.ts";

const status = (code: string, { anonymous = false, message = "m" } = {}): number =>
  renderError({ stage: "execute", error: { kind: "postgres", fields: { code, message }, anonymous } }).status;

/** PostgREST, "Errors", HTTP Status Codes. */
describe("the status of an SQLSTATE", () => {
  test.each([
    ["08006", 503],
    ["09000", 500],
    ["0L000", 403],
    ["0P000", 403],
    ["23502", 400],
    ["23503", 409],
    ["23505", 409],
    ["23514", 400],
    ["25006", 405],
    ["25001", 500],
    ["28000", 403],
    ["2D000", 500],
    ["38000", 500],
    ["39000", 500],
    ["3B000", 500],
    ["40001", 500],
    ["40P01", 500],
    ["53400", 500],
    ["53300", 503],
    ["54001", 500],
    ["55006", 500],
    ["57014", 500],
    ["57P01", 503],
    ["58030", 500],
    ["F0000", 500],
    ["HV000", 500],
    ["P0001", 400],
    ["P0002", 500],
    ["XX000", 500],
    ["42883", 404],
    ["42P01", 404],
    ["42P17", 500],
    ["42703", 400],
    ["22P02", 400],
    ["22023", 400],
    ["99999", 400],
  ])("%s is %i", (code, expected) => {
    expect(status(code)).toBe(expected);
  });

  test("a denied call is asked for a token when it had none", () => {
    expect(status("42501")).toBe(403);
    expect(status("42501", { anonymous: true })).toBe(401);
    expect(
      renderError({
        stage: "execute",
        error: { kind: "postgres", fields: { code: "42501", message: "m" }, anonymous: true },
      }),
    ).toMatchObject({ challenge: "Bearer" });
  });

  test("RAISE SQLSTATE 'PTxyz' chooses its own", () => {
    expect(status("PT402")).toBe(402);
    expect(status("PTabc")).toBe(500);
  });
});

test("the fields are PostgreSQL's own, and what it did not say is null", () => {
  const fields = {
    code: "23505",
    message: "duplicate key",
    detail: "Key (id)=(1) already exists.",
    hint: "h",
  };
  expect(
    renderError({ stage: "execute", error: { kind: "postgres", fields, anonymous: false } }),
  ).toMatchObject({
    code: "23505",
    message: "duplicate key",
    details: "Key (id)=(1) already exists.",
    hint: "h",
  });
  const bare = { code: "42601", message: "syntax error" };
  expect(
    renderError({ stage: "execute", error: { kind: "postgres", fields: bare, anonymous: false } }),
  ).toEqual({
    status: 400,
    code: "42601",
    message: "syntax error",
    details: null,
    hint: null,
  });
});

describe("errors that PostgreSQL did not raise", () => {
  test.each([
    [{ kind: "connection", problem: "unreachable", message: "cannot connect" }, 503, "PGRST000"],
    [{ kind: "connection", problem: "too-many-connections", message: "full" }, 503, "PGRST000"],
    [{ kind: "connection", problem: "pool-exhausted", message: "all in use" }, 504, "PGRST003"],
    [{ kind: "singularity", rows: 0 }, 406, "PGRST116"],
    [{ kind: "maxAffected", rows: 3 }, 400, "PGRST124"],
    [{ kind: "offsetBeyondTotal", offset: 5, total: 2 }, 416, "PGRST103"],
    [{ kind: "aborted", reason: "signal" }, 0, ""],
    [{ kind: "aborted", reason: "timeout" }, 0, ""],
    [{ kind: "internal", message: "x" }, 500, "OFF000"],
  ] as const)("%j", (error, expected, code) => {
    expect(renderError({ stage: "execute", error })).toMatchObject({ status: expected, code });
  });
});
