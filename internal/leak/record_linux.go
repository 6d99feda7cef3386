package leak

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// furnish is what ip does: out0, whose far end is in another namespace. Without
// ARP nobody has to answer before a packet goes out, and without addresses of
// its own making the kernel itself says nothing. %s is the thread beyond.
const furnish = `link set lo up
link add out0 type veth peer name in0 netns /proc/%d/task/%d/ns/net
link set out0 addrgenmode none arp off
link set out0 up
addr add 198.18.255.2/24 dev out0
route add default dev out0 src 198.18.255.2
addr add fd00:1ea4::2/64 dev out0 nodad
route add ::/0 dev out0 src fd00:1ea4::2
`

const furnishBeyond = `link set in0 addrgenmode none arp off
link set in0 up
`

// mostKept bounds the packets that are remembered; all are counted.
const mostKept = 200

// passage is what is known of a connection to a relay.
type passage struct {
	first   Packet
	packets int
	known   bool // the door has found whose it is: tor's, or somebody's who was gone, and nothing passed
}

// recorder reads every packet of a box.
type recorder struct {
	rules rules
	b     *Box

	inside, beyond int // packet sockets
	lo             int // the index of lo
	stop           chan struct{}
	wait           sync.WaitGroup
	beyondStop     chan struct{}

	mu     sync.Mutex
	during string
	counts [3]int
	seenLo int // packets that lo delivered
	seenIn int // packets that arrived beyond
	guilty []Packet
	flows  map[flow]*passage // connections to relays
	lost   int
}

// startRecorder furnishes the box's network and begins to read.
func (b *Box) startRecorder(rules rules) (_ *recorder, err error) {
	r := &recorder{rules: rules, b: b, flows: map[flow]*passage{}, inside: -1, beyond: -1, stop: make(chan struct{}), beyondStop: make(chan struct{})}
	defer func() {
		if err != nil {
			r.close()
		}
	}()
	// The far end first, so that it listens before anything can be sent.
	thread, ready := make(chan int), make(chan error, 1)
	wired := make(chan struct{})
	r.wait.Go(func() { r.liveBeyond(thread, wired, ready) })
	tid := <-thread
	if tid < 0 {
		return nil, <-ready
	}
	if err := b.in(func() error {
		quiet("default/router_solicitations", "0")
		quiet("default/accept_dad", "0")
		if err := ip(fmt.Sprintf(furnish, os.Getpid(), tid)); err != nil {
			return err
		}
		if r.inside, err = packetSocket(); err != nil {
			return err
		}
		i, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/net/dev", unix.Gettid()))
		if err == nil && !strings.Contains(string(i), "out0:") {
			err = fmt.Errorf("leak: the box has no way out: %s", i)
		}
		r.lo = 1 // lo is the first interface of every namespace
		return err
	}); err != nil {
		close(wired)
		return nil, err
	}
	close(wired)
	if err := <-ready; err != nil {
		return nil, err
	}
	r.wait.Go(func() { r.read(r.inside, r.takeInside) })
	r.wait.Go(func() { r.read(r.beyond, r.takeBeyond) })
	return r, nil
}

// liveBeyond is the thread of the namespace at the far end of out0.
func (r *recorder) liveBeyond(thread chan<- int, wired <-chan struct{}, ready chan<- error) {
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		ready <- fmt.Errorf("leak: %w", err)
		thread <- -1
		return
	}
	quiet("default/disable_ipv6", "1")
	thread <- unix.Gettid()
	<-wired
	err := ip(furnishBeyond)
	if err == nil {
		r.beyond, err = packetSocket()
	}
	ready <- err
	<-r.beyondStop
}

// quiet sets something of the kernel's IPv6 in this thread's namespace. Where it
// cannot be set, the recorder hears the kernel, and a test of an empty box fails.
func quiet(name, value string) {
	_ = os.WriteFile("/proc/sys/net/ipv6/conf/"+name, []byte(value), 0)
}

// ip runs a batch of ip's commands in this thread's namespace.
func ip(batch string) error {
	cmd := exec.Command("ip", "-batch", "-")
	if cmd.Err != nil {
		cmd = exec.Command("/usr/sbin/ip", "-batch", "-") // not in every user's PATH
	}
	cmd.Stdin = strings.NewReader(batch)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("leak: ip (install iproute2): %w: %s", err, out)
	}
	return nil
}

// packetSocket opens a socket that reads every packet of all interfaces of this
// thread's namespace.
func packetSocket() (int, error) {
	all := int(binary.BigEndian.Uint16([]byte{unix.ETH_P_ALL >> 8, unix.ETH_P_ALL & 255}))
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		all = int(uint16(unix.ETH_P_ALL)<<8 | uint16(unix.ETH_P_ALL)>>8)
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, all)
	if err != nil {
		return -1, fmt.Errorf("leak: packet socket: %w", err)
	}
	for _, option := range []int{unix.SO_RCVBUFFORCE, unix.SO_RCVBUF} {
		if err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, option, 64<<20); err == nil {
			break // the first wants the system's own administrator
		}
	}
	if err == nil {
		tv := unix.NsecToTimeval((50 * time.Millisecond).Nanoseconds())
		err = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &tv)
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, fmt.Errorf("leak: packet socket: %w", err)
	}
	return fd, nil
}

// read reads until the end, and then what is left.
func (r *recorder) read(fd int, take func([]byte, *unix.SockaddrLinklayer)) {
	buf := make([]byte, 2048)
	for {
		n, from, err := unix.Recvfrom(fd, buf, 0)
		if err != nil {
			select {
			case <-r.stop:
				return
			default:
				if err != unix.EAGAIN && err != unix.EINTR {
					time.Sleep(time.Millisecond)
				}
				continue
			}
		}
		if ll, ok := from.(*unix.SockaddrLinklayer); ok {
			take(buf[:n], ll)
		}
	}
}

// takeInside takes what lo delivers, and what any interface but out0 sends:
// there should be none. What out0 sends is taken beyond.
func (r *recorder) takeInside(frame []byte, from *unix.SockaddrLinklayer) {
	p := parse(frame)
	switch {
	case from.Ifindex == r.lo && from.Pkttype == unix.PACKET_OUTGOING:
		return // it is delivered in a moment
	case from.Ifindex == r.lo:
		p.Where = "lo"
	case from.Pkttype == unix.PACKET_OUTGOING && r.isOut(from.Ifindex):
		return
	default:
		p.Where = "interface " + strconv.Itoa(from.Ifindex)
	}
	r.keep(p)
}

func (r *recorder) takeBeyond(frame []byte, from *unix.SockaddrLinklayer) {
	p := parse(frame)
	p.Where = "out0"
	if from.Pkttype == unix.PACKET_OUTGOING {
		p.Where = "beyond out0" // nobody is there who could send
	}
	r.keep(p)
}

// isOut: out0 is the second interface.
func (r *recorder) isOut(index int) bool { return index == r.lo+1 }

func (r *recorder) keep(p Packet) {
	kind, f := r.rules.judge(p)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[kind]++
	switch p.Where {
	case "lo":
		r.seenLo++
	case "out0":
		r.seenIn++
	}
	if kind == Network {
		x := r.flows[f]
		if x == nil {
			x = &passage{first: p}
			x.first.At, x.first.During = time.Now(), r.during
			r.flows[f] = x
		}
		x.packets++
	}
	if kind != Guilty || len(r.guilty) >= mostKept {
		return
	}
	p.At, p.During = time.Now(), r.during
	r.guilty = append(r.guilty, p)
}

// settle says that the door knows whose a connection is.
func (r *recorder) settle(f flow) {
	r.mu.Lock()
	defer r.mu.Unlock()
	x := r.flows[f]
	if x == nil {
		x = &passage{}
		r.flows[f] = x
	}
	x.known = true
}

func (r *recorder) close() {
	select {
	case <-r.stop:
		return
	default:
	}
	close(r.stop)
	close(r.beyondStop)
	r.wait.Wait()
	for _, fd := range []int{r.inside, r.beyond} {
		if fd >= 0 {
			_ = unix.Close(fd)
		}
	}
}
