package tor

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// controlTime bounds the answer to one command. Tor answers what we ask in
// less than a millisecond; it may be busy for a second or two when it reads
// the network's directory. Only tests change it.
var controlTime = 10 * time.Second

// controlPlace is a control port and what opens it.
type controlPlace struct {
	at       Endpoint
	cookie   string // the file that opens it; empty: the one that Tor names
	password string
}

const cookieSize = 32

// dialControl connects to p and signs in, by the first of these ways that is
// offered and works: none needed, SAFECOOKIE, COOKIE, a password.
func dialControl(ctx context.Context, o Opener, p controlPlace) (t *control, version string, err error) {
	var ways []string // nil: to be learned
	for {
		if t, err = openControl(ctx, o, p.at); err != nil {
			return nil, "", err
		}
		var offer controlOffer
		if offer, err = t.protocolInfo(ctx); err == nil {
			if ways == nil {
				ways = p.ways(offer)
			}
			if len(ways) == 0 {
				err = errors.New("control port: no way to sign in")
			} else {
				err = t.signIn(ctx, ways[0])
			}
		}
		if err == nil {
			return t, offer.version, nil
		}
		t.close()
		var no *refusal
		if !errors.As(err, &no) || len(ways) < 2 {
			return nil, "", err
		}
		ways = ways[1:] // Tor hangs up after a wrong try (3.5)
	}
}

func openControl(parent context.Context, o Opener, e Endpoint) (*control, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(parent, controlTime)
	defer cancel()
	c, err := o.Open(ctx, e)
	if err != nil {
		if over(parent) == nil && over(ctx) != nil {
			err = errNoAnswer
		}
		return nil, err
	}
	return newControl(c), nil
}

// controlOffer is what a control port tells before one has signed in.
type controlOffer struct {
	methods []string
	cookie  string
	version string
}

// protocolInfo asks for the ways to sign in (3.21). A filter may not know the
// question: then it is worth trying whether it asks for nothing.
func (t *control) protocolInfo(ctx context.Context) (controlOffer, error) {
	lines, err := t.do(ctx, controlTime, "PROTOCOLINFO 1")
	var no *refusal
	if errors.As(err, &no) {
		return controlOffer{methods: []string{"NULL", "HASHEDPASSWORD"}}, nil
	}
	if err != nil {
		return controlOffer{}, err
	}
	var o controlOffer
	for _, l := range lines {
		kind, rest, _ := strings.Cut(l, " ")
		values := keyValues(rest)
		switch kind {
		case "AUTH":
			o.methods, o.cookie = strings.Split(values["METHODS"], ","), values["COOKIEFILE"]
		case "VERSION":
			o.version = clip(values["Tor"])
		}
	}
	return o, nil
}

// ways are the commands' worth of signing in that is possible, the best first.
//
// COOKIE gives the file away to whoever listens, so the file must be one that
// we were told of by somebody else than that. SAFECOOKIE (3.24) gives nothing
// away, and makes the other end prove first that it has read the file too.
func (p controlPlace) ways(o controlOffer) []string {
	var out []string
	if slices.Contains(o.methods, "NULL") {
		out = append(out, "")
	}
	file := p.cookie
	if file == "" {
		file = o.cookie
	}
	if cookie, err := readCookie(file); err == nil {
		if slices.Contains(o.methods, "SAFECOOKIE") {
			out = append(out, "SAFECOOKIE "+string(cookie))
		}
		if slices.Contains(o.methods, "COOKIE") && p.cookie != "" {
			out = append(out, hex.EncodeToString(cookie))
		}
	}
	if quoted, ok := controlQuote(p.password); ok && p.password != "" && slices.Contains(o.methods, "HASHEDPASSWORD") {
		out = append(out, quoted)
	}
	return out
}

// readCookie reads a cookie: 32 bytes, no more and no less, because the path
// may be the word of whoever listens there.
func readCookie(path string) ([]byte, error) {
	if !filepath.IsAbs(path) {
		return nil, errors.New("control: no cookie")
	}
	if i, err := os.Stat(path); err != nil || !i.Mode().IsRegular() || i.Size() != cookieSize {
		return nil, errors.New("control: no cookie")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	cookie := make([]byte, cookieSize)
	_, err = io.ReadFull(f, cookie)
	return cookie, err
}

func (t *control) signIn(ctx context.Context, way string) error {
	if cookie, ok := strings.CutPrefix(way, "SAFECOOKIE "); ok {
		var err error
		if way, err = t.challenge(ctx, []byte(cookie)); err != nil {
			return err
		}
	}
	_, err := t.do(ctx, controlTime, strings.TrimSpace("AUTHENTICATE "+way))
	return err
}

// challenge does SAFECOOKIE (3.24) up to the answer that AUTHENTICATE takes.
func (t *control) challenge(ctx context.Context, cookie []byte) (string, error) {
	var nonce [32]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		return "", err
	}
	lines, err := t.do(ctx, controlTime, "AUTHCHALLENGE SAFECOOKIE "+hex.EncodeToString(nonce[:]))
	if err != nil {
		return "", err
	}
	values := keyValues(lines[0])
	theirs, err1 := hex.DecodeString(values["SERVERHASH"])
	server, err2 := hex.DecodeString(values["SERVERNONCE"])
	if err := errors.Join(err1, err2); err != nil {
		return "", err
	}
	hash := func(key string) []byte {
		m := hmac.New(sha256.New, []byte(key))
		m.Write(cookie)
		m.Write(nonce[:])
		m.Write(server)
		return m.Sum(nil)
	}
	if !hmac.Equal(theirs, hash("Tor safe cookie authentication server-to-controller hash")) {
		return "", errors.New("control port does not know the cookie")
	}
	return hex.EncodeToString(hash("Tor safe cookie authentication controller-to-server hash")), nil
}
