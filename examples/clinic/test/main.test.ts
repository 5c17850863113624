import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { runExample, type Run } from "./run-example.ts";

describe("the clinic example", () => {
  let run: Run;

  beforeAll(async () => {
    run = await runExample();
  });

  it("ends by itself with exit code 0, says how long it took, and leaves nothing behind", () => {
    expect(run.stderr).toBe("");
    expect(run.code).toBe(0);
    expect(run.stdout.trimEnd().split("\n").at(-1)).toMatch(/^Finished in \d+\.\d s\./);
    expect(run.leftBehind).toEqual([]);
  });

  it("loads 1,000 patients and makes twelve calls", () => {
    expect(run.stdout).toContain("1,000 patients");
    expect(run.stdout.match(/^ ?\d{1,2} {2}\S.*\(.*\)$/gm)).toHaveLength(12);
  });

  it("shows what the calls returned, failures as data too", () => {
    expect(run.stdout).toMatch(/patientChart\("[0-9a-f]{8}…"\)\n {4}200 OK\n/);
    expect(run.stdout).toMatch(/activePatients\(\)\n {4}206 Partial Content, 3 rows of \d+\n/);
    expect(run.stdout).toMatch(/recordTest\(.*\n {4}201 Created\n/);
    expect(run.stdout).toContain(
      "409 Conflict, error:\n      message  duplicate key value violates unique constraint",
    );
    expect(run.stdout).toContain(
      "400 Bad Request, error:\n      message  column profiles.blood_type does not exist",
    );
  });

  it("shows who touched what of which patients", () => {
    const chart = block(run.stdout, "patientChart");
    expect(chart).toContain("recorded  READ by lena.ortiz (clinician, TREAT, 192.0.2.14)");
    expect(chart).toContain("profiles(date_of_birth, full_name)");
    const patient = /patientChart\("([0-9a-f]{8})…"\)/.exec(chart)?.[1];
    expect(chart).toContain(`1 patient: ${patient ?? "?"}`);
    expect(block(run.stdout, "deleteReport")).toContain("recorded  DELETE by lena.ortiz");
    expect(block(run.stdout, "upgradeSubscription")).toContain("not recorded: no PHI was touched");
  });

  it("shows that the database refuses every attempt to change the trail", () => {
    expect(run.stdout.match(/^ {4}refused: /gm)).toHaveLength(6);
    expect(run.stdout).toContain("refused: permission denied for table phi_access_log (42501)");
    expect(run.stdout).toContain("append-only: DELETE is refused");
    expect(run.stdout).toMatch(/Nothing changed: still \d+ records/);
  });

  it("seals the trail, and has it verified by the auditor", () => {
    expect(run.stdout).toMatch(/ (\d+) records sealed, signed with Ed25519; each is as it was sealed\./);
    expect(run.stdout).toContain("npm start -- --report clinic.html");
  });

  it("writes the auditor's report where it is asked for", async () => {
    const folder = await mkdtemp(join(tmpdir(), "clinic-report-"));
    const asked = await runExample({ args: ["--report", "clinic.html"], env: { INIT_CWD: folder } });
    expect(asked.code).toBe(0);
    const page = await readFile(join(folder, "clinic.html"), "utf8");
    expect(page).toContain("A morning at the clinic");
    expect(page).toContain("lena.ortiz");
    expect(page).toMatch(/class="verdict good"/);
    await rm(folder, { recursive: true });
  });

  it("is plain in a pipe and fits into 100 columns", () => {
    // oxlint-disable-next-line no-control-regex
    expect(run.stdout).not.toMatch(/\u001B/);
    expect(run.stdout.split("\n").filter((line) => line.length > 100)).toEqual([]);
  });

  it("shows the same in every run, but for the times", async () => {
    const again = await runExample();
    expect(withoutTimes(again.stdout)).toBe(withoutTimes(run.stdout));
  });
});

describe("when it does not go to its end", () => {
  it.each(["PostgreSQL", "patientChart"])(
    "Ctrl-C after %s stops the server, removes its files, exits with 130",
    async (text) => {
      const run = await runExample({ interruptAt: text });
      expect(run.code).toBe(130);
      expect(run.stderr).toBe("\nSIGINT: stopping the server …\n");
      expect(run.stdout).not.toContain("Finished");
      expect(run.leftBehind).toEqual([]);
    },
  );

  it("Ctrl-C while the server starts leaves nothing behind either", async () => {
    const run = await runExample({ interruptAt: "A clinic" });
    expect(run.code).toBe(130);
    expect(run.leftBehind).toEqual([]);
  });

  it("a step that fails says which, why and what to do, with exit code 1", async () => {
    const run = await runExample({ env: { TMPDIR: "/nonexistent" } });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(
      /^\nCould not start a throwaway PostgreSQL\.\n {2}why: {2}.+\n {2}then: .+\n$/,
    );
    expect(run.stdout).not.toContain("Finished");
  });
});

function block(text: string, call: string): string {
  return text.split("\n\n").find((each) => each.includes(`${call}(`)) ?? "";
}

function withoutTimes(text: string): string {
  return text.replaceAll(/\d+\.\d s/g, "… s").replaceAll(/ +… s/g, " … s");
}
