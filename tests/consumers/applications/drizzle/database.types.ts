import type { DatabaseOf } from "@offramp/supabase-shim";

import * as schema from "./schema.js";

type VisitStatus = (typeof schema.visitStatus.enumValues)[number];

/** What a Drizzle schema has no word for. */
interface Further {
  public: {
    Functions: {
      visits_per_day: {
        Args: { since: string; only_status?: VisitStatus };
        Returns: { day: string; visits: number }[];
      };
      visits_of: {
        Args: { patient: string };
        Returns: Tables<"visits">[];
        SetofOptions: { from: "*"; to: "visits"; isOneToOne: false; isSetofReturn: true };
      };
    };
    Enums: { visit_status: VisitStatus };
  };
}

export type Database = DatabaseOf<typeof schema, Further>;

type PublicTables = DatabaseOf<typeof schema>["public"]["Tables"];

export type Tables<Name extends keyof PublicTables> = PublicTables[Name]["Row"];
export type TablesInsert<Name extends keyof PublicTables> = PublicTables[Name]["Insert"];
export type TablesUpdate<Name extends keyof PublicTables> = PublicTables[Name]["Update"];
export type Enums<Name extends keyof Further["public"]["Enums"]> = Further["public"]["Enums"][Name];

export const Constants = { public: { Enums: { visit_status: schema.visitStatus.enumValues } } } as const;
