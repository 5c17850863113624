export { blindIndex } from "./drizzle/blind-index.ts";
