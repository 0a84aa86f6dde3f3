/**
 * As Promise.all, but waits for all of them before it throws what the first one of the list to fail threw: what the others opened can be closed
 * then. `undo` closes what those came to that did not fail; it is called only where one failed.
 */
export async function settled<T extends readonly unknown[] | []>(
  work: T,
  undo: (made: Awaited<T[number]>) => Promise<void> = () => Promise.resolve(),
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const ends = await Promise.allSettled(work);
  const failed = ends.find(({ status }) => status === "rejected");
  const made = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value as Awaited<T[number]>] : []));
  if (failed !== undefined) {
    // What cannot be closed hides no failure.
    await Promise.allSettled(made.map(undo));
    throw (failed as PromiseRejectedResult).reason;
  }
  return made as unknown as { -readonly [K in keyof T]: Awaited<T[K]> };
}
