int main(void)
{
	*(volatile int *)0xe5 = 1;
	return 0;
}
