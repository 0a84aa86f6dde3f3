package main

import (
	"fmt"

	"example.com/longname"
)

func main() { fmt.Println(longname.Width()) }
