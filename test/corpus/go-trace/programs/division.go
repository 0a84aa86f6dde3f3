package main

import "os"

func main() { println(7 / (len(os.Args) - 1)) }
