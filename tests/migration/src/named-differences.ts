/** The part of `offramp verify --json` that is looked at. */
interface VerifyData {
  readonly tables: readonly {
    readonly source: string;
    readonly verdict: string;
    readonly reason?: string;
    readonly differences: readonly {
      readonly row: string;
      readonly kind: string;
      readonly columns: readonly string[];
    }[];
  }[];
  readonly sequences: readonly {
    readonly sequence: string;
    readonly verdict: string;
    readonly reason?: string;
  }[];
  readonly obstacles: readonly string[];
  readonly schema?: {
    readonly differences: readonly { readonly object: string; readonly problem: string }[];
    readonly reason?: string;
  };
}

/** Everything that a run of `offramp verify --json` named, a line for each. */
export function namedDifferences(json: string): string[] {
  const data = JSON.parse(json) as VerifyData;
  return [
    ...data.tables.flatMap(({ source, verdict, reason, differences }) => [
      ...(verdict === "failed" ? [`${source} could not be compared: ${reason ?? ""}`] : []),
      ...differences.map(
        ({ row, kind, columns }) => `${source} ${row.replaceAll(",", "")} ${kind} ${columns.join(",")}`,
      ),
    ]),
    ...data.sequences
      .filter(({ verdict }) => verdict !== "equal")
      .map(({ sequence, verdict, reason }) => `sequence ${sequence} ${reason ?? verdict}`),
    ...(data.schema?.differences ?? []).map(({ object, problem }) => `${object}: ${problem}`),
    ...(data.schema?.reason === undefined
      ? []
      : [`the schemas could not be compared: ${data.schema.reason}`]),
    ...data.obstacles.map((line) => `obstacle ${line}`),
  ];
}
