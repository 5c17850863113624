export { createRehearsal } from "./create-rehearsal.ts";
