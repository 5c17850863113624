export {
  driverValue,
  type EncryptedColumn,
  readValue,
  rowKeyText,
  valueText,
} from "./encryption/encrypted-column.ts";
export type { BatchOptions, EncryptionProgress } from "./encryption/batch-job.ts";
export { type BackfillOptions, encryptBackfill } from "./encryption/encrypt-backfill.ts";
export { encryptedColumnsMigration } from "./encryption/encrypted-columns-migration.ts";
export { EncryptionError, type EncryptionProblem } from "./encryption/encryption-error.ts";
export { encryptionMigrations } from "./encryption/encryption-migrations.ts";
export { KeyRing, type KeyRingOptions } from "./encryption/key-ring.ts";
export type { DataKeyName, KeyWrapper } from "./encryption/key-wrapper.ts";
export { kmsWrapper, type KmsWrapperOptions } from "./encryption/kms-wrapper.ts";
export { createLocalKeyFile, localKeyFile } from "./encryption/local-key-file.ts";
export {
  createDataKey,
  grantKeyReader,
  rewrapDataKeys,
  rotateDataKey,
  type RotateOptions,
} from "./encryption/manage-data-keys.ts";
export type { TableToEncrypt } from "./encryption/marked-table.ts";
export { keyUsage, type KeyUsage } from "./encryption/key-usage.ts";
export { reencrypt } from "./encryption/reencrypt.ts";
export { valueTypeParts, type ValueTypeParts } from "./encryption/value-type-parts.ts";
export { retireKeyVersion, type RetireOptions } from "./encryption/retire-key-version.ts";
export { secretWrapper, type SecretWrapperOptions } from "./encryption/secret-wrapper.ts";
