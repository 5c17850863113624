export type { Actor } from "./context/actor.ts";
export { currentActor, withActor } from "./context/with-actor.ts";
