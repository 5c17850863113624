// An encryption job as a process of its own, which tells every batch that was committed. `run-job-fault.ts` kills it.
import { connect } from "@offramp/db";
import { encryptBackfill, KeyRing, localKeyFile, reencrypt } from "@offramp/db/encryption";

const [job = "", keyFile = "", applicationName = ""] = process.argv.slice(2);
const db = connect({ applicationName, max: 2 });
const keys = new KeyRing(db, localKeyFile(keyFile));
const options = { table: "people", batchSize: 50, pauseMs: 5, onProgress: () => console.log("batch") };
const done = await (job === "reencrypt"
  ? reencrypt(db, keys, options)
  : encryptBackfill(db, keys, { ...options, from: { ssn: "ssn_plain" } }));
console.log(done.finished ? "finished" : "ended early");
await db.close();
