/** Tells of each line of a log, from the first, whether a document shows it for an example. */
export interface Follower {
  shows: (line: string) => boolean;
}
