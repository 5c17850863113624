/** What to do about the parts of Supabase that are no queries. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  auth: 'Keep Supabase Auth for now: make its client with createClient from "@supabase/supabase-js" and pass it as { delegate }; queries then run as its signed-in user. A server verifies tokens itself with the option jwt, or uses withClaims.',
  storage:
    "Files stay where they are through { delegate }, or move to S3: PutObject and GetObject of @aws-sdk/client-s3, signed URLs by @aws-sdk/s3-request-presigner.",
  realtime:
    "Channels stay at Supabase through { delegate }; changes then come from its database. On your own: LISTEN/NOTIFY (Database.listen of @offramp/db) behind a WebSocket or server-sent events, or polling.",
  functions:
    "Call the function by fetch where it is deployed, or move it: an AWS Lambda with a function URL, or a route of your server. { delegate } keeps the call as it is meanwhile.",
};

/** Which part of Supabase a member of a client belongs to. */
export function areaOf(member: string): string {
  return /channel/i.test(member) ? "realtime" : member;
}

/** The way out for a part of Supabase. */
export function wayOut(area: string): string {
  return (
    WAYS_OUT[area] ??
    "Look the call up in the README of @offramp/supabase-shim, or write it as SQL through connect() of @offramp/db."
  );
}

const PACKAGES: readonly (readonly [RegExp, string])[] = [
  [
    /^@supabase\/(?:ssr|auth-helpers-)/,
    'It keeps the session in cookies, which is auth. Keep it for signing in, and give its client on: createClient(url, key, { delegate }) of "@offramp/supabase-shim" runs the queries as its user.',
  ],
  [/^@supabase\/(?:auth|gotrue)/, WAYS_OUT["auth"] ?? ""],
  [/^@supabase\/storage/, WAYS_OUT["storage"] ?? ""],
  [/^@supabase\/realtime/, WAYS_OUT["realtime"] ?? ""],
  [/^@supabase\/functions/, WAYS_OUT["functions"] ?? ""],
  [
    /^@supabase\/postgrest-js/,
    'Make the client with createClient of "@offramp/supabase-shim": it has from, rpc and schema.',
  ],
  [
    /^#supabase\/|^@nuxtjs\/supabase/,
    'Make the client of your own composable with createClient of "@offramp/supabase-shim", and give the module\'s client as { delegate }.',
  ],
];

/** The way out for a package other than supabase-js itself. */
export function packageWayOut(name: string): string {
  return (
    PACKAGES.find(([pattern]) => pattern.test(name))?.[1] ??
    "Look whether the application still needs it; Offramp serves queries only."
  );
}
