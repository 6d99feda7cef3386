package xmpp

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

const testHeader = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' id='x' from='example.test'>"

// TestScanner is a table of bytes in and bytes out, read at once and byte by
// byte.
func TestScanner(t *testing.T) {
	nested := func(n int, in string) string { return strings.Repeat("<a>", n) + in + strings.Repeat("</a>", n) }
	const mark = elidedMark
	for name, test := range map[string]struct {
		in, out string
		err     error
	}{
		"as it is":            {"<?xml version='1.0'?><s><m a='1' b=\"'>\">x &lt;<b/></m><p/></s>", "<?xml version='1.0'?><s><m a='1' b=\"'>\">x &lt;<b/></m><p/></s>", io.EOF},
		"white space between": {"<s> \n\t<m> x </m>\r\n</s> ", "<s><m> x </m></s>", io.EOF},
		"text between":        {"<s>x", "<s>", ErrProtocol},
		"text before":         {"x", "", ErrProtocol},
		"deep enough":         {"<s>" + nested(maxDepth-1, "x"), "<s>" + nested(maxDepth-1, "x"), io.EOF},
		"too deep":            {"<s>" + nested(maxDepth, "x") + "<m/>", "<s>" + strings.Repeat("<a>", maxDepth-1) + strings.Repeat("</a>", maxDepth-2) + mark + "</a><m/>", io.EOF},
		"far too deep":        {"<s>" + nested(5000, "x") + "<m/>", "<s>" + strings.Repeat("<a>", maxDepth-1) + strings.Repeat("</a>", maxDepth-2) + mark + "</a><m/>", io.EOF},
		"too deep but empty":  {"<s>" + nested(maxDepth-1, "<b/>"), "<s>" + strings.Repeat("<a>", maxDepth-1) + strings.Repeat("</a>", maxDepth-2) + mark + "</a>", io.EOF},
		"long tag inside":     {"<s><m><b c='" + strings.Repeat("x", maxTag) + "'>y<c/></b>z</m>", "<s><m>z" + mark + "</m>", io.EOF},
		"long tag of stanza":  {"<s><m c='" + strings.Repeat("x", maxTag) + "'>y<c/></m><p/>", "<s><m>" + mark + "</m><p/>", io.EOF},
		"long empty stanza":   {"<s><m c='" + strings.Repeat("x", maxTag) + "'/><p/>", "<s><m>" + mark + "</m><p/>", io.EOF},
		"long header":         {"<s a='" + strings.Repeat("x", maxTag) + "'>", "", ErrLimit},
		"long name":           {"<s><" + strings.Repeat("x", maxTag) + "/>", "<s>", ErrLimit},
		"comment":             {"<s><!-- x -->", "<s>", ErrLimit},
		"comment inside":      {"<s><m><!-- x -->", "<s><m>", ErrLimit},
		"doctype":             {"<!DOCTYPE x>", "", ErrLimit},
		"cdata":               {"<s><m><![CDATA[x]]>", "<s><m>", ErrLimit},
		"instruction":         {"<s><?x?>", "<s>", ErrLimit},
		"instruction inside":  {"<s><m><?x?>", "<s><m>", ErrLimit},
		"end without start":   {"</s>", "", ErrProtocol},
		"second root":         {"<s></s><s>", "<s></s>", ErrProtocol},
		"less-than in a tag":  {"<s><m <a>", "<s>", ErrProtocol},
		"empty tag":           {"<s><>", "<s><>", io.EOF}, // encoding/xml refuses it
	} {
		for how, r := range map[string]io.Reader{
			"at once": strings.NewReader(test.in), "by bytes": iotest.OneByteReader(strings.NewReader(test.in)),
			"with the end": iotest.DataErrReader(strings.NewReader(test.in)),
		} {
			out, err := readAll(r)
			if string(out) != test.out || !errors.Is(err, test.err) {
				t.Errorf("%s, %s: got %.300q, %v, want %.300q, %v", name, how, out, err, test.out, test.err)
			}
		}
	}
}

// readAll gives all that a scanner lets through.
func readAll(r io.Reader) (out []byte, err error) {
	for s := newScanner(r); err == nil; {
		var b []byte
		b, _, err = s.next()
		out = append(out, b...)
	}
	return out, err
}

func testFramer(r io.Reader) *framer {
	return &framer{scan: newScanner(r), step: func() {}}
}

// TestScannerCutsText: a stanza that is too long is cut where encoding/xml can
// bear it, wherever the limit falls.
func TestScannerCutsText(t *testing.T) {
	text := strings.Repeat("&amp;ü€😀", 10)
	for pad := range 14 { // one of them is 14 bytes
		f := testFramer(nil)
		before := readerFunc(func([]byte) (int, error) {
			f.scan.size = maxStanza - 40 - pad // as if so much had come before
			return 0, io.EOF
		})
		f.scan.r = io.MultiReader(strings.NewReader(testHeader+"<m><b>"), before, strings.NewReader(text+"</b></m><n/>"))
		e, err := f.next()
		if err != nil || !e.cut || len(e.raw) != len("<m></m>"+elidedMark) {
			t.Fatalf("pad %d: %+v, %v", pad, e, err)
		}
		if e, err := f.next(); err != nil || e.start.Name.Local != "n" || e.cut {
			t.Fatalf("pad %d: %+v, %v", pad, e, err)
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestMemory: what takes encoding/xml gigabytes alone (LIBRARIES: 77 MB of
// nested tags, 2.7 GB) takes next to nothing.
func TestMemory(t *testing.T) {
	for name, stanza := range map[string]string{
		"nested": "<m>" + strings.Repeat("<a>", 300_000) + strings.Repeat("</a>", 300_000) + "</m>",
		"many":   "<m>" + strings.Repeat("<a/>", 250_000) + "</m>",
		"text":   "<m>" + strings.Repeat("x", 2<<20) + "</m>",
		"values": "<m>" + strings.Repeat("<a b='"+strings.Repeat("x", 16_000)+"'/>", 100) + "</m>",
	} {
		f := testFramer(io.MultiReader(strings.NewReader(testHeader), strings.NewReader(stanza)))
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		e, err := f.next()
		runtime.ReadMemStats(&after)
		if err != nil || !e.cut {
			t.Errorf("%s: %v", name, err)
		}
		grown := int64(after.HeapSys) - int64(before.HeapSys)
		t.Logf("%s: %d kB of stanza, heap grown by %d kB", name, len(stanza)>>10, grown>>10)
		if grown > 32<<20 {
			t.Errorf("%s: %d MB", name, grown>>20)
		}
		runtime.KeepAlive(stanza)
	}
}

// FuzzStream reads anything as a stream: no panic, bounded, and the scanner
// never turns XML that encoding/xml reads into XML that it does not.
func FuzzStream(f *testing.F) {
	for _, s := range []string{
		"", testHeader, testHeader + "<message from='a@b/c'><body>x&amp;</body></message></stream:stream>",
		testHeader + strings.Repeat("<a>", 70) + strings.Repeat("</a>", 70) + "<iq/>",
		"<?xml version='1.0'?>" + testHeader + "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
		testHeader + "<a b='<'/>", testHeader + "<!-- -->", testHeader + "<a xmlns:b='c' b:d='e'/>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		f := testFramer(bytes.NewReader(in))
		for {
			e, err := f.next()
			if err != nil {
				return
			}
			n, err := f.node(e)
			if err != nil {
				t.Fatalf("%q was let through: %v", e.raw, err)
			}
			check(t, n, 2)
			if e.cut && (len(n.Kids) > 1 || n.Text != "") {
				t.Fatal("cut, and still something in it")
			}
		}
	})
}

func check(t *testing.T, n *node, depth int) {
	t.Helper()
	if depth > maxDepth {
		t.Fatal("deeper than allowed")
	}
	for _, k := range n.Kids {
		check(t, k, depth+1)
	}
}

// FuzzSTARTTLS reads anything as a server's answer before TLS: only ever the
// header and <starttls/> go out.
func FuzzSTARTTLS(f *testing.F) {
	const features = "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"
	for _, s := range []string{
		"", testHeader, testHeader + features, testHeader + features + "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
		testHeader + features + "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "HTTP/1.1 400\r\n",
	} {
		f.Add([]byte(s))
	}
	allowed := string(startTLSHeader("example.test")) + startTLSRequest
	f.Fuzz(func(t *testing.T, in []byte) {
		var out bytes.Buffer
		err := askTLS(struct {
			io.Reader
			io.Writer
		}{iotest.OneByteReader(bytes.NewReader(in)), &out}, "example.test", func() {})
		if !strings.HasPrefix(allowed, out.String()) {
			t.Fatalf("sent %q", out.String())
		}
		if err == nil && (out.String() != allowed || !bytes.Contains(in, []byte("proceed"))) {
			t.Fatal("agreed without being asked")
		}
	})
}

// TestCorpora: the fuzzers have something to begin with.
func TestCorpora(t *testing.T) {
	for _, name := range []string{"FuzzStream", "FuzzSTARTTLS", "FuzzParseAddress", "FuzzForm", "FuzzServerFirst"} {
		files, err := filepath.Glob(filepath.Join("testdata", "fuzz", name, "*"))
		if err != nil || len(files) == 0 {
			t.Errorf("%s has no corpus: %v", name, err)
		}
		for _, f := range files {
			if b, err := os.ReadFile(f); err != nil || !bytes.HasPrefix(b, []byte("go test fuzz v1")) {
				t.Errorf("%s: %v", f, err)
			}
		}
	}
}
