export type { ThrowawayDatabase } from "./testing/databases.ts";
export type { ThrowawayProvider, Unavailable } from "./testing/provider.ts";
export {
  throwawayPostgres,
  type ThrowawayOptions,
  type ThrowawayPostgres,
} from "./testing/throwaway-postgres.ts";
export {
  type ClusterOptions,
  throwawayCluster,
  type ThrowawayCluster,
  type ThrowawayServer,
} from "./testing/throwaway-cluster.ts";
export { relayTo, type Relay } from "./testing/relay.ts";
