import { createHandler } from "@offramp/supabase-shim/http";
import { BENCH_ROLE } from "../bench-sql.ts";
import type { Arm } from "./arm.ts";

/** The HTTP door without a network: a `Request` in, the JSON of its `Response` out. It always has a role. */
export const httpDoor: Arm = {
  name: "http door",
  against: "hand, role",
  call: ({ offramp }, workload) => {
    const handler = createHandler(offramp, {
      anonRole: BENCH_ROLE,
      aggregates: true,
      audit: false,
      watchSchema: false,
    });
    return async (n) => {
      const { path, method = "GET", body, prefer } = workload.http(n);
      const response = await handler(
        new Request(`http://localhost/${path}`, {
          method,
          headers: {
            ...(body === undefined ? {} : { "content-type": "application/json" }),
            ...(prefer === undefined ? {} : { prefer }),
          },
          ...(body === undefined ? {} : { body }),
        }),
      );
      const text = await response.text();
      if (!response.ok) throw new Error(`${workload.name}: ${response.status} ${text}`);
      const answer: unknown = text === "" ? null : JSON.parse(text);
      if (workload.counted !== true) return answer;
      return { count: Number(response.headers.get("content-range")?.split("/")[1]), rows: answer };
    };
  },
};
