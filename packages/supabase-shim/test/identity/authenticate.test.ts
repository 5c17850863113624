import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { renderError } from "../../src/errors/index.ts";
import {
  authenticate,
  type Identity,
  type IdentityConfig,
  type JwtConfig,
} from "../../src/identity/index.ts";
import { base64Url, ecPair, ed25519Pair, hsToken, inSeconds, rsaPair, SECRET, signedPart } from "./tokens.ts";

const withSecret: IdentityConfig = { jwt: { secret: SECRET }, anonRole: "anon" };

async function identity(
  authorization: string | undefined,
  config: IdentityConfig = withSecret,
): Promise<Identity> {
  const result = await authenticate(authorization, config);
  if (!result.ok) throw new Error(renderError({ stage: "identity", error: result.error }).message);
  return result.value;
}

async function refusal(
  authorization: string | undefined,
  config: IdentityConfig = withSecret,
): Promise<unknown> {
  const result = await authenticate(authorization, config);
  if (result.ok) throw new Error(`was accepted as ${String(result.value.role)}`);
  return renderError({ stage: "identity", error: result.error });
}

/** PostgREST's error of a refused token, with its challenge. */
function invalidToken(code: string, message: string, details: string | null = null): object {
  return {
    status: 401,
    code,
    message,
    details,
    hint: null,
    challenge: `Bearer error="invalid_token", error_description="${message}"`,
  };
}

const noKey = invalidToken(
  "PGRST301",
  "No suitable key or wrong key type",
  "No suitable key was found to decode the JWT",
);
const otherSignature = invalidToken(
  "PGRST301",
  "No suitable key or wrong key type",
  "None of the keys was able to decode the JWT",
);
const malformed = invalidToken("PGRST301", "JWT cryptographic operation failed");

describe("who a call is", () => {
  test("a token's role and claims, as PostgREST's own test token says them", async () => {
    const token =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoicG9zdGdyZXN0X3Rlc3RfYXV0aG9yIiwiaWQiOiJqZG9lIn0.B-lReuGNDwAlU1GOC476MlO0vAt9JNoHIlxg2vwMaO0";
    expect(await identity(`Bearer ${token}`)).toEqual({
      role: "postgrest_test_author",
      claims: { role: "postgrest_test_author", id: "jdoe" },
      anonymous: false,
    });
    expect(await identity(`bearer ${token}`)).toMatchObject({ role: "postgrest_test_author" });
  });

  test("without a token, or with another scheme, the anonymous role", async () => {
    const anonymous = { role: "anon", claims: { role: "anon" }, anonymous: true };
    expect(await identity(undefined)).toEqual(anonymous);
    expect(await identity("Basic YTpi")).toEqual(anonymous);
    expect(await identity(undefined, { anonRole: "anon" })).toEqual(anonymous);
  });

  test("without an anonymous role, a call without a token is refused", async () => {
    expect(await refusal(undefined, { jwt: { secret: SECRET } })).toEqual({
      status: 401,
      code: "PGRST302",
      message: "Anonymous access is disabled",
      details: null,
      hint: null,
      challenge: "Bearer",
    });
  });

  test("a token that names no role is anonymous, and keeps its claims", async () => {
    expect(await identity(`Bearer ${hsToken({ id: "jdoe" })}`)).toEqual({
      role: "anon",
      claims: { id: "jdoe", role: "anon" },
      anonymous: true,
    });
    expect(await refusal(`Bearer ${hsToken({})}`, { jwt: { secret: SECRET } })).toMatchObject({
      code: "PGRST302",
    });
  });

  test("a token of the anonymous role is anonymous: its refusals ask for another", async () => {
    expect(await identity(`Bearer ${hsToken({ role: "anon" })}`)).toMatchObject({
      role: "anon",
      anonymous: true,
    });
  });

  test("a role that is no text is its JSON, which no role is called", async () => {
    expect(await identity(`Bearer ${hsToken({ role: 7 })}`)).toMatchObject({ role: "7" });
    expect(await identity(`Bearer ${hsToken({ role: null })}`)).toMatchObject({ role: "null" });
  });

  test('the role "none" is refused: PostgreSQL would take it as the connection\'s own rights', async () => {
    expect(await refusal(`Bearer ${hsToken({ role: "none" })}`)).toMatchObject({
      status: 401,
      code: "OFF002",
    });
  });
});

describe("PGRST300: nothing to verify with", () => {
  const error = {
    status: 500,
    code: "PGRST300",
    message: "Server lacks JWT secret",
    details: null,
    hint: null,
  };

  test("a token that comes is refused, whatever it is", async () => {
    expect(await refusal(`Bearer ${hsToken({ role: "anon" })}`, { anonRole: "anon" })).toEqual(error);
    expect(await refusal("Bearer ", { anonRole: "anon" })).toEqual(error);
    expect(await refusal("Bearer x", { jwt: {}, anonRole: "anon" })).toEqual(error);
  });
});

describe("PGRST301: the token cannot be read or verified", () => {
  test("an empty one", async () => {
    const error = invalidToken("PGRST301", "Empty JWT is sent in Authorization header");
    expect(await refusal("Bearer ")).toEqual(error);
    expect(await refusal("Bearer")).toEqual(error);
  });

  test.each([
    ["one", 1],
    ["two.parts", 2],
    ["a.b.c.d", 4],
    ["a.b.c.d.e", 5],
  ])("%s has not three parts", async (token, count) => {
    expect(await refusal(`Bearer ${token}`)).toEqual(
      invalidToken("PGRST301", `Expected 3 parts in JWT; got ${count}`),
    );
  });

  test.each([
    ["random characters", "quifquirndsjagnrgniur.fonvoienqhhdj.iuqvnvhojah"],
    ["empty parts", ".."],
    ["a header that is no object", `${base64Url("[1]")}.${base64Url("{}")}.AAAA`],
    ["no algorithm", `${base64Url("{}")}.${base64Url("{}")}.AAAA`],
    [
      "an algorithm that nobody knows",
      hsToken({ role: "anon" }).replace(/^[^.]*/, base64Url('{"alg":"XS256"}')),
    ],
    ["an algorithm named after a member of every object", `${base64Url('{"alg":"toString"}')}.e30.AAAA`],
    ["characters outside base64url", `${hsToken({ role: "a" })}=`],
    ["a line break", `${hsToken({ role: "a" })}\n`],
  ])("%s", async (_what, token) => {
    expect(await refusal(`Bearer ${token}`)).toEqual(malformed);
  });

  test("an unsecured token, with or without a signature behind it", async () => {
    const error = invalidToken(
      "PGRST301",
      "Wrong or unsupported encoding algorithm",
      "JWT is unsecured but expected 'alg' was not 'none'",
    );
    const unsecured = signedPart({ alg: "none" }, { role: "service_role" });
    expect(await refusal(`Bearer ${unsecured}.`)).toEqual(error);
    expect(await refusal(`Bearer ${unsecured}.yOBhlOIqn56T-4NvyEXCjfi3UmyQZ-BzXtePMO2NgRI`)).toEqual(error);
  });

  test("a token signed with another secret, or changed after it was signed", async () => {
    expect(await refusal(`Bearer ${hsToken({}, "wrong secret")}`)).toEqual(otherSignature);
    const [header, , signature] = hsToken({ role: "anon" }).split(".");
    const forged = `${header}.${base64Url('{"role":"service_role"}')}.${signature}`;
    expect(await refusal(`Bearer ${forged}`)).toEqual(otherSignature);
    expect(await refusal(`Bearer ${header}.${base64Url('{"role":"service_role"}')}.`)).toEqual(
      otherSignature,
    );
  });

  test("a public key is never taken for a shared secret", async () => {
    const { jwk } = rsaPair();
    const config = { jwt: { jwks: { keys: [jwk] } } };
    const signed = signedPart({ alg: "HS256" }, { role: "service_role" });
    for (const secret of [
      JSON.stringify(jwk),
      String(jwk["n"]),
      Buffer.from(String(jwk["n"]), "base64url"),
    ]) {
      const mac = createHmac("sha256", secret).update(signed).digest("base64url");
      expect(await refusal(`Bearer ${signed}.${mac}`, config)).toEqual(noKey);
    }
  });

  test("an extension that must be understood", async () => {
    const token = hsToken({ role: "anon" }, SECRET, { crit: ["offers"], offers: 1 });
    expect(await refusal(`Bearer ${token}`)).toEqual(otherSignature);
  });
});

describe("PGRST303: the claims speak against the token", () => {
  const refused = (message: string): object => invalidToken("PGRST303", message);

  test.each([
    ["exp", -35, "JWT expired"],
    ["nbf", 35, "JWT not yet valid"],
    ["iat", 35, "JWT issued at future"],
  ])("%s by more than the 30 seconds that clocks may differ", async (claim, seconds, message) => {
    const beyond = hsToken({ role: "author", [claim]: inSeconds(seconds) });
    expect(await refusal(`Bearer ${beyond}`)).toEqual(refused(message));
    const within = hsToken({ role: "author", [claim]: inSeconds(seconds < 0 ? -25 : 25) });
    expect(await identity(`Bearer ${within}`)).toMatchObject({ role: "author" });
  });

  test.each(["exp", "nbf", "iat"])("%s that is no number; null is as good as none", async (claim) => {
    expect(await refusal(`Bearer ${hsToken({ role: "author", [claim]: "invalid" })}`)).toEqual(
      refused(`The JWT '${claim}' claim must be a number`),
    );
    expect(await identity(`Bearer ${hsToken({ role: "author", [claim]: null })}`)).toMatchObject({
      role: "author",
    });
  });

  test.each([[{ invalid: "value" }], [[{ invalid: "value" }, "test"]], [7]])(
    "aud %j is no text",
    async (aud) => {
      expect(await refusal(`Bearer ${hsToken({ role: "author", aud })}`)).toEqual(
        refused("The JWT 'aud' claim must be a string or an array of strings"),
      );
    },
  );

  const forUs: IdentityConfig = { jwt: { secret: SECRET, audience: "youraudience" } };

  test.each([["notyouraudience"], [""], [["notyouraudience"]], [["notyouraudience", "stillnot"]]])(
    "aud %j is another's",
    async (aud) => {
      expect(await refusal(`Bearer ${hsToken({ role: "author", aud })}`, forUs)).toEqual(
        refused("JWT not in audience"),
      );
      expect(await identity(`Bearer ${hsToken({ role: "author", aud })}`)).toMatchObject({ role: "author" });
    },
  );

  test.each([["youraudience"], [["youraudience"]], [["x", "youraudience", "y"]], [[]], [null]])(
    "aud %j is for us",
    async (aud) => {
      expect(await identity(`Bearer ${hsToken({ role: "author", aud })}`, forUs)).toMatchObject({
        role: "author",
      });
    },
  );

  test("a token without aud is for everyone", async () => {
    expect(await identity(`Bearer ${hsToken({ role: "author" })}`, forUs)).toMatchObject({ role: "author" });
  });

  test.each(["[1]", '"text"', "not json", '{"role":"a"'])("claims %s are no object", async (payload) => {
    const signed = signedPart({ alg: "HS256" }, payload);
    const mac = createHmac("sha256", SECRET).update(signed).digest("base64url");
    expect(await refusal(`Bearer ${signed}.${mac}`)).toEqual(refused("Parsing claims failed"));
  });

  test("several problems: the first of exp, nbf, iat, aud", async () => {
    const all = { exp: inSeconds(-99), nbf: inSeconds(99), iat: inSeconds(99), aud: 1 };
    expect(await refusal(`Bearer ${hsToken(all)}`)).toEqual(refused("JWT expired"));
    expect(await refusal(`Bearer ${hsToken({ ...all, exp: "x" })}`)).toEqual(
      refused("The JWT 'exp' claim must be a number"),
    );
    const { exp: _exp, ...rest } = all;
    expect(await refusal(`Bearer ${hsToken(rest)}`)).toEqual(refused("JWT not yet valid"));
  });

  test("a token that is remembered still expires", async () => {
    const token = hsToken({ role: "author", exp: inSeconds(-29) });
    expect(await identity(`Bearer ${token}`)).toMatchObject({ role: "author" });
    await expect
      .poll(() => refusal(`Bearer ${token}`).catch(() => undefined), { timeout: 5_000 })
      .toEqual(refused("JWT expired"));
  });
});

describe("keys", () => {
  const accepts = async (jwt: JwtConfig, token: string): Promise<void> => {
    expect(await identity(`Bearer ${token}`, { jwt })).toMatchObject({ role: "author" });
  };
  const payload = { role: "author" };

  test.each(["HS256", "HS384", "HS512"])("a text secret verifies %s", async (alg) => {
    await accepts({ secret: SECRET }, hsToken(payload, SECRET, { alg }));
  });

  test("a text secret serves a token that names a key, as those of Supabase Auth do", async () => {
    await accepts({ secret: SECRET }, hsToken(payload, SECRET, { kid: "aB3/x+" }));
  });

  test("a secret in base64, of either alphabet", async () => {
    const bytes = Buffer.from("\u00ff\u00fe\u00fb binary secret of thirty-two bytes \u00ff", "latin1");
    const signed = signedPart({ alg: "HS256" }, payload);
    const token = `${signed}.${createHmac("sha256", bytes).update(signed).digest("base64url")}`;
    await accepts({ secret: bytes.toString("base64"), secretIsBase64: true }, token);
    await accepts({ secret: bytes.toString("base64url"), secretIsBase64: true }, token);
    expect(await refusal(`Bearer ${token}`, { jwt: { secret: bytes.toString("base64") } })).toEqual(
      otherSignature,
    );
  });

  test.each(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])("an RSA key verifies %s", async (alg) => {
    const { jwk, token } = rsaPair();
    await accepts({ jwks: jwk }, token(payload, { alg }));
  });

  test("EC and Ed25519 keys, in a set, as an object and as JSON text", async () => {
    const ec = ecPair("ec-1");
    const ed = ed25519Pair("ed-1");
    const jwks = { keys: [rsaPair("rsa-1").jwk, ec.jwk, ed.jwk] };
    await accepts({ jwks }, ec.token(payload));
    await accepts({ jwks: JSON.stringify(jwks) }, ed.token(payload));
    await accepts({ secret: JSON.stringify(jwks) }, ec.token(payload));
  });

  test("the RSA key and token of PostgREST's own test", async () => {
    const jwk = {
      alg: "RS256",
      e: "AQAB",
      key_ops: ["verify"],
      kty: "RSA",
      n: "0etQ2Tg187jb04MWfpuogYGV75IFrQQBxQaGH75eq_FpbkyoLcEpRUEWSbECP2eeFya2yZ9vIO5ScD-lPmovePk4Aa4SzZ8jdjhmAbNykleRPCxMg0481kz6PQhnHRUv3nF5WP479CnObJKqTVdEagVL66oxnX9VhZG9IZA7k0Th5PfKQwrKGyUeTGczpOjaPqbxlunP73j9AfnAt4XCS8epa-n3WGz1j-wfpr_ys57Aq-zBCfqP67UYzNpeI1AoXsJhD9xSDOzvJgFRvc3vm2wjAW4LEMwi48rCplamOpZToIHEPIaPzpveYQwDnB1HFTR1ove9bpKJsHmi-e2uzQ",
      use: "sig",
    };
    const token =
      "eyJhbGciOiJSUzI1NiJ9.eyJyb2xlIjogInBvc3RncmVzdF90ZXN0X2F1dGhvciJ9Cg.CBOYWDvqgAR0YYnZnyDGTQi6AJLc2Pds6_eV3YuBG6I36mj_h05eLhkEKNEDA5ZteMzCiY83P60rC_xtxVd7B6vo3BeF5uoanPS3rrbuHzKPwzsrgrD_CqvEuJ4n7Q9epkQiLsNkcexneENZDRqFjbwZx3DrXiCWwlK3Ytr5NAIGxmy0od-0xNpb2U1nXQyO_Q3mumWFViRt4tmFn_3goDHNKG3Ha_AzImfUNvHnWL78kAc4rbn15vLtWXD8PwtSnZaB4lY4V6RfsaW937srQsmRetvytM1i_bHBnjkjQLAqGbXPyItjtlXPs0uGNBadE8-wgkLtfmSCC4v2DjUthw";
    const config = { jwt: { jwks: jwk } };
    expect(await identity(`Bearer ${token}`, config)).toMatchObject({ role: "postgrest_test_author" });
  });

  test("a kid chooses the key; without one, each key is tried", async () => {
    const [one, two] = [ecPair("one"), ecPair("two")];
    const jwks = { keys: [one.jwk, two.jwk] };
    await accepts({ jwks }, two.token(payload));
    await accepts({ jwks }, two.token(payload, { kid: undefined }));
    expect(await refusal(`Bearer ${two.token(payload, { kid: "one" })}`, { jwt: { jwks } })).toEqual(
      otherSignature,
    );
    expect(await refusal(`Bearer ${two.token(payload, { kid: "three" })}`, { jwt: { jwks } })).toEqual(noKey);
  });

  test("a key's own algorithm and use bind it", async () => {
    const { jwk, token } = rsaPair();
    expect(await refusal(`Bearer ${token(payload)}`, { jwt: { jwks: { ...jwk, alg: "RS512" } } })).toEqual(
      noKey,
    );
    expect(await refusal(`Bearer ${token(payload)}`, { jwt: { jwks: { ...jwk, use: "enc" } } })).toEqual(
      noKey,
    );
  });

  test("a secret and keys together, while one replaces the other", async () => {
    const ec = ecPair("new");
    const jwt = { secret: SECRET, jwks: { keys: [ec.jwk] } };
    await accepts(jwt, ec.token(payload));
    await accepts(jwt, hsToken(payload));
  });

  test.each<[string, JwtConfig, RegExp]>([
    ["a short secret", { secret: "short" }, /at least 32 bytes/],
    ["base64 that is none", { secret: "*".repeat(64), secretIsBase64: true }, /not base64/],
    ["a set without keys", { jwks: { keys: [] } }, /no JSON Web Key Set/],
    ["JSON that is none", { jwks: "{ keys" }, /none/],
    ["a URL that is none", { jwks: "jwks.json" }, /http/],
    ["a URL of a file", { jwks: "file:///etc/jwks.json" }, /http/],
    ["a path that is none", { secret: SECRET, roleClaimKey: "role" }, /roleClaimKey/],
  ])("%s is refused as a configuration, without showing it", async (_what, jwt, message) => {
    await expect(authenticate("Bearer x", { jwt })).rejects.toThrow(message);
    await expect(authenticate("Bearer x", { jwt })).rejects.not.toThrow(/short|\*\*/);
  });
});

describe("roleClaimKey", () => {
  const claims = {
    role: "top",
    postgrest: { roles: ["other", "author"], wlcg: ["/groupa", "/groupb/"] },
    "https://www.example.com/role": { key: "author" },
  };

  // PostgREST, "Authentication", JWT Role Extraction.
  test.each([
    [".role", "top"],
    [".postgrest.roles[1]", "author"],
    ['."https://www.example.com/role".key', "author"],
    ['.postgrest.roles[?(@ == "author")]', "author"],
    ['.postgrest.roles[?(@ != "other")]', "author"],
    ['.postgrest.roles[?(@ ^== "aut")]', "author"],
    ['.postgrest.roles[?(@ ==^ "hor")]', "author"],
    ['.postgrest.roles[?(@ *== "utho")]', "author"],
    [".postgrest.wlcg[0][1:]", "groupa"],
    [".postgrest.wlcg[1][1:-1]", "groupb"],
    [".postgrest.wlcg[0][:]", "/groupa"],
  ])("%s is %s", async (roleClaimKey, role) => {
    const config = { jwt: { secret: SECRET, roleClaimKey } };
    // The claims that policies see have the role too.
    expect(await identity(`Bearer ${hsToken(claims)}`, config)).toMatchObject({ role, claims: { role } });
  });

  test.each([
    ".nothing",
    ".role.deeper",
    ".postgrest.roles[9]",
    '.postgrest.roles[?(@ == "x")]',
    ".constructor",
  ])("%s leads nowhere", async (roleClaimKey) => {
    const config = { jwt: { secret: SECRET, roleClaimKey } };
    expect(await refusal(`Bearer ${hsToken(claims)}`, config)).toMatchObject({ code: "PGRST302" });
  });
});
