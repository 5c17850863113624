import { err, ok, type RequestError, type Result } from "../errors/index.ts";

const NO_BYTES = new Uint8Array();

/** The whole body. Fails when it has more bytes than are taken, without reading them all, and when it breaks off. */
export async function readBody(
  request: Request,
  maxBytes: number | undefined,
): Promise<Result<Uint8Array, RequestError>> {
  if (request.body === null) return ok(NO_BYTES);
  try {
    return maxBytes === undefined
      ? ok(new Uint8Array(await request.arrayBuffer()))
      : await readUpTo(request.body, maxBytes);
  } catch {
    return err({ kind: "invalidBody", message: "The body could not be read" });
  }
}

async function readUpTo(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Result<Uint8Array, RequestError>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return ok(Buffer.concat(chunks));
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      return err({ kind: "bodyTooLarge", maxBytes });
    }
    chunks.push(value);
  }
}
