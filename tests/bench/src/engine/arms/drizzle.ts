import type { Arm } from "./arm.ts";

export const drizzleBuilder: Arm = {
  name: "drizzle",
  against: "hand",
  call: ({ drizzle }, { drizzle: call }) => call && ((n) => call(drizzle, n)),
};

export const drizzleRelational: Arm = {
  name: "drizzle, relational",
  against: "hand",
  call: ({ drizzle }, { relational }) => relational && ((n) => relational(drizzle, n)),
};
