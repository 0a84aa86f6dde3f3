/* SIGILL: what a compiler makes of unreachable code. */
__attribute__((noipa)) static void unreachable(void) { __asm__ volatile("ud2"); }

int main(void) {
  unreachable();
  return 0;
}
