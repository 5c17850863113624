import type { TestProject } from "vitest/node";

/** Nothing yet. */
export default async function setup(project: TestProject): Promise<void> {
  if (!project.isRootProject()) return;
}
