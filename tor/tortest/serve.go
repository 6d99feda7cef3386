package tortest

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
)

func (s *Server) accept() {
	for {
		c, err := s.l.Accept()
		if err != nil {
			return
		}
		if s.track(c) {
			s.wait.Go(func() {
				defer s.drop(c)
				s.serve(c)
			})
		}
	}
}

// track remembers c, so that Stop can end it. After Stop nothing is taken.
func (s *Server) track(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		_ = c.Close()
		return false
	}
	s.conns[c] = true
	return true
}

func (s *Server) drop(c net.Conn) {
	_ = c.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

func (s *Server) current() rules {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rules
	r.troubles = map[Step]Trouble{}
	for step, t := range s.rules.troubles {
		r.troubles[step] = t
	}
	return r
}

// note adds a request, and returns how to change it.
func (s *Server) note(r Request) func(func(*Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &r
	s.requests = append(s.requests, p)
	return func(change func(*Request)) {
		s.mu.Lock()
		defer s.mu.Unlock()
		change(p)
	}
}

// serve speaks the server's part of RFC 1928 and RFC 1929.
func (s *Server) serve(c net.Conn) {
	methods, err := counted(c, 1)
	if err != nil {
		return
	}
	change := s.note(Request{Methods: methods})
	r := s.current()
	if !answer(c, r.troubles[Greeting], []byte{5, r.method}) || r.method == 0xFF {
		return
	}
	if r.method == 2 {
		user, err := counted(c, 1)
		if err != nil {
			return
		}
		password, err := counted(c, 0)
		if err != nil {
			return
		}
		change(func(q *Request) { q.User, q.Password = string(user), string(password) })
		if !answer(c, r.troubles[Auth], []byte{1, r.authStatus}) || r.authStatus != 0 {
			return
		}
	}
	command, host, port, err := request(c)
	if err != nil {
		return
	}
	var asked Request
	change(func(q *Request) { q.Command, q.Host, q.Port = command, host, port; asked = *q })
	switch command {
	case 0xF0:
		ip := net.ParseIP(host).To4()
		if r.resolveFake != nil {
			ip = r.resolveFake.To4()
		}
		if r.resolve == 0 && ip == nil {
			r.resolve = 4
		}
		answer(c, r.troubles[Reply], reply(r.resolve, ip))
	case 1:
		s.connect(c, asked, r)
	default:
		answer(c, r.troubles[Reply], reply(7, nil))
	}
}

func (s *Server) connect(c net.Conn, asked Request, r rules) {
	s.mu.Lock()
	target, ok := s.targets[strings.ToLower(asked.Host)]
	divert := s.divert
	s.mu.Unlock()
	if divert != nil {
		if to := divert(asked); to != "" {
			target, ok = to, true
		}
	}
	code := r.connect
	var far net.Conn
	if code == 0 {
		var err error
		if !ok {
			code = 4
		} else if far, err = s.dial(target); err != nil {
			code = 5
		}
	}
	if far != nil {
		if !s.track(far) {
			return
		}
		defer s.drop(far)
	}
	trouble := r.troubles[Reply]
	if trouble == 0 {
		trouble = r.troubles[Connected]
	}
	if !answer(c, trouble, reply(code, nil)) || far == nil {
		return
	}
	s.wait.Go(func() {
		_, _ = io.Copy(far, c)
		_ = far.Close()
	})
	_, _ = io.Copy(c, far)
	_ = c.Close()
}

// answer says b, or makes the trouble; it reports whether to go on.
func answer(c net.Conn, t Trouble, b []byte) bool {
	switch t {
	case Close:
		return false
	case Garbage:
		_, _ = c.Write([]byte("HTTP/1.0 400 Bad Request\r\n\r\n"))
		return false
	case Half:
		_, _ = c.Write(b[:1])
		fallthrough
	case Hang:
		_, _ = io.Copy(io.Discard, c) // until the client gives up, or Stop
		return false
	}
	_, err := c.Write(b)
	return err == nil
}

func reply(code byte, ip net.IP) []byte {
	b := []byte{5, code, 0, 1, 0, 0, 0, 0, 0, 0}
	copy(b[4:8], ip)
	return b
}

// counted reads skip bytes, a count, and as many bytes.
func counted(c net.Conn, skip int) ([]byte, error) {
	head := make([]byte, skip+1)
	if _, err := io.ReadFull(c, head); err != nil {
		return nil, err
	}
	b := make([]byte, head[skip])
	_, err := io.ReadFull(c, b)
	return b, err
}

func request(c net.Conn) (command byte, host string, port uint16, err error) {
	var head [4]byte
	if _, err = io.ReadFull(c, head[:]); err != nil {
		return 0, "", 0, err
	}
	var b []byte
	switch head[3] {
	case 1:
		b = make([]byte, net.IPv4len)
		_, err = io.ReadFull(c, b)
		host = net.IP(b).String()
	case 4:
		b = make([]byte, net.IPv6len)
		_, err = io.ReadFull(c, b)
		host = net.IP(b).String()
	default:
		b, err = counted(c, 0)
		host = string(b)
	}
	if err != nil {
		return 0, "", 0, err
	}
	var p [2]byte
	_, err = io.ReadFull(c, p[:])
	return head[1], host, binary.BigEndian.Uint16(p[:]), err
}
