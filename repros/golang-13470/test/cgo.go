// Package boom is the test of the post. Without this file the linker would not be the C compiler.
package boom

import "C"
