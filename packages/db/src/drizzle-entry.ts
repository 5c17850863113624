export { blindIndex } from "./drizzle/blind-index.ts";
export { encryptedDrizzle } from "./drizzle/encrypted-drizzle.ts";
