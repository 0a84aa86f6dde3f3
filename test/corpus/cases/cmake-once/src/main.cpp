#include "config.h"
#include <iostream>

int main()
{
	std::cout << setting("listen") << "\n";
}
