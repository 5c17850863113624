import { connect, type Database } from "@offramp/db";
import { createClient as createSupabaseClient, isAuthError } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { ecPair, hsToken, inSeconds, SECRET } from "./tokens.ts";
import { ADA, userDatabase, type UserDatabase } from "./user-database.ts";

const jwt = { secret: SECRET };
/** Nothing listens there: the delegate must answer from what it has. */
const NOWHERE = "http://127.0.0.1:9";

let database: UserDatabase;
let pool: Database;

beforeAll(async () => {
  database = await userDatabase();
  pool = connect({ url: database.url, max: 2 });
});

afterAll(async () => {
  await pool.close();
  await database.close();
});

const userClaims = {
  iss: "https://abc.supabase.co/auth/v1",
  sub: ADA,
  aud: "authenticated",
  exp: inSeconds(3600),
  iat: inSeconds(-10),
  email: "ada@example.com",
  phone: "",
  app_metadata: { provider: "email", providers: ["email"] },
  user_metadata: { name: "Ada" },
  role: "authenticated",
  is_anonymous: false,
};

describe("auth without a delegate", () => {
  const auth = (options: Parameters<typeof createClient>[2] = { jwt }): SupabaseClient["auth"] =>
    createClient(pool, "service-key", options).auth;

  test("getUser(jwt) answers with the user of the verified token", async () => {
    expect(await auth().getUser(hsToken(userClaims))).toEqual({
      data: {
        user: {
          id: ADA,
          aud: "authenticated",
          role: "authenticated",
          email: "ada@example.com",
          phone: "",
          app_metadata: { provider: "email", providers: ["email"] },
          user_metadata: { name: "Ada" },
          is_anonymous: false,
        },
      },
      error: null,
    });
  });

  test.each([
    ["another's signature", hsToken(userClaims, "z".repeat(40)), 403, "bad_jwt"],
    ["an expired token", hsToken({ ...userClaims, exp: inSeconds(-60) }), 403, "bad_jwt"],
    ["no token at all", "abc", 403, "bad_jwt"],
    ["a token without a user", hsToken({ role: "anon" }), 403, "bad_jwt"],
  ])("getUser: %s is an error in supabase's form", async (...[, token, status, code]) => {
    const { data, error } = await auth().getUser(token);
    expect(data).toEqual({ user: null });
    expect(isAuthError(error)).toBe(true);
    expect(error).toMatchObject({ name: "AuthApiError", status, code });
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ name: "AuthApiError", status, code });
  });

  test("getUser() without a token has no session, as supabase-js says it", async () => {
    const real = await createSupabaseClient(NOWHERE, "k", { auth: { persistSession: false } }).auth.getUser();
    const ours = await auth().getUser();
    expect(ours.data).toEqual(real.data);
    expect({ ...ours.error, message: ours.error.message }).toMatchObject({
      name: real.error?.name,
      message: real.error?.message,
      status: real.error?.status,
    });
  });

  test("getClaims(jwt) answers as supabase-js does for a key that it can check itself", async () => {
    const pair = ecPair("k1");
    const token = pair.token(userClaims, { typ: "JWT" });
    const keys = { keys: [pair.jwk] };
    const real = createSupabaseClient(NOWHERE, "k", { auth: { persistSession: false } });
    const expected = await real.auth.getClaims(token, { jwks: keys as never });
    expect(expected.error).toBeNull();
    expect(await auth({ jwt: { jwks: keys } }).getClaims(token)).toEqual(expected);
  });

  test("getClaims: errors, expired tokens and no token, as supabase-js says them", async () => {
    const pair = ecPair("k1");
    const keys = { keys: [pair.jwk] };
    const real = createSupabaseClient(NOWHERE, "k", { auth: { persistSession: false } });
    const ours = auth({ jwt: { jwks: keys } });
    const expired = pair.token({ ...userClaims, exp: inSeconds(-60) });
    const [head, body] = pair.token(userClaims).split(".");
    for (const token of [expired, `${head}.${body}.AAAA`, "a.b"]) {
      const { error: expected } = await real.auth.getClaims(token, { jwks: keys as never });
      const { data, error } = await ours.getClaims(token);
      expect(data).toBeNull();
      expect([error.name, error.message, error.status, error.code]).toEqual([
        expected?.name,
        expected?.message,
        expected?.status,
        expected?.code,
      ]);
    }
    const allowed = await ours.getClaims(expired, { allowExpired: true });
    expect(allowed).toMatchObject({ data: { claims: { sub: ADA }, header: { alg: "ES256" } }, error: null });
    expect(await ours.getClaims()).toEqual({ data: null, error: null });
  });

  test("without the option jwt nothing can be verified, and the error says what to give", async () => {
    const { data, error } = await auth({}).getUser(hsToken(userClaims));
    expect(data).toEqual({ user: null });
    expect(error).toMatchObject({
      status: 500,
      message: expect.stringContaining("the option jwt") as unknown,
    });
    expect((await auth({}).getClaims(hsToken(userClaims))).data).toBeNull();
  });

  test.each<[string, (client: SupabaseClient) => unknown]>([
    [
      "auth.signInWithPassword",
      ({ auth: member }) => member.signInWithPassword({ email: "a", password: "b" }),
    ],
    ["auth.admin.deleteUser", ({ auth: member }) => member.admin.deleteUser(ADA)],
    ["auth.getSession", ({ auth: member }) => member.getSession()],
    ["storage.from", ({ storage }) => storage.from("avatars")],
    ["functions.invoke", ({ functions }) => functions.invoke("f")],
    ["channel", (client) => client.channel("room")],
    ["removeAllChannels", (client) => client.removeAllChannels()],
  ])("%s() throws when it is called, and names the way out", (path, call) => {
    const client = createClient(pool, "service-key", { jwt });
    expect(() => call(client)).toThrow(
      new RegExp(`supabase\\.${path.replaceAll(".", "\\.")}\\(\\) is not part of Offramp.*\\{ delegate \\}`),
    );
  });
});

describe("a delegate", () => {
  /** supabase-js with this session in its storage. */
  function signedIn(token: string | undefined): ReturnType<typeof createSupabaseClient> {
    const session = {
      access_token: token,
      refresh_token: "r",
      token_type: "bearer",
      expires_in: 3600,
      expires_at: inSeconds(3600),
      user: { id: ADA },
    };
    const stored = token === undefined ? null : JSON.stringify(session);
    const storage = { getItem: () => stored, setItem: () => {}, removeItem: () => {} };
    return createSupabaseClient(NOWHERE, "anon-key", {
      auth: {
        storage,
        persistSession: true,
        autoRefreshToken: false,
        detectSessionInUrl: false,
        storageKey: "s",
      },
    });
  }

  test("passes auth, storage, functions, realtime and channels through, also from clients made of this one", async () => {
    const delegate = signedIn(undefined);
    const client = createClient(pool, "service-key", { delegate, jwt });
    for (const each of [client, client.withClaims({ role: "anon" })]) {
      expect(each.auth).toBe(delegate.auth);
      expect(each.realtime).toBe(delegate.realtime);
      // supabase-js makes these anew at each look.
      expect(each.functions.constructor).toBe(delegate.functions.constructor);
      expect(each.storage.from("avatars").constructor).toBe(delegate.storage.from("avatars").constructor);
    }
    const channel = client.channel("room");
    expect(client.getChannels()).toEqual([channel]);
    expect(delegate.getChannels()).toEqual([channel]);
    expect(await client.removeChannel(channel)).toBe("ok");
    expect(await client.removeAllChannels()).toEqual([]);
  });

  test("its signed-in user's rights are the calls', even with a service key", async () => {
    const client = createClient(pool, "sb_secret_key", { delegate: signedIn(hsToken(userClaims)), jwt });
    const { data } = await client.from("notes").select("id").order("id");
    expect(data).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test("with nobody signed in the key's rights are the calls'", async () => {
    const client = createClient(pool, "sb_secret_key", { delegate: signedIn(undefined), jwt });
    expect((await client.from("notes").select("id").order("id")).data).toEqual([
      { id: 1 },
      { id: 2 },
      { id: 3 },
    ]);
  });

  test("its user's token must verify, or nothing runs", async () => {
    const delegate = signedIn(hsToken({ ...userClaims, role: "service_role" }, "z".repeat(40)));
    const client = createClient(pool, "sb_secret_key", { delegate, jwt });
    expect(await client.from("notes").select("id")).toMatchObject({
      data: null,
      error: { code: "PGRST301" },
    });
    const unverifiable = createClient(pool, "sb_secret_key", { delegate });
    expect(await unverifiable.from("notes").select("id")).toMatchObject({
      data: null,
      error: { code: "PGRST300" },
    });
  });

  test("one that was made with accessToken gives its token too", async () => {
    const delegate = createSupabaseClient(NOWHERE, "anon-key", {
      accessToken: async () => hsToken(userClaims),
    });
    const client = createClient(pool, "sb_secret_key", { delegate, jwt });
    expect((await client.from("notes").select("id").order("id")).data).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test("the option accessToken goes before its session", async () => {
    const delegate = signedIn(hsToken({ ...userClaims, sub: "00000000-0000-4000-8000-000000000002" }));
    const client = createClient(pool, "k", { delegate, jwt, accessToken: async () => hsToken(userClaims) });
    expect((await client.from("notes").select("id").order("id")).data).toEqual([{ id: 1 }, { id: 2 }]);
  });
});
