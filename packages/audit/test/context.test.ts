import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Actor, currentActor, withActor } from "../src/index.ts";

const ada: Actor = { id: "ada", role: "clinician", purposeOfUse: "TREAT", ip: "192.0.2.7", requestId: "r-1" };
const bob: Actor = { id: "bob" };

/** Like a query builder: does nothing until something asks for its result. */
class LazyQuery implements PromiseLike<string | undefined> {
  // oxlint-disable-next-line unicorn/no-thenable -- query builders are such objects
  readonly then: PromiseLike<string | undefined>["then"] = (resolve, reject) =>
    Promise.resolve(currentActor()?.id).then(resolve, reject);
}

describe("currentActor", () => {
  it("is undefined outside every withActor", () => {
    expect(currentActor()).toBeUndefined();
  });

  it("is the actor inside a synchronous function, whose result is returned as it is", () => {
    expect(withActor(ada, () => currentActor())).toEqual(ada);
    expect(currentActor()).toBeUndefined();
  });

  it("survives await, timers, microtasks and immediates", async () => {
    const seen = await withActor(ada, async () => {
      const ids = [currentActor()?.id];
      await sleep(2);
      ids.push(currentActor()?.id);
      await nextTurn();
      ids.push(currentActor()?.id);
      ids.push(await new Promise((resolve) => queueMicrotask(() => resolve(currentActor()?.id))));
      ids.push(await new Promise((resolve) => process.nextTick(() => resolve(currentActor()?.id))));
      return ids;
    });
    expect(seen).toEqual(["ada", "ada", "ada", "ada", "ada"]);
  });

  it("keeps concurrent requests apart", async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `user-${String(index)}`);
    const seen = await Promise.all(
      ids.map((id, index) =>
        withActor({ id }, async () => {
          await sleep(index % 7);
          const after = (ms: number): Promise<string | undefined> => sleep(ms).then(() => currentActor()?.id);
          const inner = await Promise.all([after(1), after(0)]);
          return [currentActor()?.id, ...inner];
        }),
      ),
    );
    expect(seen).toEqual(ids.map((id) => [id, id, id]));
  });

  it("is replaced wholly by a nested withActor, and is itself again afterwards", async () => {
    await withActor(ada, async () => {
      await withActor(bob, async () => {
        await nextTurn();
        expect(currentActor()).toEqual({ id: "bob" });
      });
      expect(currentActor()).toEqual(ada);
    });
  });

  it("is there when a lazy query that was returned, not awaited, runs", async () => {
    await expect(withActor(ada, () => new LazyQuery())).resolves.toBe("ada");
  });

  it("passes on what the work throws or rejects with", async () => {
    const failure = new Error("the work failed");
    expect(() =>
      withActor(ada, () => {
        throw failure;
      }),
    ).toThrow(failure);
    await expect(withActor(ada, () => Promise.reject(failure))).rejects.toBe(failure);
  });
});

describe("the actor given to withActor", () => {
  const given =
    (actor: unknown): (() => unknown) =>
    () =>
      withActor(actor as Actor, () => currentActor());

  it.each([
    [{}, /has no id/],
    [{ role: "clinician" }, /has no id/],
    [{ id: "" }, /must be a string that is not empty; it is an empty string/],
    [{ id: "  " }, /must be a string that is not empty/],
    [{ id: 42 }, /must be a string that is not empty; it is of type number/],
    [{ id: null }, /must be a string that is not empty; it is null/],
    [undefined, /must be an object with an id; it is of type undefined/],
    [null, /must be an object with an id; it is null/],
    ["ada", /must be an object with an id; it is of type string/],
    [{ id: "ada", ip: 7 }, /the actor's ip must be a string; it is of type number/],
    [{ id: "ada", userAgent: ["x"] }, /the actor's userAgent must be a string/],
  ])("%j is refused with a TypeError", (actor, message) => {
    expect(given(actor)).toThrow(TypeError);
    expect(given(actor)).toThrow(message);
  });

  it("is copied and frozen: later changes by the caller do not reach the trail", () => {
    const mutable = { id: "ada" };
    withActor(mutable, () => {
      mutable.id = "bob";
      expect(currentActor()).toEqual({ id: "ada" });
      expect(Object.isFrozen(currentActor())).toBe(true);
    });
  });

  it("keeps its own fields only", () => {
    const user = { id: "ada", role: undefined, email: "ada@example.org" };
    expect(Object.keys(withActor(user, () => currentActor()) ?? {})).toEqual(["id"]);
  });

  it("loses what PostgreSQL's JSON cannot hold, so that a garbled header cannot stop a read", () => {
    const actor = withActor({ id: "ada", userAgent: "a\0b\uD800c😀" }, () => currentActor());
    expect(actor?.userAgent).toBe("a\u{FFFD}b\u{FFFD}c😀");
  });
});
