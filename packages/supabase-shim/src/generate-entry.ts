export { generateTypes, type GenerateTypesOptions } from "./generate/generate-types.ts";
