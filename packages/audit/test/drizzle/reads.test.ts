import { metabolicTests, profiles, reports, subscriptions } from "@offramp/db/schema";
import { and, count, desc, eq, exists, gt, inArray, max, sql } from "drizzle-orm";
import { alias, union } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADA, BEN, type DrizzleClinic, drizzleClinic, REPORT, TEST } from "./drizzle-clinic.ts";

describe.each(["postgres.js", "pg"] as const)("reads on %s", (driver) => {
  let clinic: DrizzleClinic;

  beforeAll(async () => {
    clinic = await drizzleClinic(driver);
  });
  afterAll(() => clinic.close());

  it("records a select: who, which columns, which rows, which patients", async () => {
    const { answer, records } = await clinic.recorded((db) =>
      db.select({ name: profiles.fullName }).from(profiles).where(eq(profiles.email, "ada@phi.example")),
    );
    expect(answer).toEqual([{ name: "Ada Phi" }]);
    expect(records).toMatchObject([
      {
        actorId: "lena",
        action: "READ",
        outcome: "success",
        relations: ["public.profiles"],
        columns: ["public.profiles.email", "public.profiles.full_name"],
        recordKeys: { "public.profiles": [ADA] },
        subjects: [ADA],
        rowCount: 1,
      },
    ]);
    expect(JSON.stringify(records)).not.toContain("phi.example");
  });

  it("gives the same rows as Drizzle alone, whatever is selected", async () => {
    const testsOfPatient = alias(metabolicTests, "t");
    const selects = [
      (db: DrizzleClinic["audited"]) => db.select().from(profiles).orderBy(profiles.email),
      (db: DrizzleClinic["audited"]) =>
        db
          .select()
          .from(profiles)
          .leftJoin(testsOfPatient, eq(testsOfPatient.userId, profiles.id))
          .orderBy(profiles.email),
      (db: DrizzleClinic["audited"]) =>
        db
          .select({ patient: { name: profiles.fullName }, vo2: testsOfPatient.vo2Max })
          .from(testsOfPatient)
          .innerJoin(profiles, eq(testsOfPatient.userId, profiles.id)),
      (db: DrizzleClinic["audited"]) => db.selectDistinct({ name: profiles.fullName }).from(profiles),
      (db: DrizzleClinic["audited"]) =>
        db.select({ n: count() }).from(profiles).where(gt(profiles.email, "b")),
      (db: DrizzleClinic["audited"]) =>
        db
          .select({ type: reports.reportType, age: max(reports.biologicalAge) })
          .from(reports)
          .groupBy(reports.reportType),
      (db: DrizzleClinic["audited"]) =>
        db.query.profiles.findMany({
          columns: { fullName: true },
          with: { tests: { columns: { vo2Max: true }, with: { reports: true } } },
          orderBy: desc(profiles.email),
        }),
      (db: DrizzleClinic["audited"]) =>
        db.query.metabolicTests.findFirst({ with: { patient: { columns: { email: true } } } }),
      (db: DrizzleClinic["audited"]) => db.query.profiles.findFirst({ where: eq(profiles.email, "nobody") }),
      (db: DrizzleClinic["audited"]) => db.$count(profiles, eq(profiles.email, "ada@phi.example")),
    ];
    for (const select of selects) {
      expect(await select(clinic.audited)).toEqual(await select(clinic.plain as DrizzleClinic["audited"]));
    }
  });

  it("names what is joined, and no row that an outer join did not find", async () => {
    const { answer, records } = await clinic.recorded((db) =>
      db
        .select({ name: profiles.fullName, vo2: metabolicTests.vo2Max })
        .from(profiles)
        .leftJoin(metabolicTests, eq(metabolicTests.userId, profiles.id)),
    );
    expect(answer).toHaveLength(2);
    expect(records).toMatchObject([
      {
        relations: ["public.metabolic_tests", "public.profiles"],
        recordKeys: { "public.metabolic_tests": [TEST] },
        rowCount: 2,
      },
    ]);
    expect(records[0]?.subjects.toSorted()).toEqual([ADA, BEN]);
  });

  it("names the rows at every level of a relational query", async () => {
    const { records } = await clinic.recorded((db) =>
      db.query.profiles.findMany({
        columns: { id: true },
        with: {
          tests: { columns: { vo2Max: true }, with: { reports: { columns: { biologicalAge: true } } } },
        },
      }),
    );
    expect(records).toMatchObject([
      {
        columns: ["public.metabolic_tests.vo2_max", "public.reports.biological_age"],
        recordKeys: { "public.metabolic_tests": [TEST], "public.reports": [REPORT] },
        subjects: [ADA],
      },
    ]);
  });

  it("follows subqueries and common table expressions to the patients", async () => {
    const { answer, records } = await clinic.recorded((db) => {
      const fit = db
        .$with("fit")
        .as(db.select({ patient: metabolicTests.userId, vo2: metabolicTests.vo2Max }).from(metabolicTests));
      return db.with(fit).select({ vo2: fit.vo2 }).from(fit);
    });
    expect(answer).toEqual([{ vo2: "541.57" }]);
    expect(records).toMatchObject([{ subjects: [ADA], columns: ["public.metabolic_tests.vo2_max"] }]);

    const nested = await clinic.recorded((db) => {
      const adults = db.select({ id: profiles.id, name: profiles.fullName }).from(profiles).as("adults");
      return db.select({ name: adults.name }).from(adults).where(eq(adults.id, BEN));
    });
    expect(nested.answer).toEqual([{ name: "Ben Phi" }]);
    expect(nested.records).toMatchObject([{ subjects: [BEN] }]);
  });

  it.each([
    [
      "grouped",
      (db: DrizzleClinic["audited"]) =>
        db.select({ n: count(), e: profiles.email }).from(profiles).groupBy(profiles.email),
    ],
    ["distinct", (db: DrizzleClinic["audited"]) => db.selectDistinct({ e: profiles.email }).from(profiles)],
    [
      "combined",
      (db: DrizzleClinic["audited"]) =>
        union(
          db.select({ e: profiles.email }).from(profiles),
          db.select({ e: profiles.email }).from(profiles),
        ),
    ],
  ])("records columns and count of rows that are %s", async (_, read) => {
    const { records } = await clinic.recorded<unknown>((db) => read(db));
    expect(records).toMatchObject([{ relations: ["public.profiles"], subjects: [], outcome: "success" }]);
    expect(records[0]?.columns).toContain("public.profiles.email");
  });

  it("counts a filter on PHI as touching it, in a condition, a subquery and a fragment", async () => {
    const filters = [
      inArray(profiles.email, ["ada@phi.example"]),
      and(sql`lower(${profiles.email}) = ${"ada@phi.example"}`),
      sql`email = ${"ada@phi.example"}`,
      exists(
        clinic.audited
          .select({ one: sql`1` })
          .from(metabolicTests)
          .where(and(eq(metabolicTests.userId, profiles.id), gt(metabolicTests.vo2Max, "500"))),
      ),
    ];
    for (const filter of filters) {
      const { answer, records } = await clinic.recorded((db) =>
        db.select({ created: profiles.mfaEnabled }).from(profiles).where(filter),
      );
      expect(answer).toHaveLength(1);
      expect(records).toHaveLength(1);
    }
  });

  it("records nothing where no PHI is touched", async () => {
    const { answer, records } = await clinic.recorded((db) =>
      db.select({ tier: subscriptions.tier }).from(subscriptions),
    );
    expect(answer).toEqual([{ tier: "pro" }]);
    expect(records).toEqual([]);
  });

  it("records a prepared statement each time that it runs", async () => {
    const { records } = await clinic.recorded(async (db) => {
      const byEmail = db
        .select({ name: profiles.fullName })
        .from(profiles)
        .where(eq(profiles.email, sql.placeholder("email")))
        .prepare("by_email");
      expect(await byEmail.execute({ email: "ada@phi.example" })).toEqual([{ name: "Ada Phi" }]);
      expect(await byEmail.execute({ email: "ben@phi.example" })).toEqual([{ name: "Ben Phi" }]);
    });
    expect(records.map(({ subjects }) => subjects)).toEqual([[ADA], [BEN]]);
  });
});
