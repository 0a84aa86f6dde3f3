import * as z from "zod";

/** What a thread of a program that hangs waits in, and for whom. */
export const Waits = z.strictObject({
  /** The system call: `futex`, `read`; `system call 500` for one without a name here. */
  call: z.string(),
  /** The thread (gdb's number) that holds the lock that it waits for, where the lock says so. */
  holder: z.int().nullable(),
  /** What a futex is waited on for: `condition`, `thread`, `semaphore`, `mutex` …; null where that is not known. */
  purpose: z.string().nullable().optional(),
  /** The variable that a futex is in: `ready`; null where it has no name. */
  object: z.string().nullable().optional(),
  /** Only threads that share its memory can wake it. */
  private: z.boolean().optional(),
  /** It ends by itself after a time. */
  timed: z.boolean().optional(),
  /** The holder is a thread that this process does not have: it held the lock when the process was made from its own. */
  stranger: z.boolean().optional(),
  /** The thread whose end it waits for. */
  joins: z.int().nullable().optional(),
  /** Processes that it waits for: its children, who holds a file lock, or who may write to a pipe that it reads. */
  others: z.array(z.int()).optional(),
  /** The descriptor that it reads, and what that is. */
  descriptor: z.int().optional(),
  file: z.string().optional(),
});
export type Waits = z.infer<typeof Waits>;

/** A process of a program that hangs. */
export const ProcessRecord = z.strictObject({
  /** 1 is the program's first. */
  number: z.int(),
  /** The one that made it; null for the first, and where that has ended. */
  parent: z.int().nullable(),
  name: z.string(),
  /** Why gdb did not look into it: `D` where it takes no signal; null where it did. */
  unseen: z.string().nullable(),
});
export type ProcessRecord = z.infer<typeof ProcessRecord>;
