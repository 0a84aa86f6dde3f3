/* SIGSEGV below 200 frames, in one of 100 threads. */
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static pthread_barrier_t all_there;

__attribute__((noipa)) static int descend(int depth, int *volatile nowhere) {
  if (depth == 0) return *nowhere;
  return descend(depth - 1, nowhere) + 1;
}

static void *wait_for_ever(void *unused) {
  pthread_barrier_wait(&all_there);
  pause();
  return unused;
}

int main(void) {
  pthread_t thread;
  int i;
  pthread_barrier_init(&all_there, NULL, 101);
  for (i = 0; i < 100; i++) pthread_create(&thread, NULL, wait_for_ever, NULL);
  pthread_barrier_wait(&all_there);
  return descend(200, NULL);
}
