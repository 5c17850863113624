export type PlanOption = "analyze" | "verbose" | "settings" | "buffers" | "wal";

/** What representation of the rows is asked for. */
export type MediaType =
  /** What the relation or function gives by itself: JSON, unless the database says otherwise. */
  | { readonly kind: "any" }
  | { readonly kind: "json"; readonly stripNulls?: boolean }
  | { readonly kind: "singular"; readonly stripNulls?: boolean }
  | { readonly kind: "csv" }
  | { readonly kind: "geojson" }
  | { readonly kind: "text" }
  | { readonly kind: "xml" }
  | { readonly kind: "octet-stream" }
  | { readonly kind: "openapi" }
  /** `application/x-www-form-urlencoded`, which only requests are in. */
  | { readonly kind: "form" }
  | {
      readonly kind: "plan";
      readonly of: MediaType;
      readonly format: "text" | "json";
      readonly options: readonly PlanOption[];
    }
  /** Any other by its name, such as `image/png`: the database may have a handler for it. */
  | { readonly kind: "other"; readonly name: string };
