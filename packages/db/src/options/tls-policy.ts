import { isIP } from "node:net";
import { ConfigurationError } from "../errors/configuration-error.ts";
import type { TlsPlan } from "../driver/target.ts";

/** What was asked for: by the option `ssl`, or by `sslmode` in a URL. */
export interface TlsWish {
  readonly mode: "default" | "disable" | "verify-full";
  readonly ca?: string | undefined;
  readonly serverName?: string | undefined;
  readonly dangerouslyAcceptAnyCertificate?: boolean | undefined;
  readonly dangerouslyDisableTls?: boolean | undefined;
}

/** True for this machine's own addresses and for a unix socket (a path), where nobody can listen in. */
export function isLoopback(host: string): boolean {
  if (host.startsWith("/")) return true;
  const name = host.toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost") || name === "::1") return true;
  return isIP(name) === 4 && name.startsWith("127.");
}

/**
 * Decides whether a connection is encrypted. Off this machine it always is, and then the
 * certificate is verified, name included, in every mode.
 *
 * @throws {ConfigurationError} TLS was switched off for a host that is not this machine, or is to verify and not to.
 */
export function decideTls(host: string, wish: TlsWish): TlsPlan {
  if (host.startsWith("/")) return { mode: "off" };
  const local = isLoopback(host);
  refuseContradiction(wish);
  if (wish.dangerouslyDisableTls === true) return { mode: "off" };
  if (wish.mode === "disable" && !local) {
    throw new ConfigurationError(
      `connect(): TLS cannot be disabled for "${host}", because passwords and patient data would cross the network in the clear. ` +
        'Remove sslmode=disable or the option ssl: "disable"; for a network that is private beyond doubt there is the option dangerouslyDisableTls: true.',
    );
  }
  const wanted =
    wish.mode === "verify-full" || (wish.mode === "default" && (!local || wish.ca !== undefined));
  if (wish.dangerouslyAcceptAnyCertificate === true) return { mode: "unverified" };
  if (!wanted) return { mode: "off" };
  return {
    mode: "verify-full",
    ...(wish.ca === undefined ? {} : { ca: wish.ca }),
    ...(wish.serverName === undefined ? {} : { serverName: wish.serverName }),
  };
}

function refuseContradiction(wish: TlsWish): void {
  if (wish.dangerouslyAcceptAnyCertificate !== true) return;
  const other =
    (wish.ca !== undefined && "an authority to trust (ca or sslrootcert)") ||
    (wish.serverName !== undefined && "ssl: { serverName }") ||
    (wish.dangerouslyDisableTls === true && "dangerouslyDisableTls") ||
    (wish.mode === "disable" && 'ssl "disable"');
  if (other === false) return;
  throw new ConfigurationError(
    `connect(): give either the option "dangerouslyAcceptAnyCertificate" or ${other}, not both`,
  );
}
