import type { CallArguments, CallPlan } from "../plan/index.ts";
import { empty, fromCatalog, ident, list, param, qualified, type Sql, sql } from "./fragment.ts";
import { PAYLOAD, payloadColumn } from "./payload-sql.ts";

const CALL: Sql = ident("pgrst_call");

/** The column that holds the value of a function that returns values, not rows. */
export const SCALAR: Sql = ident("pgrst_scalar");

export function callSql(plan: CallPlan): Sql {
  const { from = empty, values } = argumentsSql(plan.arguments);
  if (plan.returns !== "rows") {
    return sql`select ${CALL}.${SCALAR} from ${from}(select ${valueSql(plan, values)} as ${SCALAR}) as ${CALL}`;
  }
  const invocation = sql`${qualified(plan.routine)}(${values})`;
  const columns =
    plan.returning.length === 0 || plan.returning.includes("*")
      ? sql`${CALL}.*`
      : list(plan.returning.map((name) => sql`${CALL}.${ident(name)}`));
  return sql`select ${columns} from ${from}${invocation} as ${CALL}`;
}

/** The value of a function that returns values; a bigint as a text, where that is asked for. */
export function valueSql({ routine, integers }: CallPlan, values: Sql): Sql {
  const invocation = sql`${qualified(routine)}(${values})`;
  return integers?.itself === true ? sql`${invocation}::text` : invocation;
}

interface ArgumentsSql {
  /** FROM items that the values refer to. */
  readonly from?: Sql;
  readonly values: Sql;
}

export function argumentsSql(given: CallArguments): ArgumentsSql {
  switch (given.kind) {
    case "none":
      return { values: empty };
    case "unnamed":
      return { values: sql`${param(given.value)}::text::${fromCatalog(given.type)}` };
    case "named":
      return {
        values: list(
          given.values.map(
            (value) =>
              sql`${variadic(value.parameter.variadic)}${ident(value.parameter.name)} := ${namedSql(value)}`,
          ),
        ),
      };
    case "json": {
      const { parameters } = given;
      const typed = list(
        parameters.map(({ name, lengthlessType }) => sql`${ident(name)} ${fromCatalog(lengthlessType)}`),
      );
      const rows =
        given.shape === "object"
          ? sql`json_to_record(${param(given.json)}::text::json)`
          : sql`json_to_recordset(${param(given.json)}::text::json)`;
      const names = list(parameters.map(({ name }) => ident(name)));
      return {
        from: sql`(select ${names} from ${rows} as _(${typed}) limit 1) as ${PAYLOAD}, lateral `,
        values: list(
          parameters.map(
            ({ name, variadic: isVariadic }) =>
              sql`${variadic(isVariadic)}${ident(name)} := ${payloadColumn(name)}`,
          ),
        ),
      };
    }
  }
}

type NamedValue = Extract<CallArguments, { kind: "named" }>["values"][number];

/** The values of a variadic parameter are one array of texts, which PostgreSQL casts as a whole. */
function namedSql({ parameter, given }: NamedValue): Sql {
  const texts = list(given.map((value) => sql`${param(value)}::text`));
  const value = parameter.variadic ? sql`array[${texts}]` : texts;
  return sql`${value}::${fromCatalog(parameter.lengthlessType)}`;
}

function variadic(isVariadic: boolean): Sql {
  return isVariadic ? sql`variadic ` : sql``;
}
