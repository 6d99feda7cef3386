package apart

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// sendTime bounds a write: who does not read for so long is taken for dead.
var sendTime = 10 * time.Second

// link carries messages between two of the processes, each as one packet
// (SOCK_SEQPACKET, unix(7)), so that none is ever read by half.
type link struct {
	c     *net.UnixConn
	takes bool // descriptors may come

	sending sync.Mutex

	buf, oob []byte // of the one reader
}

// pair makes the two ends of a line. Neither is inherited by accident.
func pair() (ours, theirs *os.File, err error) {
	p, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	return os.NewFile(uintptr(p[0]), "line"), os.NewFile(uintptr(p[1]), "line"), nil
}

// newLink takes f over. Unless descriptors are expected the kernel throws away
// those that come, and their coming ends the link.
func newLink(f *os.File, takes bool) (*link, error) {
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return nil, fmt.Errorf("apart: line: %w", err)
	}
	u, ok := c.(*net.UnixConn)
	if !ok || u.LocalAddr().Network() != "unixpacket" {
		_ = c.Close()
		return nil, errors.New("apart: line: not a socket for packets")
	}
	l := &link{c: u, takes: takes, buf: make([]byte, maxMessage+1)}
	if takes {
		l.oob = make([]byte, unix.CmsgSpace(4)) // one descriptor
	}
	return l, nil
}

// send sends m, with descriptors if it has any; they stay the caller's. It is
// safe for concurrent use.
func (l *link) send(m *message, fds ...int) error {
	b, err := m.encode()
	if err != nil {
		return err
	}
	var oob []byte
	if len(fds) > 0 {
		oob = unix.UnixRights(fds...)
	}
	l.sending.Lock()
	defer l.sending.Unlock()
	if err := l.c.SetWriteDeadline(time.Now().Add(sendTime)); err != nil {
		return err
	}
	if _, _, err := l.c.WriteMsgUnix(b, oob, nil); err != nil {
		l.close() // something is missing now that somebody waits for
		return fmt.Errorf("apart: send: %w", err)
	}
	return nil
}

// receive returns the next message, and the file that came with it: exactly
// one if its kind has one. Only one goroutine may call it.
func (l *link) receive() (*message, *os.File, error) {
	n, oobn, flags, _, err := l.c.ReadMsgUnix(l.buf, l.oob)
	if err != nil {
		return nil, nil, err
	}
	files, err := received(l.oob[:oobn])
	m, bad := decode(l.buf[:n])
	if bad != nil {
		err = bad
	}
	if err == nil && (flags&(unix.MSG_TRUNC|unix.MSG_CTRUNC) != 0 || (len(files) == 1) != m.rights() || len(files) > 1) {
		err = errMessage
	}
	if err != nil {
		for _, f := range files {
			_ = f.Close()
		}
		return nil, nil, err
	}
	if len(files) == 0 {
		return m, nil, nil
	}
	return m, files[0], nil
}

// received makes files of the descriptors in a control message.
func received(oob []byte) (files []*os.File, err error) {
	all, err := syscall.ParseSocketControlMessage(oob)
	if err != nil {
		return nil, err
	}
	for i := range all {
		fds, bad := syscall.ParseUnixRights(&all[i])
		if bad != nil {
			err = bad
		}
		for _, fd := range fds {
			files = append(files, os.NewFile(uintptr(fd), "received"))
		}
	}
	return files, err
}

func (l *link) close() { _ = l.c.Close() }
