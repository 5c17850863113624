import type { ValueType } from "./value-type.ts";

/** `json` and `jsonb`, kept as it was given, numbers digit by digit; PostgreSQL's jsonb would sort its keys. */
export const jsonType: ValueType = {
  searchable: false,
  fromJson: (json) => json,
  driverValue: (json) => json,
};
