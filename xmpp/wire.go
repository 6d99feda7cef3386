package xmpp

import (
	"bytes"
	stdtls "crypto/tls"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"time"
)

// secured is a connection that TLS has made safe: *tls.Conn.
type secured interface {
	io.ReadWriteCloser
	ConnectionState() stdtls.ConnectionState
}

// element is one whole element at the stream's top, as it came.
type element struct {
	raw   []byte
	start xml.StartElement
	cut   bool // something was left out of it, everything in it was
}

func (e *element) is(space, local string) bool {
	return e.start.Name.Space == space && e.start.Name.Local == local
}

func (e *element) get(local string) string {
	v, _ := lookup(e.start.Attr, local)
	return v
}

// framer cuts a stream into whole elements and looks at each with encoding/xml,
// as the library will: what is decided here is decided about what it sees.
type framer struct {
	scan   *scanner
	step   func() // something whole came
	prolog []byte // the xml declaration
	header []byte // the server's opening tag: the namespaces of all that follows
	from   string // who it says it is
	text   []byte // what is looked at
	// reader reads along, one element after the other, as the library's own does:
	// to read the opening tag anew for each took longer than a presence itself.
	reader *xml.Decoder
	bytes  feed // what reader reads
	// rosterID is the id of the roster's request while its answer is awaited: the
	// one stanza that may be longer than others.
	rosterID atomic.Pointer[string]
}

// isRoster reports, by its tag, the answer to our request for the roster. Its id
// is 80 random bits that only our own server has been told: nobody else can make
// one such stanza.
func (f *framer) isRoster(tag []byte) bool {
	id := f.rosterID.Load()
	return id != nil && bytes.HasPrefix(tag, []byte("<iq")) && bytes.Contains(tag, []byte(*id))
}

// next reads the next element, and the stream's header before the first one.
// io.EOF is the stream's orderly end; a stream error (RFC 6120, 4.9) is a
// *StreamError; a connection that ends in the middle is io.ErrUnexpectedEOF.
func (f *framer) next() (*element, error) {
	for {
		b, cut, err := f.scan.next()
		if err != nil {
			return nil, xmlError(err)
		}
		f.step()
		switch {
		case bytes.HasPrefix(b, []byte("<?")):
			f.prolog = bytes.Clone(b)
		case f.header == nil:
			f.header = bytes.Clone(b)
			if err := f.checkHeader(); err != nil {
				return nil, err
			}
		case bytes.HasPrefix(b, []byte("</")):
			return nil, io.EOF
		default:
			return f.inspect(b, cut)
		}
	}
}

// feed is what there is to read so far. It has one byte at a time, so that
// encoding/xml keeps none back.
type feed struct{ b []byte }

func (f *feed) ReadByte() (byte, error) {
	if len(f.b) == 0 {
		return 0, io.EOF
	}
	c := f.b[0]
	f.b = f.b[1:]
	return c, nil
}

func (f *feed) Read(p []byte) (int, error) {
	if len(f.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, f.b)
	f.b = f.b[n:]
	return n, nil
}

// along returns the decoder that reads along, which reads raw next.
func (f *framer) along(raw []byte) (*xml.Decoder, error) {
	if f.reader == nil {
		f.bytes.b = append(bytes.Clone(f.prolog), f.header...)
		d := xml.NewDecoder(&f.bytes)
		if _, err := opening(d); err != nil {
			return nil, err
		}
		f.reader = d
	}
	f.bytes.b = raw
	return f.reader, nil
}

// decoder reads raw as a part of the stream.
func (f *framer) decoder(raw []byte) (*xml.Decoder, xml.StartElement, error) {
	if cap(f.text) > 64<<10 {
		f.text = nil
	}
	f.text = append(append(append(f.text[:0], f.prolog...), f.header...), raw...)
	d := xml.NewDecoder(bytes.NewReader(f.text))
	start, err := opening(d)
	return d, start, err
}

// opening reads up to the stream's opening tag.
func opening(d *xml.Decoder) (xml.StartElement, error) {
	for {
		t, err := d.Token()
		if err != nil {
			return xml.StartElement{}, xmlError(err)
		}
		switch t := t.(type) {
		case xml.ProcInst:
			if t.Target != "xml" {
				return xml.StartElement{}, fmt.Errorf("%w: <?%.20s", ErrLimit, t.Target)
			}
		case xml.CharData:
		case xml.StartElement:
			return t, nil
		default:
			return xml.StartElement{}, fmt.Errorf("%w: no stream header", ErrProtocol)
		}
	}
}

func (f *framer) checkHeader() error {
	f.reader = nil
	_, start, err := f.decoder(nil)
	if err != nil {
		return err
	}
	if start.Name.Space != nsStream || start.Name.Local != "stream" {
		return fmt.Errorf("%w: no stream header", ErrProtocol)
	}
	// A server without a version has no features (RFC 6120, 4.7.5).
	if v, _ := lookup(start.Attr, "version"); !strings.HasPrefix(v, "1.") {
		return fmt.Errorf("%w: not XMPP 1.0", ErrProtocol)
	}
	f.from, _ = lookup(start.Attr, "from")
	return nil
}

// inspect reads through an element. Of one that is not whole, or has too many
// elements in it, only its own tag is kept.
func (f *framer) inspect(raw []byte, cut bool) (*element, error) {
	d, err := f.along(raw)
	if err != nil {
		return nil, err
	}
	e := &element{raw: raw, cut: cut}
	before, tag := d.InputOffset(), 0
	nodes := maxNodes
	for count, depth := 0, 0; ; {
		t, err := d.Token()
		if err != nil {
			return nil, xmlError(err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; count == 0 {
				e.start, tag = t.Copy(), int(d.InputOffset()-before)
				if f.isRoster(raw[:tag]) {
					nodes = maxRosterNodes
				}
			}
			count++
			e.cut = e.cut || count > nodes
		case xml.EndElement:
			depth--
		case xml.CharData:
		default:
			return nil, fmt.Errorf("%w: %T in a stanza", ErrProtocol, t)
		}
		if depth == 0 {
			break
		}
	}
	if tag < 3 || len(f.bytes.b) > 0 {
		return nil, fmt.Errorf("%w: no element", ErrProtocol)
	}
	if len(raw) > 64<<10 {
		f.reader = nil // it keeps room for the longest text that it has seen
	}
	if e.is(nsStream, "error") {
		n, err := f.node(e)
		if err != nil {
			return nil, err
		}
		return nil, streamError(n)
	}
	if e.cut && raw[tag-2] != '/' {
		name, _, _ := bytes.Cut(bytes.TrimRight(raw[1:tag], "/>"), []byte{' '})
		name = name[:len(bytes.TrimRight(name, "/>\t\r\n"))]
		if i := bytes.IndexAny(name, "\t\r\n"); i >= 0 {
			name = name[:i]
		}
		e.raw = fmt.Appendf(bytes.Clone(raw[:tag]), "%s</%s>", elidedMark, name)
	}
	return e, nil
}

// node reads all that is in e.
func (f *framer) node(e *element) (*node, error) {
	d, _, err := f.decoder(e.raw)
	if err != nil {
		return nil, err
	}
	n := &node{}
	if err := d.Decode(n); err != nil {
		return nil, xmlError(err)
	}
	return n, nil
}

// wire is the connection as the library sees it: it reads whole elements that
// were looked at and let in, and nothing else; there is nothing in it that it
// could answer to anyone whom we do not hear. Deadlines are not the library's:
// one that was meant for one call would end the TLS connection.
type wire struct {
	framer
	conn   secured
	admit  func(*element) (bool, error) // lets an element in; an error ends the reading
	settle func()                       // what was let in last has been dealt with
	sign   func()                       // something came, whatever it is
	ended  func(error)                  // the reading has ended
	put    func([]byte) (int, error)    // takes what the library writes
	opened bool                         // the library has seen the header
	buf    []byte                       // let in, not yet read
	err    error                        // why the reading has ended
	unsent error                        // why the last write failed
}

var _ net.Conn = (*wire)(nil)

func newWire(conn secured, step func()) *wire {
	w := &wire{framer: framer{step: step}, conn: conn, put: conn.Write, settle: func() {}, sign: func() {}}
	w.scan = newScanner(signs{w})
	w.scan.roster, w.scan.progress = w.isRoster, step
	return w
}

// signs reads the connection and tells that it lives.
type signs struct{ *wire }

func (s signs) Read(p []byte) (int, error) {
	n, err := s.conn.Read(p)
	if n > 0 {
		s.sign()
	}
	return n, err
}

// restart begins a new stream on the same connection (RFC 6120, 4.3.3).
func (w *wire) restart() error {
	if len(w.buf) > 0 {
		return fmt.Errorf("%w: bytes before the stream's new start", ErrProtocol)
	}
	w.prolog, w.header, w.reader, w.opened = nil, nil, nil, false
	return w.scan.restart()
}

// fill waits for an element that is let in.
func (w *wire) fill() error {
	for len(w.buf) == 0 {
		if w.err != nil {
			return w.err
		}
		w.settle()
		e, err := w.next()
		pass := false
		if err == nil && w.admit != nil {
			pass, err = w.admit(e)
		}
		if err != nil {
			w.err = err
			if w.ended != nil {
				w.ended(err)
			}
			if err == io.EOF && w.opened { // the closing tag itself: so the library sees an orderly end
				w.buf = bytes.Clone(w.scan.out)
				return nil
			}
			return err
		}
		if !pass {
			continue
		}
		if w.buf = e.raw; !w.opened {
			w.opened = true
			w.buf = append(append(append([]byte(nil), w.prolog...), w.header...), e.raw...)
		}
	}
	return nil
}

// ReadByte keeps encoding/xml from reading ahead.
func (w *wire) ReadByte() (byte, error) {
	if err := w.fill(); err != nil {
		return 0, err
	}
	c := w.buf[0]
	w.buf = w.buf[1:]
	return c, nil
}

func (w *wire) Read(p []byte) (int, error) {
	if err := w.fill(); err != nil {
		return 0, err
	}
	n := copy(p, w.buf)
	w.buf = w.buf[n:]
	return n, nil
}

func (w *wire) Write(p []byte) (int, error) {
	n, err := w.put(p)
	w.unsent = err
	return n, err
}

func (w *wire) Close() error { return w.conn.Close() }

// ConnectionState is for channel binding.
func (w *wire) ConnectionState() stdtls.ConnectionState { return w.conn.ConnectionState() }

func (w *wire) LocalAddr() net.Addr              { return noAddr{} }
func (w *wire) RemoteAddr() net.Addr             { return noAddr{} }
func (w *wire) SetDeadline(time.Time) error      { return nil }
func (w *wire) SetReadDeadline(time.Time) error  { return nil }
func (w *wire) SetWriteDeadline(time.Time) error { return nil }

type noAddr struct{}

func (noAddr) Network() string { return "tls" }
func (noAddr) String() string  { return "" }
