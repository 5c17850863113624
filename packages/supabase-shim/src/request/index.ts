export type * from "./api-request.ts";
export type * from "./field.ts";
export type * from "./filter.ts";
export type * from "./media-type.ts";
export type * from "./order-term.ts";
export type * from "./payload.ts";
export type * from "./preferences.ts";
export type * from "./select-item.ts";
