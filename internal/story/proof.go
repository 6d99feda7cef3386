package story

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"

	"hushwing/internal/lab"
)

// Disguises are the forms in which a word could stand somewhere unnoticed.
func Disguises(word string) [][]byte {
	var forms [][]byte
	add := func(s string) {
		if len(s) >= 6 && !slices.ContainsFunc(forms, func(f []byte) bool { return string(f) == s }) {
			forms = append(forms, []byte(s))
		}
	}
	for _, w := range []string{word, strings.ToUpper(word), strings.ToLower(word), html.EscapeString(word), url.QueryEscape(word)} {
		add(w)
	}
	quoted, _ := json.Marshal(word)
	add(strings.Trim(string(quoted), `"`))
	add(hex.EncodeToString([]byte(word)))
	add(strings.ToUpper(hex.EncodeToString([]byte(word))))
	// In base64 a word looks different at each of three places; its middle stays.
	for skip := range 3 {
		padded := append(make([]byte, skip), word...)
		code := base64.StdEncoding.EncodeToString(padded)
		from, to := (skip*8+5)/6, len(padded)*8/6
		add(code[from:to])
	}
	backwards := []rune(word)
	slices.Reverse(backwards)
	add(string(backwards))
	wide := make([]byte, 0, 4*len(word))
	for _, u := range utf16.Encode([]rune(word)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	add(string(wide))
	return forms
}

// Find tells which of the words stand in data, in any disguise.
func Find(data []byte, words []string) (found []string) {
	for _, word := range words {
		if slices.ContainsFunc(Disguises(word), func(f []byte) bool { return bytes.Contains(data, f) }) {
			found = append(found, word)
		}
	}
	return found
}

// ServerSaw is what whoever runs the server could read.
type ServerSaw struct {
	Stanzas, Bodies int
	Clear           []string // bodies that are not OTR
	Words           []string // planted words
	Sample          string   // one of the bodies
}

// Server looks through all that the server has seen.
func (p *Play) Server(server *lab.Prosody) (s ServerSaw, err error) {
	all, err := server.Tap()
	if err != nil {
		return s, err
	}
	s.Stanzas = len(all)
	for _, z := range all {
		if z.Body != "" {
			s.Bodies++
			if len(z.Body) > len(s.Sample) {
				s.Sample = z.Body
			}
			if !strings.HasPrefix(z.Body, "?OTR") {
				s.Clear = append(s.Clear, z.Body)
			}
		}
		s.Words = append(s.Words, Find([]byte(z.XML), p.Words)...)
		s.Words = append(s.Words, Find([]byte(z.Body), p.Words)...)
	}
	return s, nil
}

// Spill is a file that holds what it must not.
type Spill struct {
	File string
	Word string
}

// Folder looks for the words in the contents and in the names of all files
// below dir. files is how many there are.
func Folder(dir string, words []string) (spills []Spill, files int, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // was replaced meanwhile
		}
		if err != nil {
			return fmt.Errorf("story: %w", err)
		}
		rel, _ := filepath.Rel(dir, path)
		data := []byte(rel)
		if d.Type().IsRegular() {
			files++
			content, err := os.ReadFile(path)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("story: %w", err)
			}
			data = append(append(data, 0), content...)
		}
		for _, word := range Find(data, words) {
			spills = append(spills, Spill{rel, word})
		}
		return nil
	})
	return spills, files, err
}
