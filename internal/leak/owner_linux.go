package leak

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// socket is a line of the kernel's table of TCP over IPv4 (proc(5), /proc/net/tcp).
type socket struct {
	local, remote netip.AddrPort
	state         int
	inode         string
}

// listening is TCP_LISTEN.
const listening = 10

// sockets are those of the box.
func (b *Box) sockets() (all []socket, err error) {
	err = b.in(func() error {
		text, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/net/tcp", unix.Gettid()))
		if err != nil {
			return fmt.Errorf("leak: %w", err)
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) < 10 || f[0] == "sl" {
				continue
			}
			state, _ := strconv.ParseInt(f[3], 16, 32)
			all = append(all, socket{hexAddr(f[1]), hexAddr(f[2]), int(state), f[9]})
		}
		return nil
	})
	return all, err
}

// hexAddr reads "0100007F:235A": the address as this machine keeps it, the port
// as it is.
func hexAddr(s string) netip.AddrPort {
	a, p, _ := strings.Cut(s, ":")
	raw, err := hex.DecodeString(a)
	port, err2 := strconv.ParseUint(p, 16, 16)
	if err != nil || err2 != nil || len(raw) != 4 {
		return netip.AddrPort{}
	}
	var ip [4]byte
	binary.NativeEndian.PutUint32(ip[:], binary.BigEndian.Uint32(raw))
	return netip.AddrPortFrom(netip.AddrFrom4(ip), uint16(port))
}

// owner is the program whose socket of the box is bound to local and connected
// to remote, or "" when it has gone.
func (b *Box) owner(local, remote net.Addr) string {
	sockets, err := b.sockets()
	if err != nil {
		return ""
	}
	for _, s := range sockets {
		if s.local.String() == local.String() && s.remote.String() == remote.String() {
			return b.holds("socket:[" + s.inode + "]")
		}
	}
	return ""
}

// holds looks in the processes of the box for one with an open file.
func (b *Box) holds(link string) string {
	var ns unix.Stat_t
	if unix.Fstat(int(b.net.Fd()), &ns) != nil {
		return ""
	}
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, p := range processes {
		var its unix.Stat_t
		if unix.Stat(p+"/ns/net", &its) != nil || its.Ino != ns.Ino {
			continue
		}
		fds, _ := os.ReadDir(p + "/fd")
		for _, fd := range fds {
			if to, err := os.Readlink(p + "/fd/" + fd.Name()); err == nil && to == link {
				program, _ := os.Readlink(p + "/exe")
				return program
			}
		}
	}
	return ""
}

// Processes are those of the box that run a program.
func (b *Box) Processes(program string) (pids []int, err error) {
	var ns unix.Stat_t
	if err := unix.Fstat(int(b.net.Fd()), &ns); err != nil {
		return nil, fmt.Errorf("leak: %w", err)
	}
	processes, err := filepath.Glob("/proc/[0-9]*")
	for _, p := range processes {
		var its unix.Stat_t
		if unix.Stat(p+"/ns/net", &its) != nil || its.Ino != ns.Ino {
			continue
		}
		if is, err := os.Readlink(p + "/exe"); err == nil && same(is, program) {
			pid, _ := strconv.Atoi(filepath.Base(p))
			pids = append(pids, pid)
		}
	}
	return pids, err
}
