import type { PlanError } from "./plan-error.ts";
import { renderUnacceptableMedia, renderUnknownSchema } from "./render-request-error.ts";
import type { RenderedError } from "./rendered-error.ts";

type Fields = Omit<RenderedError, "details" | "hint"> & Partial<Pick<RenderedError, "details" | "hint">>;

function rendered(fields: Fields): RenderedError {
  return { details: null, hint: null, ...fields };
}

type Of<K extends PlanError["kind"]> = Extract<PlanError, { kind: K }>;

function noRelationship(error: Of<"noRelationship">): RenderedError {
  const { origin, target, schema, usedHint, suggestion } = error;
  const using = usedHint === undefined ? "" : ` using the hint '${usedHint}'`;
  return rendered({
    status: 400,
    code: "PGRST200",
    message: `Could not find a relationship between '${origin}' and '${target}' in the schema cache`,
    details: `Searched for a foreign key relationship between '${origin}' and '${target}'${using} in the schema '${schema}', but no matches were found.`,
    hint: suggestion ?? null,
  });
}

function ambiguousRelationship(error: Of<"ambiguousRelationship">): RenderedError {
  const proposals = error.candidates.map((candidate) => `'${candidate.proposal}'`).join(", ");
  return rendered({
    status: 300,
    code: "PGRST201",
    message: `Could not embed because more than one relationship was found for '${error.origin}' and '${error.target}'`,
    details: error.candidates.map(({ cardinality, embedding, relationship }) => ({
      cardinality,
      embedding,
      relationship,
    })),
    hint: `Try changing '${error.target}' to one of the following: ${proposals}. Find the desired relationship in the 'details' key.`,
  });
}

function unknownRoutine(error: Of<"unknownRoutine">): RenderedError {
  const { argumentNames, unnamedAlternative, payloadOnly, suggestion } = error;
  const name = `${error.schema}.${error.name}`;
  const signature = argumentNames.length === 0 ? name : `${name}(${argumentNames.join(", ")})`;
  const parameters = argumentNames.length === 1 ? "parameter" : "parameters";
  const withArguments =
    argumentNames.length === 0 ? " without parameters" : ` with ${parameters} ${argumentNames.join(", ")}`;
  const alternative =
    unnamedAlternative === undefined ? "" : ` or with a single unnamed ${unnamedAlternative} parameter`;
  const searched = payloadOnly
    ? ` with a single unnamed ${unnamedAlternative} parameter`
    : `${withArguments}${alternative}`;
  const called = payloadOnly ? "" : argumentNames.length === 0 ? " without parameters" : "";
  return rendered({
    status: 404,
    code: "PGRST202",
    message: `Could not find the function ${payloadOnly ? name : signature}${called} in the schema cache`,
    details: `Searched for the function ${name}${searched}, but no matches were found in the schema cache.`,
    hint: suggestion ?? null,
  });
}

export function renderPlanError(error: PlanError): RenderedError {
  switch (error.kind) {
    case "invalidPutFilters":
      return rendered({
        status: 405,
        code: "PGRST105",
        message: "Filters must include all and only primary key columns with 'eq' operators",
      });
    case "unknownSchema":
      return renderUnknownSchema(error);
    case "unacceptableMedia":
      return renderUnacceptableMedia(error);
    case "notEmbedded":
      return rendered({
        status: 400,
        code: "PGRST108",
        message: `'${error.name}' is not an embedded resource in this request`,
        hint: `Verify that '${error.name}' is included in the 'select' query parameter.`,
      });
    case "relatedOrderNotToOne":
      return rendered({
        status: 400,
        code: "PGRST118",
        message: `A related order on '${error.target}' is not possible`,
        details: `'${error.origin}' and '${error.target}' do not form a many-to-one or one-to-one relationship`,
      });
    case "invalidPreferences":
      return rendered({
        status: 400,
        code: "PGRST122",
        message: "Invalid preferences given with handling=strict",
        details: `Invalid preferences: ${error.invalid.join(", ")}`,
      });
    case "aggregatesDisabled":
      return rendered({
        status: 400,
        code: "PGRST123",
        message: "Use of aggregate functions is not allowed",
      });
    case "notImplemented":
      return rendered({
        status: 400,
        code: "PGRST127",
        message: "Feature not implemented",
        details: error.details,
      });
    case "maxAffectedNeedsSet":
      return rendered({
        status: 400,
        code: "PGRST128",
        message:
          "Function must return SETOF or TABLE when max-affected preference is used with handling=strict",
      });
    case "readOnlyCall":
      return rendered({
        status: 405,
        code: "25006",
        message: `cannot execute the volatile function ${error.routine} in a read-only transaction`,
      });
    case "noRelationship":
      return noRelationship(error);
    case "ambiguousRelationship":
      return ambiguousRelationship(error);
    case "unknownRoutine":
      return unknownRoutine(error);
    case "ambiguousRoutine":
      return rendered({
        status: 300,
        code: "PGRST203",
        message: `Could not choose the best candidate function between: ${error.signatures.join(", ")}`,
        hint: "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
      });
    case "unknownColumn":
      return rendered({
        status: 400,
        code: "PGRST204",
        message: `Could not find the '${error.column}' column of '${error.table}' in the schema cache`,
      });
    case "unknownTable":
      return rendered({
        status: 404,
        code: "PGRST205",
        message: `Could not find the table '${error.schema}.${error.name}' in the schema cache`,
        hint: error.suggestion ?? null,
      });
    case "unsupported":
      return rendered({ status: 501, code: "OFF001", message: error.what, hint: error.hint });
    case "limitExceeded":
      return rendered({ status: error.status, code: "OFF005", message: error.what, hint: error.hint });
    case "encryptedColumn":
      return rendered({
        status: 400,
        code: "OFF007",
        message: `The encrypted column ${error.column} ${error.what}.`,
        hint: error.hint,
      });
    case "outsideTransaction":
      return rendered({ status: 409, code: "OFF004", message: error.what, hint: error.hint });
  }
}
