program crash
  implicit none
  integer, pointer :: p(:)
  nullify(p)
  p(1) = 3
  print *, p(1)
end program crash
