import type { EmbedHead } from "./embed-head.ts";
import type { Place } from "./place.ts";

/* What is wrong with an embed, in the words that the compiler shows at the call. */

type Text<T> = T & string;

export type Unrelated<
  At extends Place,
  Head extends EmbedHead,
> = `'${Text<At["name"]>}' has no relationship with '${Head["name"]}'`;

/** PostgREST takes no foreign key's name there: it would mean both directions. */
export type ItselfBy<At extends Place, Key> = Key extends { columns: [infer Column extends string] }
  ? `'${Text<At["name"]>}' is related to itself: embed ${Column}(…) for the row above, ${Text<At["name"]>}!${Column}(…) for the rows below`
  : `'${Text<At["name"]>}' is related to itself: embed it by a foreign key of one column`;

export type SeveralKeys<
  At extends Place,
  Head extends EmbedHead,
> = `'${Text<At["name"]>}' and '${Head["name"]}' have more than one relationship: name the foreign key, as in ${Head["name"]}!key(…)`;

export type NoKey<
  At extends Place,
  Head extends EmbedHead,
> = `'${Text<Head["hint"]>}' is no foreign key, column or junction between '${Text<At["name"]>}' and '${Head["name"]}'`;
