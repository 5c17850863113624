export type { Actor, CheckedActor } from "./context/actor.ts";
export type { PurposeOfUse } from "./context/purpose-of-use.ts";
export { currentActor, withActor } from "./context/with-actor.ts";
