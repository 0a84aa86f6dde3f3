/* A thread takes a read-write lock for reading twice, and a writer asks for it in between: where writers go first, both wait for ever. */
#define _GNU_SOURCE
#include <pthread.h>

static pthread_rwlock_t table;
static int rows;

static void *reader(void *argument)
{
	(void)argument;
	pthread_rwlock_rdlock(&table);
	pthread_rwlock_rdlock(&table);
	int seen = rows;
	pthread_rwlock_unlock(&table);
	pthread_rwlock_unlock(&table);
	return (void *)(long)seen;
}

static void *writer(void *argument)
{
	(void)argument;
	pthread_rwlock_wrlock(&table);
	rows++;
	pthread_rwlock_unlock(&table);
	return NULL;
}

int main(void)
{
	pthread_rwlockattr_t attributes;
	pthread_t first, second;
	pthread_rwlockattr_init(&attributes);
#ifdef __GLIBC__
	pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
#endif
	pthread_rwlock_init(&table, &attributes);
	pthread_create(&first, NULL, reader, NULL);
	pthread_create(&second, NULL, writer, NULL);
	pthread_join(first, NULL);
	pthread_join(second, NULL);
	return 0;
}
