/** What the first line of an archive says. */
export const ARCHIVE_VERSION = "offramp audit archive 1";
