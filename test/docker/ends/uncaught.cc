// SIGABRT: an exception that nothing catches, thrown by a function of the program.
#include <stdexcept>
#include <string>

__attribute__((noipa)) static int parse(const std::string &key) {
  if (key.empty()) throw std::invalid_argument("empty key");
  return static_cast<int>(key.size());
}

int main() { return parse(""); }
