// Command guilty goes to the network in one of the ways in which Hushwing must
// not, for the control of the test that looks for them. Nobody answers.
package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"
)

// nobody are addresses for documentation (RFC 5737, RFC 3849).
const (
	nobody4 = "192.0.2.7"
	nobody6 = "2001:db8::7"
)

// ways are what the first argument may say. The second is an address that some
// of them go to.
var ways = map[string]func(to string) error{
	"resolver":  func(string) error { return lookUp(&net.Resolver{PreferGo: true}) },
	"libc":      func(string) error { return ran(exec.Command("getent", "ahosts", "example.test")) },
	"direct":    func(string) error { return dial("tcp4", nobody4+":443") },
	"IPv6":      func(string) error { return dial("tcp6", "["+nobody6+"]:443") },
	"UDP":       func(string) error { return dial("udp4", nobody4+":3478") },
	"UDP6":      func(string) error { return dial("udp6", "["+nobody6+"]:3478") },
	"stub":      func(string) error { return dial("udp4", "127.0.0.53:53") },
	"loopback":  func(string) error { return dial("tcp4", "127.0.0.1:8118") },
	"loopback6": func(string) error { return dial("tcp6", "[::1]:9050") },
	"elsewhere": func(string) error { return dial("tcp4", "127.0.0.2:9050") },
	"multicast": func(string) error { return dial("udp4", "224.0.0.251:5353") },
	"fast open": func(string) error { return fastOpen() },
	"multipath": func(string) error { return multipath() },
	"ICMP":      func(string) error { return raw(unix.IPPROTO_ICMP, []byte{8, 0, 0xf7, 0xff, 0, 0, 0, 0}) },
	"raw":       func(string) error { return raw(253, []byte("anything")) },
	"packet":    func(string) error { return packet("out0", false) },
	"bypass":    func(string) error { return packet("out0", true) },
	"packet lo": func(string) error { return packet("lo", true) },
	"relay":     func(to string) error { return dial("tcp4", to) },
	"half":      half,
}

func main() {
	if len(os.Args) < 2 || ways[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "no such way")
		os.Exit(2)
	}
	to := ""
	if len(os.Args) > 2 {
		to = os.Args[2]
	}
	if err := ways[os.Args[1]](to); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// dial goes somewhere. That nobody answers is no fault.
func dial(network, to string) error {
	c, err := net.DialTimeout(network, to, 300*time.Millisecond)
	if err != nil {
		return nil
	}
	defer c.Close()
	_, _ = c.Write([]byte("what is sent to a server"))
	_ = c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if n, _ := c.Read(make([]byte, 100)); n > 0 && network == "tcp4" {
		return errors.New("somebody answered")
	}
	return nil
}

func lookUp(r *net.Resolver) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if all, err := r.LookupHost(ctx, "example.test"); err == nil {
		return fmt.Errorf("somebody answered: %v", all)
	}
	return nil
}

// ran runs a program that is bound to fail.
func ran(cmd *exec.Cmd) error {
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		return err
	}
	return nil
}

// to4 is nobody's address as the kernel wants it.
func to4(port int) *unix.SockaddrInet4 {
	return &unix.SockaddrInet4{Port: port, Addr: [4]byte(net.ParseIP(nobody4).To4())}
}

func socket(family, kind, proto int, use func(fd int) error) error {
	fd, err := unix.Socket(family, kind|unix.SOCK_NONBLOCK, proto)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if err := use(fd); err != nil && !errors.Is(err, unix.EINPROGRESS) {
		return err
	}
	time.Sleep(100 * time.Millisecond)
	return nil
}

func fastOpen() error {
	return socket(unix.AF_INET, unix.SOCK_STREAM, 0, func(fd int) error {
		return unix.Sendto(fd, []byte("hello"), unix.MSG_FASTOPEN, to4(443))
	})
}

func multipath() error {
	err := socket(unix.AF_INET, unix.SOCK_STREAM, 262, func(fd int) error { return unix.Connect(fd, to4(443)) })
	if errors.Is(err, unix.EPROTONOSUPPORT) || errors.Is(err, unix.ENOPROTOOPT) {
		return dial("tcp4", nobody4+":443") // this kernel has no MPTCP
	}
	return err
}

func raw(proto int, data []byte) error {
	return socket(unix.AF_INET, unix.SOCK_RAW, proto, func(fd int) error { return unix.Sendto(fd, data, 0, to4(0)) })
}

// half sends the first packet of a connection, and no other.
func half(to string) error {
	at, err := netip.ParseAddrPort(to)
	if err != nil {
		return err
	}
	syn := make([]byte, 20)
	binary.BigEndian.PutUint16(syn, 40000)
	binary.BigEndian.PutUint16(syn[2:], at.Port())
	syn[12], syn[13] = 5<<4, 2
	return socket(unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_TCP, func(fd int) error {
		return unix.Sendto(fd, syn, 0, &unix.SockaddrInet4{Addr: at.Addr().As4()})
	})
}

// packet sends a frame by itself; bypass goes past the queue, where listeners
// for what is sent do not see it.
func packet(device string, bypass bool) error {
	i, err := net.InterfaceByName(device)
	if err != nil {
		return err
	}
	return socket(unix.AF_PACKET, unix.SOCK_RAW, 0, func(fd int) error {
		if bypass {
			if err := unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_QDISC_BYPASS, 1); err != nil {
				return err
			}
		}
		frame := make([]byte, 64)
		frame[12], frame[13] = 0x88, 0xb5 // for local experiments (IEEE 802)
		return unix.Sendto(fd, frame, 0, &unix.SockaddrLinklayer{Ifindex: i.Index, Halen: 6})
	})
}
