#pragma once
#include <functional>

void run_all(const std::function<void(int)> &job, int count);
