import type { Evidence } from "./evidence.js";

/** SI_KERNEL (sigaction(2)): for such a fault the processor gives no address, and the kernel reports 0. */
const NO_ADDRESS = 0x80;

/** The address that an access faulted at: the kernel's word, else Go's; null where there is none. */
export function faultAddress({ siginfo, go }: Pick<Evidence, "siginfo" | "go">): string | null {
  if (siginfo?.code === NO_ADDRESS) return null;
  if (siginfo?.address != null) return siginfo.address;
  const signal = go?.signal ?? null;
  if (signal === null || Number(signal.code) === NO_ADDRESS) return null;
  return signal.address;
}
