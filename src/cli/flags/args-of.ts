import type { ArgumentsCamelCase, Argv } from "yargs";

/** The arguments that a function of flags declares. */
export type ArgsOf<F extends (yargs: Argv<object>) => unknown> =
  ReturnType<F> extends Argv<infer A> ? ArgumentsCamelCase<A> : never;
