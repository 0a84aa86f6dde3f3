#include "jobs.h"
#include <thread>
#include <vector>

void run_all(const std::function<void(int)> &job, int count)
{
	std::vector<std::thread> threads;
	for (int i = 0; i < count; i++)
		threads.emplace_back(job, i);
	for (auto &each : threads)
		each.join();
}
