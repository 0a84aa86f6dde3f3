	.globl _start
_start:
	xor %edi, %edi
	ud2
