import type { GenericSchema } from "./database.ts";
import type { EmbedHead } from "./embed-head.ts";
import type { ComputedValue, Embedded } from "./embedded.ts";
import type { Keys } from "./keys.ts";
import type { Place } from "./place.ts";

/** Finds a function that takes a row of the relation; `never` for none. PostgREST, "Computed Relationships". */
export type ResolveComputed<Schema extends GenericSchema, At extends Place, Head extends EmbedHead> =
  Head["name"] extends Keys<Schema["Functions"]>
    ? Computed<FromRow<Schema["Functions"][Head["name"]], At["name"]>, Head>
    : never;

/** The overload that takes a row of the relation; a union distributes. */
type FromRow<Routine, Name> = Routine extends { SetofOptions: { from: infer From } }
  ? Name extends From
    ? Routine
    : never
  : never;

type Computed<Routine, Head extends EmbedHead> = Routine extends {
  Returns: infer Returns;
  SetofOptions: infer Options;
}
  ? Options extends { to: "" }
    ? ComputedValue<Returns>
    : Options extends { to: infer Target }
      ? Embedded<Target, RowsOf<Options, Head>>
      : never
  : never;

/**
 * A function that returns one row and not a set of them gives an object whose fields are all null where it finds
 * nothing (PostgREST issue 4234); `maybe` would promise null instead.
 */
type RowsOf<Options, Head extends EmbedHead> = Options extends { isOneToOne: true }
  ? Options extends { isSetofReturn: true }
    ? true extends Head["inner"] | NotNull<Options>
      ? "one"
      : "maybe"
    : "nulls"
  : "many";

type NotNull<Options> = Options extends { isNotNullable: infer Answer } ? Answer : false;
