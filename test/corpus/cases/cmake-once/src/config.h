#pragma once
#include <string>

std::string setting(const std::string &name);
