package lab

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hushwing/internal/lab/child"
)

// OTRPeerOptions says what a libotr peer is like.
type OTRPeerOptions struct {
	// Account is the peer's own name, Contact the name of the one it talks
	// with. Empty: "ben@example.test" and "ana@example.test".
	Account, Contact string
	// Manual: start OTR only when asked. Otherwise the policy is "always": the
	// first message asks for OTR, and nothing is ever sent in clear.
	Manual bool
	// Whitespace offers OTR with a whitespace tag and answers one (with
	// Manual: libotr's "opportunistic").
	Whitespace bool
	// V2 allows version 2 besides 3.
	V2 bool
	// KeyFile keeps the peer's key (and, in KeyFile.tag, its instance tag)
	// between runs. Empty: a new key and tag.
	KeyFile string
	// Max is the greatest length of an injected message, in bytes; longer ones
	// are fragmented. 0: no bound.
	Max int
}

// The bits of a libotr policy (proto.h).
const (
	policyV2             = 0x02
	policyV3             = 0x04
	policyRequire        = 0x08
	policySendWhitespace = 0x10
	policyWhitespaceAKE  = 0x20
	policyErrorAKE       = 0x40
)

func (o OTRPeerOptions) policy() int {
	p := policyV3
	if o.V2 {
		p |= policyV2
	}
	if !o.Manual {
		p |= policyRequire | policyWhitespaceAKE | policyErrorAKE
	}
	if o.Whitespace {
		p |= policySendWhitespace | policyWhitespaceAKE | policyErrorAKE
	}
	return p
}

// OTREvent is something that a libotr peer reports.
type OTREvent struct {
	// Kind is one of
	//	inject        Text is to be carried to the contact
	//	msg           Text was received inside OTR
	//	clear         Text was received outside OTR
	//	secure        private now, anew or refreshed (Text "new" or "still")
	//	insecure      no longer private, by either side's End
	//	ended         the contact has ended the chat
	//	theirs        the contact's fingerprint, 40 upper-case hex digits
	//	smp-ask       the contact checks us; Text is its question or empty
	//	smp-progress  a step was taken
	//	smp-ok, smp-fail, smp-abort, smp-cheat  how the check ended
	//	symkey        the contact sent TLV 8: Usage, Data and Key
	//	key           our TLV 8 has gone out: Key
	//	note          libotr has something to say; Text is its event's name
	//	error         a command failed; Text says why
	Kind  string
	Text  string
	Usage uint32
	Data  []byte
	Key   []byte
}

// OTRPeer is a program on libotr 4.1, for tests of what other clients do. It
// talks with one contact, and only through its methods: what it wants carried
// comes as "inject" events. A method returns when libotr has done its part, and
// its events are there then. To be used from one goroutine.
type OTRPeer struct {
	t           testing.TB
	in          io.WriteCloser
	lines       chan string
	queue       []OTREvent
	fingerprint string
	tag         uint32
}

//go:embed otrpeer/otrpeer.c
var otrPeerSource string

// otrPeerProgram compiles the program, once for each source and user: it is
// kept in the user's cache, under a name made from all that it depends on.
var otrPeerProgram = sync.OnceValues(func() (string, error) {
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		return "", fmt.Errorf("lab: %w (install gcc)", err)
	}
	flags, err := exec.Command("pkg-config", "--cflags", "--libs", "libotr", "libgcrypt").Output()
	if err != nil {
		return "", fmt.Errorf("lab: no libotr: %w (install pkg-config libotr5-dev libgcrypt20-dev)", err)
	}
	dir, err := cacheDir()
	if err != nil {
		return "", err
	}
	args := append([]string{"-D_GNU_SOURCE", "-std=c11", "-O1", "-Wall", "-Wextra", "-x", "c", "-", "-x", "none"}, strings.Fields(string(flags))...)
	sum := sha256.Sum256([]byte(gcc + strings.Join(args, " ") + otrPeerSource))
	program := filepath.Join(dir, "otrpeer-"+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	fresh := fmt.Sprintf("%s.%d", program, os.Getpid()) // renamed when whole: others may be building it, too
	cmd := exec.Command(gcc, append(args, "-o", fresh)...)
	cmd.Stdin = strings.NewReader(otrPeerSource)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("lab: gcc: %w\n%s", err, out)
	}
	if err := os.Rename(fresh, program); err != nil {
		return "", fmt.Errorf("lab: %w", err)
	}
	return program, nil
})

// NewOTRPeer builds the program with gcc, once for each process, and starts it.
// It ends with the test.
func NewOTRPeer(t testing.TB, o OTRPeerOptions) *OTRPeer {
	t.Helper()
	program, err := otrPeerProgram()
	if err != nil {
		t.Fatal(err)
	}
	if o.Account == "" {
		o.Account = "ben@example.test"
	}
	if o.Contact == "" {
		o.Contact = "ana@example.test"
	}
	args := []string{o.Account, o.Contact, strconv.Itoa(o.policy()), strconv.Itoa(o.Max)}
	if o.KeyFile != "" {
		args = append(args, o.KeyFile)
	}
	cmd := exec.Command(program, args...)
	var stderr lastWords
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	outR, outW, err := os.Pipe() // not StdoutPipe: Wait, which runs from the start, would close it early
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = outW
	proc, err := child.Start(cmd)
	outW.Close()
	if err != nil {
		t.Fatal(err)
	}
	p := &OTRPeer{t: t, in: in, lines: make(chan string)}
	stop := make(chan struct{})
	go func() {
		defer close(p.lines)
		r := bufio.NewReader(outR)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			select {
			case p.lines <- strings.TrimSuffix(line, "\n"):
			case <-stop:
				return
			}
		}
	}()
	t.Cleanup(func() {
		in.Close() // the program ends with its input
		close(stop)
		select {
		case <-proc.Done():
		case <-time.After(5 * time.Second):
			proc.Stop(0)
		}
		outR.Close()
		if s := stderr.String(); s != "" {
			t.Logf("libotr peer %s: %s", o.Account, s)
		}
	})
	p.settle()
	if p.fingerprint == "" {
		t.Fatalf("lab: the libotr peer has no key: %s", stderr.String())
	}
	return p
}

// Fingerprint is the peer's own fingerprint, 40 upper-case hex digits.
func (p *OTRPeer) Fingerprint() string { return p.fingerprint }

// Tag is the peer's own instance tag.
func (p *OTRPeer) Tag() uint32 { return p.tag }

// Receive hands over a body that came from the contact.
func (p *OTRPeer) Receive(body string) { p.t.Helper(); p.do("recv", enc(body)) }

// Send writes a text to the contact. Unless the options say Manual, it asks for
// OTR first when the chat is not private.
func (p *OTRPeer) Send(text string) { p.t.Helper(); p.do("send", enc(text)) }

// Query asks for OTR.
func (p *OTRPeer) Query() { p.t.Helper(); p.do("query") }

// Check begins an SMP; the question may be empty.
func (p *OTRPeer) Check(question, secret string) {
	p.t.Helper()
	if question == "" {
		p.do("smp", enc(secret))
		return
	}
	p.do("smpq", enc(question), enc(secret))
}

// Answer answers an "smp-ask".
func (p *OTRPeer) Answer(secret string) { p.t.Helper(); p.do("answer", enc(secret)) }

// Abort ends an SMP that is under way.
func (p *OTRPeer) Abort() { p.t.Helper(); p.do("abort") }

// End ends the private chat.
func (p *OTRPeer) End() { p.t.Helper(); p.do("end") }

// Tick is libotr's message poll, for its timers.
func (p *OTRPeer) Tick() { p.t.Helper(); p.do("tick") }

// ExtraKey sends TLV 8, the extra symmetric key, with this use.
func (p *OTRPeer) ExtraKey(usage uint32, data []byte) {
	p.t.Helper()
	p.do("symkey", strconv.FormatUint(uint64(usage), 10), enc(string(data)))
}

// Next takes the next event; ok is false when there is none. Since all events
// are there when a command returns, it does not wait.
func (p *OTRPeer) Next() (e OTREvent, ok bool) {
	if len(p.queue) == 0 {
		return e, false
	}
	e, p.queue = p.queue[0], p.queue[1:]
	return e, true
}

// Drain takes all events that have not been taken yet.
func (p *OTRPeer) Drain() []OTREvent {
	q := p.queue
	p.queue = nil
	return q
}

// Expect takes events up to and with the next one of this kind, and fails the
// test when there is none.
func (p *OTRPeer) Expect(kind string) OTREvent {
	p.t.Helper()
	var passed []string
	for {
		e, ok := p.Next()
		if !ok {
			p.t.Fatalf("libotr peer: no %q event, but %q", kind, passed)
		}
		if e.Kind == kind {
			return e
		}
		passed = append(passed, e.Kind+" "+e.Text)
	}
}

func enc(s string) string {
	if s == "" {
		return "-"
	}
	return base64.StdEncoding.EncodeToString([]byte(s))
}

// do says one command and waits until it has been carried out.
func (p *OTRPeer) do(words ...string) {
	p.t.Helper()
	if _, err := io.WriteString(p.in, strings.Join(words, " ")+"\n"); err != nil {
		p.t.Fatalf("lab: the libotr peer has gone: %v", err)
	}
	p.settle()
}

// settle queues events up to "done".
func (p *OTRPeer) settle() {
	p.t.Helper()
	timeout := time.NewTimer(60 * time.Second) // making a key on a busy machine
	defer timeout.Stop()
	for {
		select {
		case line, ok := <-p.lines:
			if !ok {
				p.t.Fatal("lab: the libotr peer has gone")
			}
			if line == "done" {
				return
			}
			if err := p.take(strings.Split(line, " ")); err != nil {
				p.t.Fatalf("lab: the libotr peer said %q: %v", line, err)
			}
		case <-timeout.C:
			p.t.Fatal("lab: the libotr peer does not answer")
		}
	}
}

// take makes an event of a line.
func (p *OTRPeer) take(w []string) error {
	field := func(i int) ([]byte, error) {
		if i >= len(w) || w[i] == "-" {
			return nil, nil
		}
		return base64.StdEncoding.DecodeString(w[i])
	}
	e := OTREvent{Kind: w[0]}
	switch w[0] {
	case "tag":
		n, err := strconv.ParseUint(w[1], 16, 32)
		p.tag = uint32(n)
		return err
	case "symkey":
		n, err := strconv.ParseUint(w[1], 10, 32)
		if err != nil {
			return err
		}
		e.Usage = uint32(n)
		if e.Data, err = field(2); err != nil {
			return err
		}
		if e.Key, err = field(3); err != nil {
			return err
		}
	case "key":
		var err error
		if e.Key, err = field(1); err != nil {
			return err
		}
	default:
		text, err := field(1)
		if err != nil {
			return err
		}
		e.Text = string(text)
	}
	if e.Kind == "ours" {
		p.fingerprint = e.Text
		return nil
	}
	p.queue = append(p.queue, e)
	return nil
}
