program bounds
  implicit none
  integer :: a(10), i
  do i = 1, 11
    a(i) = i * 2
  end do
  print *, sum(a)
end program
