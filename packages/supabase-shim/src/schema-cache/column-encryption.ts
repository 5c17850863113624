/** How a column's values are encrypted. The names are those of the table that stores them, which views show too. */
export interface ColumnEncryption {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** The name of the data key. */
  readonly key: string;
  /** The type of the values under the encryption. */
  readonly type: string;
  readonly searchable: boolean;
  /** The relation's own columns that have the stored row's key, in its order; absent where it does not show them all. */
  readonly rowKey?: readonly string[];
}
