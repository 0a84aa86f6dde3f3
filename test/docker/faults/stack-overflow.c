/* SIGSEGV: recursion without an end. */
__attribute__((noipa)) static int descend(int depth) {
  volatile char room[512];
  room[0] = (char)depth;
  return descend(depth + 1) + room[0];
}

int main(void) { return descend(0); }
