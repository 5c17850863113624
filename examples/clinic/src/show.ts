import type { AccessRecord } from "@offramp/audit";
import type { Answer, Visit } from "./scenario.ts";
import { counted, indented, lineWidth, print, styled, wrapped } from "./terminal.ts";
import { valueLines } from "./value-lines.ts";

/** What was called and what came back. */
export function showVisit(number: number, visit: Visit, answer: Answer): void {
  print();
  print(
    `${styled("bold", `${String(number).padStart(2)}  ${visit.title}`)}  ${styled("dim", callText(visit))}`,
  );
  print(indented(`${statusText(answer)}${amount(answer)}`, 4));
  const shown = answer.error ?? answer.data;
  if (shown !== null) print(indented(valueLines(shown, lineWidth - 6).join("\n"), 6));
}

/** What the trail holds about a call. */
export function showRecords(records: readonly AccessRecord[]): void {
  if (records.length === 0) print(indented(styled("dim", "not recorded: no PHI was touched"), 4));
  for (const record of records) {
    const failed =
      record.outcome === "success" ? "" : ` (${record.outcome}, ${record.sqlstate ?? "no code"})`;
    const from = [record.actorRole, record.purposeOfUse, record.ip]
      .filter((part) => part !== null)
      .join(", ");
    print(
      indented(
        `${styled("cyan", `recorded  ${record.action}${failed}`)} by ${record.actorId ?? "nobody"} (${from})`,
        4,
      ),
    );
    const columns = record.relations.map((relation) => relationText(record, relation));
    const lines = [...wrapped(columns, lineWidth - 14), ...patients(record.subjects)];
    print(indented(lines.join("\n"), 14));
  }
}

function callText({ call }: Visit): string {
  const args = call.args.map((argument) =>
    isId(argument) ? `"${argument.slice(0, 8)}…"` : JSON.stringify(argument),
  );
  return `${call.name}(${args.join(", ")})`;
}

function isId(argument: string | number): argument is string {
  return typeof argument === "string" && /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(argument);
}

function statusText(answer: Answer): string {
  const status = `${answer.status} ${answer.statusText}`;
  return answer.error === null ? styled("green", status) : `${styled("yellow", status)}, error:`;
}

function amount(answer: Answer): string {
  const rows = Array.isArray(answer.data) ? `, ${plural(answer.data.length, "row")}` : "";
  return answer.count === null ? rows : `${rows}${rows === "" ? ", count" : " of"} ${counted(answer.count)}`;
}

/** `profiles(email, full_name)`: the PHI columns that the call touched in one relation. */
function relationText(record: AccessRecord, relation: string): string {
  const prefix = `${relation}.`;
  const columns = record.columns.filter((column) => column.startsWith(prefix));
  const name = relation.replace(/^public\./, "");
  return columns.length === 0
    ? name
    : `${name}(${columns.map((column) => column.slice(prefix.length)).join(", ")})`;
}

function patients(subjects: readonly string[]): readonly string[] {
  if (subjects.length === 0) return [];
  const named = subjects.slice(0, 4).map((id) => id.slice(0, 8));
  const rest = subjects.length > named.length ? ` and ${counted(subjects.length - named.length)} more` : "";
  return [`${plural(subjects.length, "patient")}: ${named.join(", ")}${rest}`];
}

function plural(number: number, noun: string): string {
  return `${counted(number)} ${noun}${number === 1 ? "" : "s"}`;
}
