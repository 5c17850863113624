import { z } from "zod";

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1e3, kb: 1e3, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9 };

/** `64MB`, `500kB`, `1000000`: powers of 1,000. */
export const byteCount: z.ZodType<number> = z.string().transform((text, context) => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([kmg]?b?)$/i.exec(text.trim()) ?? [];
  const factor = UNITS[unit?.toLowerCase() === "b" ? "" : (unit?.toLowerCase() ?? "")];
  const bytes = digits === undefined || factor === undefined ? 0 : Math.round(Number(digits) * factor);
  if (bytes > 0) return bytes;
  context.addIssue({ code: "custom", message: "must be a number of bytes, such as 64MB" });
  return z.NEVER;
});
