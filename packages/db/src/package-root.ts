/**
 * The folder of this package. This file stays directly in `src/`, so that it is as deep as the
 * bundles in `dist/` are.
 */
export const packageRoot: URL = new URL("../", import.meta.url);

/** True when the TypeScript sources run as they are, inside the workspace. */
export const runsFromSource: boolean = import.meta.url.endsWith(".ts");
