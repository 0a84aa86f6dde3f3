/* glibc bug 12724: fclose() of an input stream leaves the file offset where its read-ahead ended. POSIX wants the offset
   where the stream was read to, so that whoever shares the open file (a child, a dup) goes on from there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    static const char text[] = "first line\nsecond line\n";
    char path[] = "/tmp/offset-XXXXXX", line[64];
    int file = mkstemp(path);

    if (file < 0 || unlink(path) != 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text) ||
        lseek(file, 0, SEEK_SET) != 0) {
        perror(path);
        return 2;
    }

    FILE *stream = fdopen(dup(file), "r");
    if (stream == NULL || fgets(line, sizeof line, stream) == NULL || fclose(stream) != 0) {
        perror("stream");
        return 2;
    }

    long offset = lseek(file, 0, SEEK_CUR);
    printf("read %zu bytes, offset %ld\n", strlen(line), offset);
    return offset == (long)strlen(line) ? 0 : 1;
}
