export {
  type Catalog,
  type CatalogObject,
  type NotCompared,
  type ObjectKind,
  objectLabel,
  type ObjectName,
  type PropertyValue,
} from "./catalog/catalog.ts";
export { readCatalog, type ReadCatalogOptions } from "./catalog/read-catalog.ts";
export { checkConformance, type ConformanceOptions } from "./conformance/check-conformance.ts";
export { diffCatalogs, type DiffOptions } from "./conformance/diff-catalogs.ts";
export type { Finding, Severity } from "./conformance/finding.ts";
export {
  clinicManifest,
  type Manifest,
  manifestOf,
  type ManifestOptions,
  readManifest,
  renderManifest,
} from "./conformance/manifest.ts";
export type { MonthlyPartitions } from "./conformance/monthly-partitions.ts";
export { mendingScript } from "./conformance/mending-script.ts";
export { renderJson } from "./conformance/render/render-json.ts";
export { renderSarif } from "./conformance/render/render-sarif.ts";
export {
  renderSarifLog,
  type SarifLevel,
  type SarifLog,
  type SarifResult,
} from "./conformance/render/render-sarif-log.ts";
export { renderText } from "./conformance/render/render-text.ts";
export type { ConformanceReport } from "./conformance/report.ts";
