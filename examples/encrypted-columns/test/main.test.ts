import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("finds, shows ciphertext, refuses what it cannot do, and follows a rotation", async () => {
  const program = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=@offramp/source", program], {
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const lines = stdout.trim().split("\n");
  expect(lines[0]).toBe(
    'the application finds [{"name":"Ann","born":"1980-02-29","chart":{"allergies":["latex"]}}]',
  );
  // Format 1, a key's name of three letters, "phi", version 1.
  expect(lines[1]).toMatch(/^the database has 010370686900000001[\da-f]{22}$/);
  expect(lines[2]).toBe("refused: The encrypted column public.patients.born cannot be ordered by.");
  expect(lines[3]).toBe(
    "refused: The column public.patients.ssn of this call is encrypted, and this client has no keys.",
  );
  expect(lines[4]).toBe(
    'refused: Version 1 of the data key "phi" cannot be retired: 5 values are written with it ' +
      "(2 of public.patients.born, 1 of public.patients.chart, 2 of public.patients.ssn). Run reencrypt() over public.patients first.",
  );
  expect(lines[5]).toBe("after a rotation 2 rows were encrypted anew");
  expect(lines[6]).toMatch(
    /^refused: A value of public\.patients\.born does not belong to its row and column/,
  );
  expect(lines).toHaveLength(7);
});
