/** Makes one call, with the schema watched, and closes nothing: the process must end by itself. */
import { connect } from "@offramp/db";
import { createClient } from "../../../src/index.ts";

const supabase = createClient(connect({ url: process.argv[2] ?? "" }));
const { data } = await supabase.from("known").select();
console.log(JSON.stringify(data));
