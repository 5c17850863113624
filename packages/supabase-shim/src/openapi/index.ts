export { describeSchema } from "./describe-schema.ts";
export { openApiDocument } from "./openapi-document.ts";
