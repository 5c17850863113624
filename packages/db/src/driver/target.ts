/** How a connection is encrypted. */
export type TlsPlan =
  | { readonly mode: "off" }
  /** Encrypted with whoever answers. */
  | { readonly mode: "unverified" }
  | {
      readonly mode: "verify-full";
      /** PEM certificates to trust instead of those that Node brings, and Amazon's for its hosts. */
      readonly ca?: string;
      /** The name that the certificate must carry, when it is not the host. */
      readonly serverName?: string;
    };

/** Everything that is needed to open one connection. A host that starts with `/` is a socket directory. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Asked for at each connection, so that tokens which expire can be made fresh. */
  readonly password: () => string | Promise<string>;
  readonly tls: TlsPlan;
}

/** `host:port`, or the path of the unix socket. */
export function address(target: Pick<Target, "host" | "port">): string {
  if (target.host.startsWith("/")) return `${target.host}/.s.PGSQL.${target.port}`;
  return target.host.includes(":") ? `[${target.host}]:${target.port}` : `${target.host}:${target.port}`;
}

/** `host:port/database as user`, for messages. */
export function describeTarget(target: Pick<Target, "host" | "port" | "database" | "user">): string {
  return `${address(target)}/${target.database} as ${target.user}`;
}
