export { metabolicTests } from "./schema/metabolic-tests.ts";
export { profiles } from "./schema/profiles.ts";
export { reports } from "./schema/reports.ts";
export { subscriptions } from "./schema/subscriptions.ts";
