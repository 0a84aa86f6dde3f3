global main
section .text
main:
  mov rax, 8
  mov dword [rax], 1
  ret
