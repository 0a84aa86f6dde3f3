#include "jobs.h"
#include <atomic>
#include <iostream>

int main()
{
	std::atomic<int> sum{0};
	run_all([&](int i) { sum += i; }, 4);
	std::cout << sum << "\n";
}
