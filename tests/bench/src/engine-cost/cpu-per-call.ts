/** Microseconds of this process's CPU that a call takes, with so many callers that each wait for their own. */
export async function cpuPerCall(
  call: () => Promise<unknown>,
  { callers, calls }: { readonly callers: number; readonly calls: number },
): Promise<number> {
  let left = calls;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: callers }, caller));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}
