import { describe, expect, it } from "vitest";
import { type Actor, currentActor, withActor } from "../src/index.ts";

const said = (actor: Partial<Actor>): unknown => withActor({ id: "u-17", ...actor }, () => currentActor());

// HL7 terminology, value set v3-PurposeOfUse: one of each of its branches.
const codes = [
  "HMARKT",
  "HOPERAT",
  "HPAYMT",
  "HRESCH",
  "PATRQT",
  "PUBHLTH",
  "TREAT",
  "ETREAT",
  "ERTREAT",
  "COC",
];

describe("the purpose of use", () => {
  it.each(codes)("%s is a code of HL7's", (purposeOfUse) => {
    expect(said({ purposeOfUse } as Partial<Actor>)).toEqual({ id: "u-17", purposeOfUse });
  });

  it.each(["treat", "TREATMENT", "", "HOPERATE", 7, {}, { text: "" }, null])("%j is none", (purposeOfUse) => {
    expect(() => said({ purposeOfUse } as never)).toThrow(/code of HL7's v3-PurposeOfUse/);
  });

  it("is plain words where they are meant", () => {
    expect(said({ purposeOfUse: { text: "round of the quality circle" } })).toEqual({
      id: "u-17",
      purposeOfUse: "round of the quality circle",
    });
  });
});

describe("breaking the glass", () => {
  it("goes with the purpose BTG, and the purpose with it", () => {
    const broken = { id: "u-17", purposeOfUse: "BTG", breakGlass: true };
    expect(said({ purposeOfUse: "BTG" })).toEqual(broken);
    expect(said({ breakGlass: true })).toEqual(broken);
  });

  it("may have another purpose, and emergency treatment alone breaks none", () => {
    expect(said({ breakGlass: true, purposeOfUse: "ETREAT" })).toMatchObject({
      purposeOfUse: "ETREAT",
      breakGlass: true,
    });
    expect(said({ purposeOfUse: "ETREAT" })).not.toHaveProperty("breakGlass");
  });

  it("is not said in two ways at once", () => {
    expect(() => said({ breakGlass: false, purposeOfUse: "BTG" })).toThrow(/leave breakGlass out/);
    expect(() => said({ breakGlass: "yes" as never })).toThrow(/must be true or false/);
  });
});
