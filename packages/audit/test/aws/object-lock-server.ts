import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** A version of an object. A delete marker has no body. */
interface Version {
  readonly id: string;
  readonly body: Buffer | undefined;
  readonly mode: string | undefined;
  readonly until: string | undefined;
}

/** An S3 server of one bucket, as much of it as a locked bucket needs. */
export interface ObjectLockServer {
  readonly endpoint: string;
  /** What is there, the newest version of each first. */
  readonly objects: ReadonlyMap<string, readonly Version[]>;
  close(): Promise<void>;
}

class S3Error extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Speaks S3's protocol for objects with versions and locks: PUT with `If-None-Match` (412) and lock headers (which need
 * a checksum, and a bucket with Object Lock), GET and DELETE of versions (403 while locked), delete markers, and the list
 * of versions by pages. As the API reference of Amazon S3 has it.
 *
 * @param options.objectLock whether the bucket has it. Default `true`.
 * @param options.pageSize how many versions a page of a list has. Default 3.
 */
export async function objectLockServer(
  options: { readonly objectLock?: boolean; readonly pageSize?: number } = {},
): Promise<ObjectLockServer> {
  const { objectLock = true, pageSize = 3 } = options;
  const objects = new Map<string, Version[]>();
  let versions = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://s3.test");
    const [, , ...rest] = url.pathname.split("/");
    const key = decodeURIComponent(rest.join("/"));
    const version = url.searchParams.get("versionId");
    const all = objects.get(key) ?? [];
    if (key === "" && url.searchParams.has("versions")) list(url.searchParams, response);
    else if (request.method === "PUT") await put(request, response, key);
    else if (request.method === "GET") get(all, version, response);
    else if (request.method === "DELETE") remove(key, version, response);
    else throw new S3Error(501, "NotImplemented", "Not spoken here.");
  }

  async function put(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    const header = (name: string): string | undefined => request.headers[name] as string | undefined;
    const body = await bodyOf(request);
    const [mode, until] = [header("x-amz-object-lock-mode"), header("x-amz-object-lock-retain-until-date")];
    if (mode !== undefined && !objectLock)
      throw new S3Error(400, "InvalidRequest", "Bucket is missing Object Lock Configuration");
    const checked = ["content-md5", "x-amz-checksum-sha256", "x-amz-trailer"].some(
      (name) => header(name) !== undefined,
    );
    if (mode !== undefined && !checked)
      throw new S3Error(400, "InvalidRequest", "Content-MD5 OR x-amz-checksum- HTTP header is required");
    const all = objects.get(key) ?? [];
    if (header("if-none-match") === "*" && all[0]?.body !== undefined)
      throw new S3Error(412, "PreconditionFailed", "At least one of the pre-conditions did not hold");
    const id = `v${(versions += 1)}`;
    objects.set(key, [{ id, body, mode, until }, ...all]);
    response.setHeader("x-amz-version-id", id).setHeader("etag", `"${id}"`).end();
  }

  function get(all: readonly Version[], version: string | null, response: ServerResponse): void {
    const found = version === null ? all[0] : all.find(({ id }) => id === version);
    if (found?.body === undefined) throw new S3Error(404, "NoSuchKey", "The specified key does not exist.");
    if (found.mode !== undefined) response.setHeader("x-amz-object-lock-mode", found.mode);
    if (found.until !== undefined) response.setHeader("x-amz-object-lock-retain-until-date", found.until);
    response.setHeader("content-type", "application/octet-stream").end(found.body);
  }

  function remove(key: string, version: string | null, response: ServerResponse): void {
    const all = objects.get(key) ?? [];
    if (version === null) {
      objects.set(key, [
        { id: `v${(versions += 1)}`, body: undefined, mode: undefined, until: undefined },
        ...all,
      ]);
    } else {
      if (all.some(({ id, until }) => id === version && until !== undefined && new Date(until) > new Date()))
        throw new S3Error(403, "AccessDenied", "Access Denied because object protected by object lock.");
      objects.set(
        key,
        all.filter(({ id }) => id !== version),
      );
    }
    response.writeHead(204).end();
  }

  function list(query: URLSearchParams, response: ServerResponse): void {
    const prefix = query.get("prefix") ?? "";
    const rows = [...objects]
      .filter(([key]) => key.startsWith(prefix))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([key, all]) => all.map((version) => ({ key, version })));
    const marker = rows.findIndex(
      ({ key, version }) => key === query.get("key-marker") && version.id === query.get("version-id-marker"),
    );
    const page = rows.slice(marker + 1, marker + 1 + pageSize);
    const last = page.at(-1);
    const more = marker + 1 + pageSize < rows.length;
    const entries = page.map(({ key, version }) => {
      const kind = version.body === undefined ? "DeleteMarker" : "Version";
      return `<${kind}><Key>${key}</Key><VersionId>${version.id}</VersionId></${kind}>`;
    });
    const next = `<NextKeyMarker>${last?.key}</NextKeyMarker><NextVersionIdMarker>${last?.version.id}</NextVersionIdMarker>`;
    response
      .setHeader("content-type", "application/xml")
      .end(
        `<?xml version="1.0"?><ListVersionsResult><IsTruncated>${more}</IsTruncated>${more ? next : ""}${entries.join("")}</ListVersionsResult>`,
      );
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const { status, code, message } =
        error instanceof S3Error ? error : new S3Error(500, "InternalError", String(error));
      response
        .writeHead(status, { "content-type": "application/xml" })
        .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The body, also where it comes as chunks with a checksum at their end (`aws-chunked`). */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const sent = Buffer.concat(parts);
  if (!request.headers["content-encoding"]?.includes("aws-chunked")) return sent;
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const end = sent.indexOf("\r\n", at);
    const size = Number.parseInt(sent.toString("latin1", at, end), 16);
    if (!(size > 0)) return Buffer.concat(chunks);
    chunks.push(sent.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
