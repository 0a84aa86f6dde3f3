/* Becomes a program of 32 bits, made here, which does nothing but end. */
#include "beside.h"
#include <elf.h>

enum { BASE = 0x8048000 };

static int harm(void)
{
	/* mov $42, %ebx; mov $1, %eax; int $0x80 */
	static const unsigned char code[] = {0xbb, 42, 0, 0, 0, 0xb8, 1, 0, 0, 0, 0xcd, 0x80};
	struct {
		Elf32_Ehdr header;
		Elf32_Phdr segment;
		unsigned char code[sizeof code];
	} program = {
		.header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT},
			   .e_type = ET_EXEC,
			   .e_machine = EM_386,
			   .e_version = EV_CURRENT,
			   .e_entry = BASE + sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr),
			   .e_phoff = sizeof(Elf32_Ehdr),
			   .e_ehsize = sizeof(Elf32_Ehdr),
			   .e_phentsize = sizeof(Elf32_Phdr),
			   .e_phnum = 1},
		.segment = {.p_type = PT_LOAD, .p_vaddr = BASE, .p_filesz = sizeof program, .p_memsz = sizeof program, .p_flags = PF_R | PF_X, .p_align = 0x1000},
	};
	char *const arguments[] = {"again", NULL};
	memcpy(program.code, code, sizeof code);
	int file = memfd_create("program", 0);
	if (file < 0 || write(file, &program, sizeof program) != sizeof program)
		return 1;
	fexecve(file, arguments, environ);
	return 2;
}
