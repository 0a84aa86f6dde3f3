/* A thread that locks a mutex again. */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((noinline)) static void take(void) {
  pthread_mutex_lock(&lock);
}

int main(void) {
  take();
  take();
  return 0;
}
