// Starts an embedded server, says where it is, and ends in the way that its argument names, without stop().
import { connect } from "../../src/index.ts";
import { throwawayPostgres } from "../../src/testing.ts";

const postgres = await throwawayPostgres({ provider: "embedded" });
const db = connect({ url: postgres.url });
const [row] = await db.query({ text: "show data_directory" });
await db.close();
console.log(row?.["data_directory"]);

switch (process.argv[2]) {
  case "exit":
    process.exit(3);
  case "exit code":
    process.exitCode = 4;
    break;
  case "throw":
    setImmediate(() => {
      throw new Error("thrown on purpose");
    });
    break;
  default:
    setInterval(() => undefined, 1000);
}
