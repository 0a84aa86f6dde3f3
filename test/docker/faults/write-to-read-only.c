/* SIGSEGV (SEGV_ACCERR): writes to a string literal. */
__attribute__((noipa)) static void shout(char *volatile text) { text[0] = 'V'; }

int main(void) {
  shout((char *)"vivarium");
  return 0;
}
