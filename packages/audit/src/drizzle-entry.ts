export { auditedDrizzle, type TrailDatabase } from "./drizzle/audited-drizzle.ts";
export { UndeclaredAccessError } from "./drizzle/described-access.ts";
