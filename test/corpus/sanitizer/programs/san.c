#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int shared;

__attribute__((noinline)) static char *make(void) { return strdup("a word of some length"); }
__attribute__((noinline)) static void release(char *text) { free(text); }
__attribute__((noinline)) static int use(char *text) { return text[3]; }
__attribute__((noinline)) static void copy(char *to, const char *from) { strcpy(to, from); }
__attribute__((noinline)) static int follow(int *at) { return *at; }
__attribute__((noinline)) static int add(int a) { return a + 1; }
__attribute__((noinline)) static int shift(int a) { return 1 << a; }
__attribute__((noinline)) static int descend(int n) { volatile char pad[256]; pad[n & 255] = (char)n; return descend(n + 1) + pad[0]; }
static void *count(void *unused) { for (int i = 0; i < 1000; i++) shared++; return unused; }

int main(int argc, char **argv)
{
    const char *kind = argc > 1 ? argv[1] : "";
    char *text = make();
    if (!strcmp(kind, "use-after-free")) { release(text); return use(text); }
    if (!strcmp(kind, "double-free")) { release(text); release(text); }
    if (!strcmp(kind, "overflow-in-strcpy")) { char *small = malloc(4); copy(small, text); printf("%s", small); }
    if (!strcmp(kind, "null")) return follow(NULL);
    if (!strcmp(kind, "leak")) { text = NULL; return 0; }
    if (!strcmp(kind, "stack-overflow")) return descend(0);
    if (!strcmp(kind, "integer-overflow")) { printf("%d\n", add(INT_MAX)); free(text); return 3; }
    if (!strcmp(kind, "shift")) { printf("%d\n", shift(40)); free(text); return 3; }
    if (!strcmp(kind, "race")) {
        pthread_t one, two;
        pthread_create(&one, NULL, count, NULL);
        pthread_create(&two, NULL, count, NULL);
        pthread_join(one, NULL);
        pthread_join(two, NULL);
    }
    free(text);
    return 0;
}
