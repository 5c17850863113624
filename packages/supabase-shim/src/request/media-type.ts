export type PlanOption = "analyze" | "verbose" | "settings" | "buffers" | "wal";

/** What representation of the rows is asked for. */
export type MediaType =
  | { readonly kind: "json"; readonly stripNulls?: boolean }
  | { readonly kind: "singular"; readonly stripNulls?: boolean }
  | { readonly kind: "csv" }
  | { readonly kind: "geojson" }
  | { readonly kind: "text" }
  | { readonly kind: "xml" }
  | { readonly kind: "octet-stream" }
  | { readonly kind: "openapi" }
  | {
      readonly kind: "plan";
      readonly of: MediaType;
      readonly format: "text" | "json";
      readonly options: readonly PlanOption[];
    }
  | { readonly kind: "other"; readonly name: string };
