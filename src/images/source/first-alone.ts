/** Works by what they share: the first goes alone, since what it leaves there makes the others cheap; they go side by side after it. */
export class FirstAlone {
  /** By what is shared: whether the first one is over, and when it will be. */
  private readonly first = new Map<string, { over: boolean; readonly end: Promise<void> }>();

  /** `onWait` is called where it has to wait. That the first one fails is no matter of the others. */
  async run<T>(shared: string, work: () => Promise<T>, onWait: () => void): Promise<T> {
    const before = this.first.get(shared);
    if (before !== undefined) {
      if (!before.over) onWait();
      await before.end;
      return work();
    }
    const own = work();
    const settle = (): void => void (entry.over = true);
    const entry = { over: false, end: own.then(settle, settle) };
    this.first.set(shared, entry);
    return own;
  }
}
