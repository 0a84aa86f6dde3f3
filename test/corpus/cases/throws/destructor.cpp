#include <stdexcept>
#include <iostream>
struct Transaction {
  ~Transaction() { commit(); }
  void commit() { throw std::runtime_error("connection lost during commit"); }
};
int main() {
  try { Transaction t; } catch (const std::exception &e) { std::cerr << "caught " << e.what() << "\n"; }
}
