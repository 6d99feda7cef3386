package chaos

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Left lists what is left of a run that is over: processes that name its folder
// or came from this one, sockets on the lab's addresses ("127.N") or in the
// folder, and what lies in the folder.
func Left(dir, net string) (left []string) {
	left = append(left, processes(dir)...)
	left = append(left, sockets(dir, net)...)
	rest, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, f := range rest {
		left = append(left, "file "+f)
	}
	return left
}

func processes(dir string) (left []string) {
	me := fmt.Sprint(os.Getpid())
	all, _ := filepath.Glob("/proc/[0-9]*")
	for _, proc := range all {
		if filepath.Base(proc) == me {
			continue
		}
		line, _ := os.ReadFile(filepath.Join(proc, "cmdline"))
		stat, err := os.ReadFile(filepath.Join(proc, "stat"))
		if err != nil {
			continue // gone meanwhile
		}
		_, rest, _ := strings.Cut(string(stat), ") ")
		f := strings.Fields(rest)
		if bytes.Contains(line, []byte(dir)) || len(f) > 1 && f[1] == me {
			left = append(left, fmt.Sprintf("process %s: %s", filepath.Base(proc), bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
		}
	}
	return left
}

// sockets reads the kernel's lists (proc_net_tcp(5)). A connection in TIME_WAIT
// (6) is nobody's any more.
func sockets(dir, net string) (left []string) {
	var a, b int
	_, _ = fmt.Sscanf(net, "%d.%d", &a, &b)
	prefix := fmt.Sprintf("%02X%02X", b, a) // little-endian: the last bytes are the first
	for _, file := range []string{"/proc/net/tcp", "/proc/net/udp"} {
		text, _ := os.ReadFile(file)
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) < 4 || f[3] == "06" {
				continue
			}
			for _, end := range f[1:3] {
				if addr, _, ok := strings.Cut(end, ":"); ok && len(addr) == 8 && addr[4:] == prefix {
					left = append(left, filepath.Base(file)+" "+strings.Join(f[1:4], " "))
					break
				}
			}
		}
	}
	text, _ := os.ReadFile("/proc/net/unix")
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, dir) {
			left = append(left, "socket "+strings.TrimSpace(line))
		}
	}
	return left
}
