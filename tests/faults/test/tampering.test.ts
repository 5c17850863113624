import { afterAll, beforeAll, expect, it } from "vitest";
import { trailServer } from "../src/audit/sealed-trail.ts";
import { TAMPERINGS, unnamed } from "../src/audit/tampering.ts";

let server: Awaited<ReturnType<typeof trailServer>>;

beforeAll(async () => {
  server = await trailServer();
});
afterAll(() => server.stop());

it("nothing is found on a trail that nobody touched", async () => {
  const sealed = await server.sealed();
  expect(await sealed.trail.verify()).toMatchObject({ intact: true, seals: 4, records: 20, findings: [] });
  await sealed.close();
});

it.each(TAMPERINGS.map((tampering) => [tampering.name, tampering] as const))(
  "%s: is named",
  async (_, tampering) => {
    const sealed = await server.sealed();
    expect(await unnamed(tampering, sealed)).toEqual([]);
    await sealed.close();
  },
);
