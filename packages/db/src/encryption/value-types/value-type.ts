/**
 * A type that a column may have under its encryption. PostgreSQL sees none of its values, so what it would do with them
 * is done here: reading, checking and printing. A value is kept as the JSON in which PostgreSQL would have shown it.
 */
export interface ValueType {
  /** Whether values have an equality that a search can use. */
  readonly searchable: boolean;
  /**
   * The value as PostgreSQL would show it in JSON, from JSON as a client gives it. A text is read as PostgreSQL's input.
   *
   * @throws {InvalidValue} it is no value of the type.
   */
  fromJson(json: string): string;
  /** Equal for equal values. By default the value's JSON. */
  equality?(json: string): string;
  /** As a PostgreSQL driver gives a column of the type. By default the text, or the number's digits. */
  driverValue?(json: string): unknown;
  /** As PostgreSQL prints it, in CSV for one. By default the text, or the number's digits. */
  text?(json: string): string;
}

/** What is no value of the type. The message says what is wrong and never what was given. */
export class InvalidValue extends Error {
  override readonly name = "InvalidValue";
  readonly sqlstate: string;

  constructor(
    sqlstate: "22001" | "22003" | "22007" | "22008" | "22015" | "22023" | "22P02",
    message: string,
  ) {
    super(message);
    this.sqlstate = sqlstate;
  }
}

/** The text that PostgreSQL would read from a JSON value: of a text what it says, of anything else its JSON. */
export function inputText(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}
