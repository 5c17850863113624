import type { Statement } from "../port.ts";

/** The protocol counts parameters in 16 bits; the driver keeps two of them back. */
const MAX_PARAMETERS = 65_533;

/** Refuses what would otherwise reach the server as something else than the caller meant. */
export function checkStatement(statement: Statement): void {
  if (statement.text.includes("\0"))
    throw new TypeError("a statement's text must not contain the character NUL");
  const values = statement.values;
  if (values === undefined) return;
  if (values.length > MAX_PARAMETERS) {
    throw new TypeError(
      `a statement takes at most ${MAX_PARAMETERS} parameters, got ${values.length}: send a list as one array or JSON parameter`,
    );
  }
  for (let index = 0; index < values.length; index += 1) {
    const value: unknown = values[index];
    if (value !== null && typeof value !== "string") {
      throw new TypeError(`parameter $${index + 1} must be PostgreSQL text or null, got ${typeof value}`);
    }
  }
}

/**
 * The simple protocol is one message instead of five, but runs every statement in the text. So it
 * is used only where there cannot be a second one, or where the caller says that there are several.
 */
export function isSimple(statement: Statement, prepare: boolean): boolean {
  if (prepare || (statement.values?.length ?? 0) > 0) return false;
  return statement.script === true || !statement.text.includes(";");
}
