// Package thumb scales pictures.
package thumb

// #include "scale.h"
import "C"

// Mean is the mean of a picture, scaled down.
func Mean(seed int) int { return int(C.mean(C.int(seed))) }
