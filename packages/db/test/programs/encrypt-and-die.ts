// A backfill or re-encryption that is killed after so many batches.
import { connect } from "../../src/index.ts";
import { encryptBackfill, KeyRing, localKeyFile, reencrypt } from "../../src/encryption-entry.ts";

const [job = "", keyFile = "", batches = "0"] = process.argv.slice(2);
const db = connect();
const keys = new KeyRing(db, localKeyFile(keyFile));
let left = Number(batches);
const options = {
  table: "people",
  batchSize: 40,
  onProgress: (): void => {
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  },
};
await (job === "reencrypt"
  ? reencrypt(db, keys, options)
  : encryptBackfill(db, keys, { ...options, from: { ssn: "ssn_plain" } }));
await db.close();
