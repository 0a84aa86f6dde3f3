int wide(int i);
int main(void) { return wide(1 << 20); }
