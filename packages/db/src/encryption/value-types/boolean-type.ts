import { inputText, InvalidValue, type ValueType } from "./value-type.ts";

const TRUE = /^(?:t|tr|tru|true|y|ye|yes|on|1)$/i;
const FALSE = /^(?:f|fa|fal|fals|false|n|no|of|off|0)$/i;

export const booleanType: ValueType = {
  // Two tokens would show all that there is to know of a column.
  searchable: false,
  fromJson(json) {
    const text = inputText(json).trim();
    if (TRUE.test(text)) return "true";
    if (FALSE.test(text)) return "false";
    throw new InvalidValue("22P02", "invalid input syntax for type boolean");
  },
  driverValue: (json) => json === "true",
  text: (json) => (json === "true" ? "t" : "f"),
};
