/* The program of the tests' images: a container's main process that does what its first argument names. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

static void put(int fd, const char *data, size_t length) {
  while (length > 0) {
    ssize_t n = write(fd, data, length);
    if (n < 0) _exit(111);
    data += n;
    length -= (size_t)n;
  }
}

/* Copies standard input to standard output. */
static int echo(void) {
  char buffer[65536];
  for (;;) {
    ssize_t n = read(0, buffer, sizeof buffer);
    if (n <= 0) return n < 0 ? 1 : 0;
    put(1, buffer, (size_t)n);
  }
}

/* N bytes on standard output, a known pattern. */
static int flood(long long bytes) {
  static char block[65536];
  for (size_t i = 0; i < sizeof block; i++) block[i] = (char)('a' + i % 26);
  while (bytes > 0) {
    size_t n = bytes < (long long)sizeof block ? (size_t)bytes : sizeof block;
    put(1, block, n);
    bytes -= (long long)n;
  }
  return 0;
}

/* N one-byte writes, in turn to both streams. */
static int dribble(int n) {
  for (int i = 0; i < n; i++) put(i % 2 ? 2 : 1, i % 2 ? "e" : "o", 1);
  return 0;
}

static void show_file(const char *path) {
  char line[512];
  FILE *file = fopen(path, "r");
  if (!file) return;
  while (fgets(line, sizeof line, file)) {
    if (strncmp(line, "Cap", 3) == 0 || strncmp(line, "NoNewPrivs", 10) == 0 || strncmp(line, "Seccomp:", 8) == 0 ||
        strncmp(line, "Uid", 3) == 0 || strncmp(line, "Gid", 3) == 0)
      fputs(line, stdout);
  }
  fclose(file);
}

static const char *try_write(const char *path) {
  int fd = open(path, O_CREAT | O_WRONLY, 0600);
  if (fd < 0) return strerror(errno);
  close(fd);
  unlink(path);
  return "ok";
}

/* What the container may do, as `key: value` lines. */
static int confinement(char **environment) {
  struct rlimit core, files;
  struct statvfs shm;
  char name[256] = "";
  show_file("/proc/self/status");
  getrlimit(RLIMIT_CORE, &core);
  getrlimit(RLIMIT_NOFILE, &files);
  gethostname(name, sizeof name);
  printf("core: %llu %llu\n", (unsigned long long)core.rlim_cur, (unsigned long long)core.rlim_max);
  printf("nofile: %llu\n", (unsigned long long)files.rlim_cur);
  printf("hostname: %s\n", name);
  printf("pid: %d\n", (int)getpid());
  printf("write /: %s\n", try_write("/probe"));
  printf("write /etc: %s\n", try_write("/etc/probe"));
  printf("write /tmp: %s\n", try_write("/tmp/probe"));
  printf("write /dev/shm: %s\n", try_write("/dev/shm/probe"));
  if (statvfs("/dev/shm", &shm) == 0) printf("shm: %llu\n", (unsigned long long)shm.f_blocks * shm.f_frsize);
  printf("mount: %s\n", mount("none", "/tmp", "tmpfs", 0, "") ? strerror(errno) : "ok");
  FILE *routes = fopen("/proc/net/dev", "r");
  char line[512];
  while (routes && fgets(line, sizeof line, routes))
    if (strchr(line, ':')) printf("interface: %.*s\n", (int)(strchr(line, ':') - line), line);
  for (; *environment; environment++) printf("env: %s\n", *environment);
  FILE *oom = fopen("/proc/self/oom_score_adj", "r");
  if (oom && fgets(line, sizeof line, oom)) printf("oom: %s", line);
  return 0;
}

static int forks(void) {
  int made = 0;
  while (made < 4096 && fork() == 0) {
    pause();
    _exit(0);
  }
  for (; made < 4096; made++) {
    pid_t child = fork();
    if (child < 0) {
      printf("%d %s\n", made, strerror(errno));
      return 0;
    }
    if (child == 0) {
      pause();
      _exit(0);
    }
  }
  printf("%d no limit\n", made);
  return 0;
}

static int terminal(void) {
  struct winsize size;
  if (!isatty(0) || !isatty(1)) return 1;
  ioctl(0, TIOCGWINSZ, &size);
  printf("%d x %d\n", size.ws_col, size.ws_row);
  fflush(stdout);
  char line[256];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\r\n")] = 0;
    if (strcmp(line, "size") == 0) {
      ioctl(0, TIOCGWINSZ, &size);
      printf("%d x %d\n", size.ws_col, size.ws_row);
    } else if (strcmp(line, "quit") == 0)
      return 7;
    else
      printf("you said %s\n", line);
    fflush(stdout);
  }
  return 0;
}

int main(int argc, char **argv, char **environment) {
  const char *what = argc > 1 ? argv[1] : "";
  const char *value = argc > 2 ? argv[2] : "";
  if (strcmp(what, "exit") == 0) return atoi(value);
  if (strcmp(what, "say") == 0) {
    put(1, value, strlen(value));
    if (argc > 3) put(2, argv[3], strlen(argv[3]));
    return 0;
  }
  if (strcmp(what, "echo") == 0) return echo();
  if (strcmp(what, "flood") == 0) return flood(atoll(value));
  if (strcmp(what, "dribble") == 0) return dribble(atoi(value));
  if (strcmp(what, "sleep") == 0) {
    put(1, "up\n", 3);
    signal(SIGTERM, SIG_IGN);
    for (;;) pause();
  }
  if (strcmp(what, "raise") == 0) return raise(atoi(value));
  if (strcmp(what, "child-raise") == 0) {
    int status;
    pid_t child = fork();
    if (child == 0) {
      signal(atoi(value), SIG_DFL);
      raise(atoi(value));
      _exit(0);
    }
    waitpid(child, &status, 0);
    printf("%d\n", status);
    return 0;
  }
  if (strcmp(what, "confinement") == 0) return confinement(environment);
  if (strcmp(what, "forks") == 0) return forks();
  if (strcmp(what, "terminal") == 0) return terminal();
  if (strcmp(what, "close") == 0) {
    close(1);
    close(2);
    char byte;
    return read(0, &byte, 1) == 1 ? 5 : 6;
  }
  fprintf(stderr, "tiny: what is %s?\n", what);
  return 100;
}
