/** The package whose imports are swapped, and the one that takes its place. */
export const SUPABASE_JS = "@supabase/supabase-js";
export const SHIM = "@offramp/supabase-shim";

/**
 * The package of Supabase that a module's name means, or the shim; undefined for every other. Deno's spellings count:
 * `npm:@supabase/supabase-js@2`, `https://esm.sh/@supabase/supabase-js@2.7.1`.
 */
export function supabasePackage(specifier: string): string | undefined {
  const bare = specifier
    .replace(/^(?:npm:|jsr:)\/?/, "")
    .replace(
      /^https?:\/\/(?:esm\.sh|cdn\.skypack\.dev|cdn\.jsdelivr\.net\/npm|unpkg\.com|deno\.land\/x)\//,
      "",
    );
  const found =
    /^(@supabase\/[\w.-]+|@offramp\/supabase-shim|@nuxtjs\/supabase|#supabase\/(?:server|client))(?:[@/?].*)?$/.exec(
      bare,
    );
  return found?.[1];
}

/** Whether a text may name a package of Supabase or the shim, in whatever way: most files need no closer look. */
export function namesPackage(text: string): boolean {
  return /@supabase\/|@offramp\/supabase-shim|#supabase\/|@nuxtjs\/supabase/.test(text);
}
