import type { TestProject } from "vitest/node";

import { type ConsumerProject, createConsumerProject, removeConsumerProject } from "./consumer-project.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The project in which the packed packages are installed, one for all test files. */
    consumerProject: ConsumerProject;
  }
}

/** Packing and installing takes longer than the tests of one file: it is done once. */
export default async function setup(vitest: TestProject): Promise<() => void> {
  const project = await createConsumerProject();
  vitest.provide("consumerProject", project);
  return () => removeConsumerProject(project);
}
