export { executeEncrypted } from "./execute-encrypted.ts";
