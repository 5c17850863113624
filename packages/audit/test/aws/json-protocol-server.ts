import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a service does for an operation, such as `TrentService.Sign`. */
export type Operation = (input: Readonly<Record<string, unknown>>) => object;

/** A service that speaks AWS's JSON 1.1 protocol. An operation that is not there answers as AWS does. */
export async function jsonProtocolServer(
  operations: Readonly<Record<string, Operation>>,
): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const operation = operations[String(request.headers["x-amz-target"])];
      response.setHeader("content-type", "application/x-amz-json-1.1");
      if (operation === undefined) {
        response.writeHead(400).end(JSON.stringify({ __type: "UnknownOperationException" }));
        return;
      }
      try {
        const input = JSON.parse(Buffer.concat(parts).toString()) as Readonly<Record<string, unknown>>;
        response.end(JSON.stringify(operation(input)));
      } catch (error) {
        const { name, message } = error as Error;
        response.writeHead(400).end(JSON.stringify({ __type: name, message }));
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
