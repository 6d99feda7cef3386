package main

import (
	"bufio"
	"io"
	"os"
	"strings"
	"time"

	"hushwing/gui"
)

// The bounds of what can be said at the door.
const (
	callPause = 500 * time.Millisecond // between two calls
	maxCall   = 3000                   // bytes of a line; a pipe takes 4096 at once
	maxToken  = 256
	maxLink   = 2100
)

// callLine is how a call is written: the desktop's token, a blank, the link.
func callLine(c gui.Call) []byte {
	token, link := c.Token, c.Link
	if !isToken(token) {
		token = ""
	}
	if !isLink(link) || !plain(link) || len(link) > maxLink {
		link = ""
	}
	return []byte(token + " " + link + "\n")
}

// parseCall reads it again. Whatever else stands there is the wish to see the
// window, and nothing more.
func parseCall(line string) gui.Call {
	var c gui.Call
	token, link, _ := strings.Cut(line, " ")
	if isToken(token) {
		c.Token = token
	}
	if isLink(link) && plain(link) && len(link) <= maxLink {
		c.Link = link
	}
	return c
}

// isToken reports whether s can be what a desktop gives to who is started by a
// click, so that it may come to the front.
func isToken(s string) bool {
	return len(s) <= maxToken && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.:/+=@", r))
	}) < 0
}

// plain reports whether a link has no control characters and no blanks.
func plain(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\ufffd' }) < 0
}

// readCalls reads lines until r ends. What comes within the pause after a call is
// one with it; lines that are too long are none.
func readCalls(r io.Reader, out chan<- gui.Call, pause time.Duration) {
	defer close(out)
	lines := bufio.NewReaderSize(r, maxCall)
	for last := (time.Time{}); ; {
		line, cut, err := lines.ReadLine()
		if err != nil {
			return
		}
		tooLong := cut
		for cut && err == nil {
			_, cut, err = lines.ReadLine()
		}
		if tooLong || time.Since(last) < pause {
			continue
		}
		last = time.Now()
		out <- parseCall(string(line))
	}
}

// ownCall is what this start is about.
func ownCall(link string) gui.Call {
	token := os.Getenv("XDG_ACTIVATION_TOKEN")
	if token == "" {
		token = os.Getenv("DESKTOP_STARTUP_ID")
	}
	return gui.Call{Token: token, Link: link}
}
