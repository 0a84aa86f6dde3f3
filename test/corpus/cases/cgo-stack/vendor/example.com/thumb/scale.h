int mean(int seed);
