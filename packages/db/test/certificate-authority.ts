// @peculiar/x509 wants it loaded first.
// oxlint-disable-next-line import/no-unassigned-import
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

/** A certificate and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateAuthority {
  /** Its own certificate, which a client has to trust. */
  readonly ca: string;
  /** A server's certificate for a name or an IP address, valid from yesterday until `daysLeft` from now. */
  issue(name: { readonly dns?: string; readonly ip?: string }, daysLeft?: number): Promise<Certificate>;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;

/** An authority whose key lives as long as the test. */
export async function certificateAuthority(): Promise<CertificateAuthority> {
  const authority = await keyPair();
  const issuer = "CN=Offramp test authority";
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: issuer,
    ...validity(30),
    keys: authority,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  let issued = 1;
  return {
    ca: own.toString("pem"),
    async issue({ dns, ip }, daysLeft = 10) {
      issued += 1;
      const keys = await keyPair();
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: issued.toString(16).padStart(2, "0"),
        subject: `CN=${dns ?? ip ?? "nobody"}`,
        issuer,
        ...validity(daysLeft),
        publicKey: keys.publicKey,
        signingKey: authority.privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new x509.SubjectAlternativeNameExtension([
            ...(dns === undefined ? [] : [{ type: "dns" as const, value: dns }]),
            ...(ip === undefined ? [] : [{ type: "ip" as const, value: ip }]),
          ]),
        ],
      });
      const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
      return { cert: certificate.toString("pem"), key: x509.PemConverter.encode(key, "PRIVATE KEY") };
    },
  };
}

function keyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

function validity(daysLeft: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const notAfter = Date.now() + daysLeft * DAY_MS;
  return { notBefore: new Date(Math.min(Date.now(), notAfter) - DAY_MS), notAfter: new Date(notAfter) };
}
