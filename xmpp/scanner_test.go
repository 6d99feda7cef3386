package xmpp

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

const testHeader = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"

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
			out, err := io.ReadAll(eofIsError{newScanner(r)})
			if errors.Is(err, errEOF) {
				err = io.EOF
			}
			if string(out) != test.out || !errors.Is(err, test.err) {
				t.Errorf("%s, %s: got %.300q, %v, want %.300q, %v", name, how, out, err, test.out, test.err)
			}
		}
	}
}

var errEOF = errors.New("eof")

type eofIsError struct{ r io.Reader }

func (e eofIsError) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	if err == io.EOF {
		err = errEOF
	}
	return n, err
}

// TestScannerCutsText: a stanza that is too long is cut where encoding/xml can
// bear it, wherever the limit falls.
func TestScannerCutsText(t *testing.T) {
	text := strings.Repeat("&amp;ü€😀", 10)
	for pad := range 14 { // one of them is 14 bytes
		p := newParser(strings.NewReader(testHeader + "<m><b>" + text + "</b></m><n/>"))
		if _, err := p.header(); err != nil {
			t.Fatal(err)
		}
		start, err := p.dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		p.scan.size = maxStanza - 40 - pad // as if so much had come before
		n, err := p.element(start.(xml.StartElement))
		if err != nil || !n.cut || len(n.kids) > 0 || n.text != "" {
			t.Fatalf("pad %d: %+v, %v", pad, n, err)
		}
		if n, err := p.next(); err != nil || n.name.Local != "n" || n.cut {
			t.Fatalf("pad %d: %+v, %v", pad, n, err)
		}
	}
}

// TestMemory: what takes encoding/xml gigabytes alone (LIBRARIES: 77 MB of
// nested tags, 2.7 GB) takes next to nothing.
func TestMemory(t *testing.T) {
	for name, stanza := range map[string]string{
		"nested": "<m>" + strings.Repeat("<a>", 300_000) + strings.Repeat("</a>", 300_000) + "</m>",
		"many":   "<m>" + strings.Repeat("<a/>", 250_000) + "</m>",
		"text":   "<m>" + strings.Repeat("x", 2<<20) + "</m>",
		"values": "<m>" + strings.Repeat("<a b='"+strings.Repeat("x", 16_000)+"'/>", 100) + "</m>",
	} {
		p := newParser(io.MultiReader(strings.NewReader(testHeader), strings.NewReader(stanza)))
		if _, err := p.header(); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		n, err := p.next()
		runtime.ReadMemStats(&after)
		if err != nil || !n.cut {
			t.Errorf("%s: %+v, %v", name, n, err)
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
		p := newParser(bytes.NewReader(in))
		if _, err := p.header(); err != nil {
			return
		}
		for {
			n, err := p.next()
			if err != nil {
				return
			}
			check(t, n, 2)
		}
	})
}

func check(t *testing.T, n *node, depth int) {
	t.Helper()
	if depth > maxDepth {
		t.Fatal("deeper than allowed")
	}
	if n.cut && (len(n.kids) > 0 || n.text != "") {
		t.Fatal("cut, and still something in it")
	}
	for _, k := range n.kids {
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
	allowed := string(streamHeader("example.test")) + string(el("starttls", "xmlns", nsTLS).bytes())
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
