import { describe, expectTypeOf, test } from "vitest";

import type { QueryData, SupabaseClient } from "../../src/index.ts";
import type { Shop } from "./shop.ts";

type RowOf<Query> = QueryData<Query> extends (infer Row)[] ? Row : never;

/** `c0, c1, …` */
type Columns<
  Count extends number,
  Seen extends unknown[] = [unknown],
  Text extends string = "c0",
> = Seen["length"] extends Count
  ? Text
  : Columns<Count, [...Seen, unknown], `${Text}, c${Seen["length"] & number}`>;

/** `parent_id(id, parent_id(id, … name))` */
type Levels<
  Count extends number,
  Seen extends unknown[] = [],
  Text extends string = "name",
> = Seen["length"] extends Count ? Text : Levels<Count, [...Seen, unknown], `id, parent_id(${Text})`>;

interface Wide {
  public: {
    Tables: {
      wide: { Row: Record<`c${number}`, number>; Insert: object; Update: object; Relationships: [] };
    };
    Views: object;
    Functions: object;
  };
}

declare const wide: SupabaseClient<Wide>;
declare const shop: SupabaseClient<Shop>;

/** What the text selects, without writing it out. */
declare function given<Text extends string>(): Text;

describe("what supabase-js cannot infer", () => {
  test("a select of 500 columns, where it stops at 176", () => {
    const query = wide.from("wide").select(given<Columns<500>>());
    expectTypeOf<RowOf<typeof query>>().toHaveProperty("c499").toEqualTypeOf<number>();
  });

  test("25 levels of embeds, where it stops at 14", () => {
    const query = shop.from("categories").select(given<Levels<25>>());
    type Up<Row> = Row extends { parent_id: infer Parent } ? NonNullable<Parent> : never;
    type Five<Row> = Up<Up<Up<Up<Up<Row>>>>>;
    type Top = Five<Five<Five<Five<Five<RowOf<typeof query>>>>>>;
    expectTypeOf<Top>().toEqualTypeOf<{ name: string }>();
  });
});
