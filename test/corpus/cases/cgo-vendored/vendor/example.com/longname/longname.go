package longname

/*
#include <stdlib.h>
#include "impl.h"
*/
import "C"

// Width says how wide a character may be.
func Width() int { return int(C.width()) }
