/* SIGTRAP: a breakpoint instruction without a debugger of its own. */
__attribute__((noipa)) static void stop_here(void) { __asm__ volatile("int3"); }

int main(void) {
  stop_here();
  return 0;
}
