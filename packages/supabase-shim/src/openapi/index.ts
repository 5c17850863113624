export { describeSchema, type Describing } from "./describe-schema.ts";
export { openApiDocument, type OpenApiOptions } from "./openapi-document.ts";
