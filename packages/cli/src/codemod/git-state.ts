import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Whether what is changed in a folder can be taken back by git. */
export type GitState = "clean" | "dirty" | "none";

/** Asks git. Without git, or outside of a repository, nothing can be taken back. */
export async function gitState(folder: string): Promise<GitState> {
  try {
    const { stdout } = await promisify(execFile)("git", ["status", "--porcelain", "--", "."], {
      cwd: folder,
    });
    return stdout.trim() === "" ? "clean" : "dirty";
  } catch {
    // Whatever git's reason is, the answer is the same.
    return "none";
  }
}
