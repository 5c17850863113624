import type { DriverQuery } from "./driver-query.ts";

/**
 * After "cached plan must not change result type" the driver sends a prepared statement again, at
 * the end of the line: behind a `commit` that was already sent, so outside its transaction and
 * without its role and claims. The driver decides by `prepared`, which it needs only while it
 * builds the message; afterwards the property reads false and the error is delivered.
 *
 * To be called when the query was given to the driver, which builds its message at once. Where the
 * connection's buffer is full it does so later; then the property itself turns false behind it.
 */
export function forbidResending(query: DriverQuery): void {
  if (query.state !== null) query.prepared = false;
  else forbidWhenBuilt(query);
}

function forbidWhenBuilt(query: DriverQuery): void {
  let prepared = false;
  Object.defineProperty(query, "prepared", {
    get: () => prepared,
    set: (value: boolean) => {
      prepared = value;
      if (value) queueMicrotask(() => (prepared = false));
    },
  });
}
