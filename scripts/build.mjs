// `npm run build`: builds the packages whose sources changed.
import { bootstrap } from "./toolchain/bootstrap.mjs";
import { runScript } from "./toolchain/set-up-error.mjs";

await runScript(async () => {
  await bootstrap();
  return 0;
});
