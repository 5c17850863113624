/** Words that are no names of constants, or that would hide what the module needs. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public return " +
    "static super switch this throw true try typeof undefined var void while with yield NaN Infinity"
  ).split(" "),
);

/** `metabolic_tests`, `Metabolic Tests` and `metabolicTests` are `metabolicTests`. */
export function camelCase(name: string): string {
  const words = name
    .replaceAll(/['’]/g, "")
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .normalize("NFC")
    .split(/[^\p{ID_Continue}]+|_+/u)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
  const joined = words
    .map((word, index) => (index === 0 ? word : `${word.charAt(0).toUpperCase()}${word.slice(1)}`))
    .join("");
  if (joined === "") return "unnamed";
  return /^\p{ID_Start}/u.test(joined) ? joined : `n${joined}`;
}

/** Names that were given out, each once. */
export class BindingNames {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** The first of the proposals that is free; else the last of them with a number. */
  claim(...proposals: readonly [string, ...string[]]): string {
    const free =
      proposals.find((name) => this.#isFree(name)) ?? this.#numbered(proposals.at(-1) ?? "unnamed");
    this.#taken.add(free);
    return free;
  }

  #numbered(name: string): string {
    for (let n = 2; ; n += 1) if (this.#isFree(`${name}${n}`)) return `${name}${n}`;
  }

  #isFree(name: string): boolean {
    return !this.#taken.has(name) && !RESERVED.has(name);
  }
}
