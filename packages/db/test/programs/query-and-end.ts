// Uses a database and never closes it, as applications do that make a client per request.
import { connect } from "../../src/index.ts";

const db = connect();
await Promise.all([db.query({ text: "select 1" }), db.query({ text: "select 1" })]);
console.log("answered");
