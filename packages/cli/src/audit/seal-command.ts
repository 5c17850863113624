import { openTrail } from "@offramp/audit";

import type { OfframpCommand } from "../command/command.ts";
import { UsageError } from "../command/usage-error.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption } from "../connection/place.ts";
import { addKeyOptions, addTrailOptions, trailOptions } from "./trail-keys.ts";

/** `offramp audit seal` */
export const sealCommand: OfframpCommand = {
  name: "seal",
  summary: "seal every record of a transaction that has ended, and make the coming months' partitions",
  configure(command) {
    addPlaceOption(command, "target");
    addTrailOptions(command);
    addKeyOptions(command);
  },
  async run(context) {
    const { terminal } = context;
    const options = await trailOptions(context);
    if (options.key === undefined)
      throw new UsageError(
        "No key signs the seals. From a file: --key id=file, or audit.key of offramp.config.ts; openssl genpkey -algorithm ed25519 -out seal-key.pem makes one. From AWS KMS or Secrets Manager: audit.key is () => kmsSigningKey(…) or () => secretSigningKey(…) of @offramp/audit.",
      );
    if ((options.anchors ?? []).length === 0)
      terminal.warning(
        "Without an anchor outside the database nobody can tell that the newest seals were cut off: give --anchor.",
      );
    const db = openPlace(context, "target");
    try {
      const { seals, records } = await openTrail(db, options).seal();
      terminal.result({ database: db.description, seals, records }, () =>
        records === 0
          ? "Nothing to seal: every record is sealed."
          : `${records} records in ${seals.length} seals.`,
      );
      return "done";
    } finally {
      await db.close();
    }
  },
};
