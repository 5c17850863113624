import { join } from "node:path";
import ts from "typescript-5.9";
import type { TypedQuery } from "../typed-query.ts";
import { COMPILER_OPTIONS, Workbench } from "../workbench.ts";
import { oracleSource, type Typing } from "./oracle-source.ts";

/** What the two clients say of a query. */
export interface ComparedType {
  readonly query: TypedQuery;
  readonly same: boolean;
  readonly ours: string;
  readonly theirs: string;
  /** What the compiler says against the call itself. */
  readonly complaints: readonly string[];
}

/** Types every query with both clients, and compares what its data is. */
export function compareTypes(
  queries: readonly TypedQuery[],
  { types, typing }: { readonly types: string; readonly typing: Typing },
): readonly ComparedType[] {
  using bench = new Workbench(`oracle-${typing}`);
  bench.write("database.types.ts", types);
  const path = bench.write("oracle.ts", oracleSource(queries, typing));
  const { options, errors } = ts.convertCompilerOptionsFromJson(COMPILER_OPTIONS, bench.folder);
  if (errors.length > 0) throw new Error(`the compiler's options are wrong: ${JSON.stringify(errors)}`);
  const program = ts.createProgram([path], options);
  const source = program.getSourceFile(path);
  if (source === undefined) throw new Error(`${join(bench.folder, "oracle.ts")} was not read`);
  const checker = program.getTypeChecker();
  const complaints = complaintsByQuery(program, source);
  const results = new Map(
    source.statements.filter(ts.isTypeAliasDeclaration).map((alias) => [alias.name.text, alias]),
  );
  const text = (type: ts.Type | undefined): string =>
    type === undefined
      ? "nothing"
      : checker.typeToString(
          type,
          undefined,
          ts.TypeFormatFlags.NoTruncation |
            ts.TypeFormatFlags.InTypeAlias |
            ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope,
        );
  return queries.map((query, index) => {
    const alias = results.get(`R${index}`);
    if (alias === undefined) throw new Error(`no result for ${query.id}`);
    const [same, ours, theirs] = checker.getTypeArguments(
      checker.getTypeAtLocation(alias) as ts.TypeReference,
    );
    return {
      query,
      same: text(same) === "true",
      ours: text(ours),
      theirs: text(theirs),
      complaints: complaints.get(index) ?? [],
    };
  });
}

/** Complaints by the number of the query; one about anything else stops the comparison. */
function complaintsByQuery(
  program: ts.Program,
  source: ts.SourceFile,
): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const { start, messageText, file } of ts.getPreEmitDiagnostics(program)) {
    const message = ts.flattenDiagnosticMessageText(messageText, "\n");
    const line = file === source && start !== undefined ? lineAt(source, start) : "";
    const number = /^(?:const|export type) [otR](\d+) /.exec(line)?.[1];
    if (number === undefined) throw new Error(`${file?.fileName ?? "the program"}: ${message}`);
    found.set(Number(number), [...(found.get(Number(number)) ?? []), `${line.slice(0, 7)} ${message}`]);
  }
  return found;
}

function lineAt(source: ts.SourceFile, position: number): string {
  const { line } = source.getLineAndCharacterOfPosition(position);
  return source.text.split("\n")[line] ?? "";
}
