package chaos

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hushwing/internal/lab"
)

// forms are those in which the marker could stand somewhere unnoticed. Base64
// has three, depending on where in a text it begins.
func forms() (all [][]byte) {
	all = [][]byte{[]byte(Marker), []byte(strings.ToUpper(Marker)), []byte(hex.EncodeToString([]byte(Marker)))}
	for shift := range 3 {
		enc := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", shift) + Marker))
		all = append(all, []byte(enc[4:len(enc)-4]))
	}
	return all
}

// holds reports whether data holds a numbered text.
func holds(data []byte, words [][]byte) bool {
	return slices.ContainsFunc(words, func(w []byte) bool { return bytes.Contains(data, w) })
}

// Tapped looks through all that the server saw: no numbered text, and no body
// that is not sealed.
func (c *Campaign) Tapped() (faults []string, err error) {
	words := forms()
	err = c.server.EachTapped(func(s lab.Stanza) error {
		c.stanzas++
		c.bytes += len(s.XML)
		if holds([]byte(s.XML), words) || holds([]byte(s.Body), words) {
			faults = append(faults, fmt.Sprintf("the server saw a text in a %s %s", s.Kind, s.Dir))
		}
		if s.Body != "" && !strings.HasPrefix(s.Body, "?OTR") {
			faults = append(faults, fmt.Sprintf("the server saw a body that is not sealed, from %s: %q", s.From, s.Body))
		}
		return nil
	})
	if accepted, _, _ := c.talks[0].Count(); c.stanzas < accepted {
		faults = append(faults, fmt.Sprintf("the tap saw only %d stanzas: it does not work", c.stanzas))
	}
	return faults, err
}

// OnDisk looks through folders for what must not be there in clear: the texts,
// and, in those of the profiles, who talks to whom.
func (c *Campaign) OnDisk(dirs ...string) (faults []string, err error) {
	words := forms()
	for _, p := range c.programs {
		files := 0
		profile := filepath.Join(c.o.Dir, strings.ToLower(p.Name))
		more, err := search(profile, append(words, []byte(c.programs[0].Address), []byte(c.programs[1].Address), []byte(c.talks[2].to)), &files)
		if err != nil {
			return nil, err
		}
		faults = append(faults, more...)
		if files < 3 {
			faults = append(faults, fmt.Sprintf("%s has only %d files: that is no profile", profile, files))
		}
	}
	for _, dir := range dirs {
		more, err := search(dir, words, new(int))
		if err != nil {
			return nil, err
		}
		faults = append(faults, more...)
	}
	return faults, nil
}

func search(dir string, words [][]byte, files *int) (faults []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		*files++
		data, err := os.ReadFile(path)
		if holds(data, words) {
			faults = append(faults, fmt.Sprintf("%s holds what is nobody's business", path))
		}
		return err
	})
	return faults, err
}

// Sum is the one line that a run ends in.
func (c *Campaign) Sum() string {
	var texts, shown, again, lost, doubled, disorder int
	for _, t := range c.talks[:2] {
		a, s, g := t.Count()
		texts, shown, again = texts+a, shown+s, again+g
		lost, doubled, disorder = lost+len(t.Missing()), doubled+len(t.Doubles()), disorder+len(t.Disorder())
	}
	var kinds []string
	total := 0
	for k := range Kinds {
		total += c.counts[k]
		if c.counts[k] > 0 {
			kinds = append(kinds, fmt.Sprintf("%s %d", k, c.counts[k]))
		}
	}
	toCarl, carlShown, _ := c.talks[2].Count()
	fromCarl, anaShown, _ := c.fromCarl.Count()
	slices.Sort(c.backs)
	median, longest := time.Duration(0), time.Duration(0)
	if n := len(c.backs); n > 0 {
		median, longest = c.backs[n/2], c.backs[n-1]
	}
	return fmt.Sprintf("%d texts between two Hushwings, %d shown (%d again after a kill): %d lost, %d doubled, %d out of order, %d given up; "+
		"%d blows (%s; %d found nothing to hit); longest silence %.1f s; back after a blow in the median of %d %.1f s, at most %.1f s; "+
		"with libotr %d of %d arrived, %d lost without a notice, %d doubled, and back %d of %d, %d without a notice; %d stanzas (%d kB) in the server's tap, seed %d, %s",
		texts, shown, again, lost, doubled, disorder, c.byHand,
		total, strings.Join(kinds, ", "), c.missed, c.silence.Seconds(), len(c.backs), median.Seconds(), longest.Seconds(),
		carlShown, toCarl, len(c.lostToCarl()), len(c.talks[2].Doubles()), anaShown, fromCarl, len(c.lostByCarl()), c.stanzas, c.bytes>>10, c.o.Seed, time.Since(c.began).Round(time.Second))
}

// Table is how long it took after each kind of blow.
func (c *Campaign) Table() (lines []string) {
	for k := range Kinds {
		all := c.backOf[k]
		if len(all) == 0 {
			continue
		}
		slices.Sort(all)
		lines = append(lines, fmt.Sprintf("%-22s %5d blows, %4d waited for: median %6.1f s, longest %6.1f s", k, c.counts[k], len(all), all[len(all)/2].Seconds(), all[len(all)-1].Seconds()))
	}
	return lines
}
