/* SIGSEGV in a named thread, while others wait. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static pthread_barrier_t all_there;

static void *wait_for_ever(void *unused) {
  pthread_barrier_wait(&all_there);
  pause();
  return unused;
}

__attribute__((noipa)) static void *crash(void *unused) {
  pthread_setname_np(pthread_self(), "unlucky");
  pthread_barrier_wait(&all_there);
  *(volatile int *)unused = 1;
  return unused;
}

int main(void) {
  pthread_t threads[3];
  pthread_barrier_init(&all_there, NULL, 3);
  pthread_create(&threads[0], NULL, wait_for_ever, NULL);
  pthread_create(&threads[1], NULL, wait_for_ever, NULL);
  pthread_create(&threads[2], NULL, crash, NULL);
  pthread_join(threads[2], NULL);
  return 0;
}
