// SIGABRT: a thread that can still be joined is destroyed.
#include <thread>

__attribute__((noipa)) static void start() { std::thread worker([] {}); }

int main() {
  start();
  return 0;
}
