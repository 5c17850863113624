/** The package's own folder. This file lies one level below it in `src`, and so does every bundle in `dist`. */
export const packageRoot: URL = new URL("../", import.meta.url);
