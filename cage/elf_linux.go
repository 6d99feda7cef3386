package cage

import (
	"debug/elf"
	"io"
	"strings"
)

// loaderOf returns the path of the loader that a program names, or "".
func loaderOf(program string) string {
	f, err := elf.Open(program)
	if err != nil {
		return ""
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type != elf.PT_INTERP || p.Filesz > 4096 {
			continue
		}
		path := make([]byte, p.Filesz)
		if _, err := io.ReadFull(p.Open(), path); err != nil {
			return ""
		}
		return strings.TrimRight(string(path), "\x00")
	}
	return ""
}
