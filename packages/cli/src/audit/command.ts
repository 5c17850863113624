import type { CommandGroup } from "../command/command.ts";
import { reportCommand } from "./report-command.ts";
import { sealCommand } from "./seal-command.ts";
import { verifyCommand } from "./verify-command.ts";

/** `offramp audit verify|report|seal` */
export const auditCommands: CommandGroup = {
  name: "audit",
  summary: "verify, report and seal the audit trail of the target",
  subcommands: [verifyCommand, reportCommand, sealCommand],
};
