// Package sentences finds the sentences of the program in its source: the
// constant arguments of i18n.T, N and Mark, and what a .ui file marks as
// translatable. It also finds the calls that a translator would never see.
package sentences

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Sentence is one msgid.
type Sentence struct {
	ID      string
	Plural  string   // of N; else empty
	Context string   // of a .ui file's context attribute
	Hints   []string // of a .ui file's comments attribute
	Refs    []string // file:line, sorted
}

// Problem is a call that cannot be translated, or would show nonsense.
type Problem struct {
	Ref string // file:line
	Why string
}

func (p Problem) String() string { return p.Ref + ": " + p.Why }

// collector gathers sentences of many files.
type collector struct {
	found    map[[2]string]*Sentence // by context and ID
	problems []Problem
}

// Collect reads every Go file (but tests) and .ui file below the root.
func Collect(root fs.FS) ([]Sentence, []Problem, error) {
	c := &collector{found: map[[2]string]*Sentence{}}
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if e.IsDir() {
			skip := base == "testdata" || base == "vendor" || (name != "." && strings.HasPrefix(base, "."))
			if skip {
				return fs.SkipDir
			}
			return nil
		}
		if !e.Type().IsRegular() {
			return nil
		}
		switch {
		case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
			raw, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			return c.goFile(name, raw)
		case strings.HasSuffix(name, ".ui"):
			raw, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			return c.uiFile(name, raw)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	all := make([]Sentence, 0, len(c.found))
	for _, s := range c.found {
		slices.Sort(s.Refs)
		s.Refs = slices.Compact(s.Refs)
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b Sentence) int {
		return cmp.Or(cmp.Compare(a.Refs[0], b.Refs[0]), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Context, b.Context))
	})
	return all, c.problems, nil
}

// add notes a sentence. ref is without the line, so that moving code around
// does not change the template.
func (c *collector) add(s Sentence, ref string, line int) {
	if s.ID == "" {
		c.problem(ref, line, "an empty sentence: for gettext that is the catalogue's header")
		return
	}
	key := [2]string{s.Context, s.ID}
	have, ok := c.found[key]
	if !ok {
		have = &s
		c.found[key] = have
	}
	switch {
	case have.Plural == "":
		have.Plural = s.Plural
	case s.Plural != "" && s.Plural != have.Plural:
		c.problem(ref, line, fmt.Sprintf("%q has another plural elsewhere", s.ID))
	}
	if ok {
		have.Hints = append(have.Hints, s.Hints...)
	}
	have.Refs = append(have.Refs, ref)
}

func (c *collector) problem(file string, line int, why string) {
	c.problems = append(c.problems, Problem{fmt.Sprintf("%s:%d", file, line), why})
}
