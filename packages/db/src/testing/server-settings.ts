/** Settings for a server whose data nobody will miss: nothing waits for the disk. */
export const THROWAWAY_SETTINGS: Readonly<Record<string, string>> = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  // Copying a template writes much log; its files need not be filled with zeros first.
  wal_init_zero: "off",
  max_connections: "200",
  timezone: "UTC",
  // Errors that tests provoke stay out of the log.
  log_min_messages: "log",
  log_checkpoints: "off",
};
