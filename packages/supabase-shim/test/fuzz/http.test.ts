import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHandler } from "../../src/http-entry.ts";
import { clinicDatabase, type ClinicDatabase } from "../clinic-database.ts";
import { hostileText, mostly } from "./hostile-text.ts";

// The same for the second door: any text in a path, a parameter, a header or a body gets a well-formed answer.
const RUNS = { numRuns: 3000, seed: 20_261_121 };

let clinic: ClinicDatabase;
let handler: (request: Request) => Promise<Response>;

beforeAll(async () => {
  clinic = await clinicDatabase();
  await clinic.db.query({ text: "create table canary (secret text)" });
  await clinic.db.query({ text: "insert into canary values ('bird')" });
  await clinic.db.query({
    text: "create function shout(words text) returns text language sql immutable as $$ select upper(words) $$",
  });
  await clinic.db.query({ text: "insert into profiles (email, full_name) values ('a@example.org', 'A')" });
  const [role] = await clinic.column("select current_user");
  handler = createHandler(clinic.db, {
    anonRole: role ?? "",
    explain: true,
    aggregates: true,
    statementTimeout: 5000,
  });
});

afterAll(() => clinic.close());

const key = mostly(
  "select",
  "order",
  "limit",
  "offset",
  "or",
  "not.and",
  "email",
  "metabolic_tests.rmr",
  "columns",
  "on_conflict",
  "words",
);
const value = mostly(
  "*",
  "email,metabolic_tests(*)",
  "eq.a",
  "in.(a,b)",
  "not.is.null",
  "(email.eq.a,id.is.null)",
  "1",
);
const header = fc.constantFrom(
  "Prefer",
  "Accept",
  "Range",
  "Accept-Profile",
  "Content-Profile",
  "Content-Type",
  "Authorization",
);
const headerValue = mostly(
  "return=representation",
  "count=exact",
  "resolution=merge-duplicates",
  "application/json",
  "text/csv",
  "application/vnd.pgrst.object+json",
  "application/vnd.pgrst.plan+json",
  "application/x-www-form-urlencoded",
  "0-1",
  "public",
).map((text) => text.replaceAll(/[^\t\u0020-\u007e]/g, "?"));

/** Most parameters are nearly right, so that their texts get as far as SQL. */
const parameter: fc.Arbitrary<[string, string]> = fc.oneof(
  fc.tuple(
    fc.constantFrom("email", "full_name", "metabolic_tests.rmr", "mfa_secret->>a"),
    fc
      .tuple(fc.constantFrom("eq.", "like.", "in.(", "cs.", "fts."), hostileText)
      .map(([start, text]) => start + text),
  ),
  fc.tuple(fc.constant("select"), mostly("*", "email,metabolic_tests(*)")),
  fc.tuple(fc.constant("order"), mostly("email.desc", "id")),
  fc.tuple(
    fc.constant("or"),
    hostileText.map((text) => `(email.eq.${text},id.is.null)`),
  ),
  fc.tuple(fc.constant("words"), hostileText),
  fc.tuple(key, value),
);

const asked = fc.record({
  method: fc.constantFrom("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"),
  path: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("profiles", "rpc/shout", "metabolic_tests", "") },
    {
      weight: 1,
      arbitrary: hostileText.map((text) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, "?"))),
    },
  ),
  parameters: fc.array(parameter, { maxLength: 2 }),
  headers: fc.array(fc.tuple(header, headerValue), { maxLength: 1 }),
  body: fc.oneof(
    fc.constantFrom(
      '{"email":"x"}',
      '[{"email":"y"},{"email":"z"}]',
      '{"words":"a"}',
      "",
      "email,full_name\nx,y\n",
    ),
    hostileText,
    fc.json(),
  ),
});

type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

function requestOf({ method, path, parameters, headers, body }: Asked): Request {
  const url = new URL(`http://localhost/${path}`);
  for (const [name, text] of parameters)
    url.searchParams.append(name.replaceAll(/\p{Surrogate}/gu, "?"), text.replaceAll(/\p{Surrogate}/gu, "?"));
  const bodiless = method === "GET" || method === "HEAD" || method === "OPTIONS";
  return new Request(url, {
    method,
    headers: headers.map(([name, text]) => [name, text]),
    ...(bodiless ? {} : { body }),
  });
}

/** What is wrong with an answer; undefined when it is well-formed. */
async function defectOf(response: Response): Promise<string | undefined> {
  const text = await response.text();
  if (response.status < 400 || text === "") return undefined;
  const error = JSON.parse(text) as Record<string, unknown>;
  if (Object.keys(error).toSorted().join() !== "code,details,hint,message") return `fields of ${text}`;
  const { code, message } = error;
  if (typeof message !== "string" || message === "") return "no message";
  if (/^(OFF000|PGRST000|26000|08P01|42P02|42P18)$/.test(String(code))) return `${String(code)} ${message}`;
  return code === "42601" && !/tsquery|zero-length/.test(message) ? message : undefined;
}

test("any text in any position gets a well-formed answer", async () => {
  await fc.assert(
    fc.asyncProperty(asked, async (parts) => {
      expect(await defectOf(await handler(requestOf(parts)))).toBeUndefined();
    }),
    RUNS,
  );
  expect(await clinic.column("select secret from canary")).toEqual(["bird"]);
  const open =
    "select count(*)::text from pg_stat_activity where state like 'idle in%' and datname = current_database()";
  expect(await clinic.column(open)).toEqual(["0"]);
}, 180_000);
