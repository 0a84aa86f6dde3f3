#include <pthread.h>
#include <semaphore.h>
static sem_t full, empty;
static void *take(void *arg) { sem_wait(&full); sem_post(&empty); return arg; }
int main(void) {
  pthread_t t;
  sem_init(&full, 0, 0); sem_init(&empty, 0, 0);
  pthread_create(&t, 0, take, 0);
  sem_wait(&empty);
  sem_post(&full);
  pthread_join(t, 0);
}
