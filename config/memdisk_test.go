package config

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// memDisk is a folder on a disk that can fail, or lose its power, at any step.
// It keeps apart what a program sees and what lasts: the content of a file
// lasts after Sync, names last after syncDir. What was not synced may be there
// after a power cut, or not, or (content) in part.
type memDisk struct {
	mu      sync.Mutex
	seen    map[string]*inode // what the program sees
	lasting map[string]*inode // what is sure to be there
	pending []dirOp           // changes of names since syncDir

	steps []string // the steps so far
	plan  plan
	dead  bool
}

type inode struct{ seen, lasting []byte }

// dirOp is one change of names; a rename is one, as in a journal.
type dirOp func(map[string]*inode)

// plan says what goes wrong, and at which step (from 1; 0: nothing).
type plan struct {
	at      int
	err     error // the step's error; nil: the power is cut before the step
	after   bool  // the step is done all the same
	short   bool  // a write is done by half
	forever bool  // all later steps fail too
}

var errPower = errors.New("the power is gone")

func newMemDisk() *memDisk {
	return &memDisk{seen: map[string]*inode{}, lasting: map[string]*inode{}}
}

// step counts a step and says how it goes: do tells whether it is done.
func (d *memDisk) step(format string, args ...any) (do bool, err error) {
	if d.dead {
		return false, errPower
	}
	d.steps = append(d.steps, fmt.Sprintf(format, args...))
	n := len(d.steps)
	if d.plan.at == 0 || n < d.plan.at || (n > d.plan.at && !d.plan.forever) {
		return true, nil
	}
	if d.plan.err == nil {
		d.dead = true
		return false, errPower
	}
	return d.plan.after, d.plan.err
}

// touch applies a change of names for the program and remembers it.
func (d *memDisk) touch(op dirOp) {
	op(d.seen)
	d.pending = append(d.pending, op)
}

func (d *memDisk) create(name string) (file, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	do, err := d.step("create %s", name)
	if do {
		if old, ok := d.seen[name]; ok {
			old.seen = nil
		} else {
			node := &inode{}
			d.touch(func(dir map[string]*inode) { dir[name] = node })
		}
	}
	if err != nil {
		return nil, err
	}
	return &memFile{d, name, d.seen[name]}, nil
}

func (d *memDisk) reopen(name string) (file, int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	node, ok := d.seen[name]
	if !ok {
		return nil, 0, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if _, err := d.step("reopen %s", name); err != nil {
		return nil, 0, err
	}
	return &memOver{memFile: memFile{d, name, node}}, len(node.seen), nil
}

// memOver is a file that is written over from its beginning.
type memOver struct {
	memFile
	at int
}

func (f *memOver) Write(b []byte) (int, error) {
	rest := f.node.seen
	f.node.seen = slices.Clone(f.node.seen[:f.at])
	n, err := f.memFile.Write(b)
	f.at += n
	if f.at < len(rest) {
		f.node.seen = append(f.node.seen, rest[f.at:]...)
	}
	return n, err
}

func (d *memDisk) read(name string) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return nil, errPower
	}
	node, ok := d.seen[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return slices.Clone(node.seen), nil
}

func (d *memDisk) rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	do, err := d.step("rename %s", from)
	if _, ok := d.seen[from]; !ok && err == nil {
		return fs.ErrNotExist
	}
	if do {
		node := d.seen[from]
		d.touch(func(dir map[string]*inode) {
			delete(dir, from)
			dir[to] = node
		})
	}
	return err
}

func (d *memDisk) remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.seen[name]; !ok {
		return nil
	}
	do, err := d.step("remove %s", name)
	if do {
		d.touch(func(dir map[string]*inode) { delete(dir, name) })
	}
	return err
}

func (d *memDisk) syncDir() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	do, err := d.step("sync the folder")
	if do {
		d.lasting = maps.Clone(d.seen)
		d.pending = nil
	}
	return err
}

type memFile struct {
	d    *memDisk
	name string
	node *inode
}

func (f *memFile) Write(b []byte) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	total := 0
	for _, part := range [][]byte{b[:len(b)/2], b[len(b)/2:]} { // two steps: a disk takes a file in pieces
		do, err := f.d.step("write %s", f.name)
		if !do && err != nil && f.d.plan.short && !f.d.dead {
			part, do = part[:len(part)/2], true
			if errors.Is(err, errShort) {
				err = nil // a write that lies about nothing but its length
				f.node.seen = append(f.node.seen, part...)
				return total + len(part), nil
			}
		}
		if do {
			f.node.seen = append(f.node.seen, part...)
			total += len(part)
		}
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// errShort makes a write come back short without an error.
var errShort = errors.New("short")

func (f *memFile) Sync() error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	do, err := f.d.step("sync %s", f.name)
	if do {
		f.node.lasting = slices.Clone(f.node.seen)
	}
	return err
}

func (f *memFile) Close() error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	_, err := f.d.step("close %s", f.name)
	return err
}

// clone copies a disk as the program sees it, all of it lasting, without plan.
func (d *memDisk) clone() *memDisk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return settled(d.seen, func(n *inode) []byte { return n.seen })
}

// settled is a disk after a start of the machine.
func settled(dir map[string]*inode, content func(*inode) []byte) *memDisk {
	to := newMemDisk()
	for name, n := range dir {
		c := slices.Clone(content(n))
		to.seen[name] = &inode{c, slices.Clone(c)}
	}
	to.lasting = maps.Clone(to.seen)
	return to
}

// revive lets a new process go on where one was killed; the power is cut some
// steps later.
func (d *memDisk) revive(cut int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = false
	d.plan = plan{at: len(d.steps) + cut}
}

// extremes returns the disk with everything that is not synced lost, and with
// everything kept.
func (d *memDisk) extremes() []*memDisk {
	d.mu.Lock()
	lost := settled(d.lasting, func(n *inode) []byte { return n.lasting })
	d.mu.Unlock()
	return []*memDisk{lost, d.clone()}
}

// remains returns every disk that a power cut now may leave: any part of the
// unsynced names with unsynced content lost, cut, zeroed or kept.
func (d *memDisk) remains() []*memDisk {
	d.mu.Lock()
	defer d.mu.Unlock()
	contents := []func(*inode) []byte{
		func(n *inode) []byte { return n.lasting },
		func(n *inode) []byte { return n.seen },
		func(n *inode) []byte {
			if slices.Equal(n.seen, n.lasting) {
				return n.seen
			}
			return n.seen[:len(n.seen)/2]
		},
		func(n *inode) []byte {
			if slices.Equal(n.seen, n.lasting) {
				return n.seen
			}
			return make([]byte, len(n.seen))
		},
	}
	var all []*memDisk
	known := map[string]bool{}
	for _, subset := range subsets(len(d.pending)) {
		dir := maps.Clone(d.lasting)
		for i, op := range d.pending {
			if subset&(1<<i) != 0 {
				op(dir)
			}
		}
		for _, content := range contents {
			left := settled(dir, content)
			if key := left.hash(); !known[key] {
				known[key] = true
				all = append(all, left)
			}
		}
	}
	return all
}

// subsets returns the sets of n things, as bits: all of them or, of many, those
// that keep or lose a beginning, or a single one.
func subsets(n int) (sets []int) {
	all := 1<<n - 1
	if n <= 5 {
		for set := range all + 1 {
			sets = append(sets, set)
		}
		return sets
	}
	for i := range n {
		begin := 1<<i - 1
		sets = append(sets, begin, all&^begin, 1<<i, all&^(1<<i))
	}
	return append(sets, all)
}

// hash tells disks apart by what they hold.
func (d *memDisk) hash() string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(d.seen)) {
		fmt.Fprintf(h, "%s %x\n", name, d.seen[name].seen)
	}
	return string(h.Sum(nil))
}

func (d *memDisk) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return fmt.Sprintf("names %v after %s", slices.Sorted(maps.Keys(d.seen)), strings.Join(d.steps, ", "))
}

// troubles are the ways in which a step can fail without a power cut.
var troubles = []struct {
	name string
	plan plan
	want error
}{
	{"full", plan{err: syscall.ENOSPC}, ErrFull},
	{"full after half a write", plan{err: syscall.ENOSPC, short: true}, ErrFull},
	{"full for ever", plan{err: syscall.ENOSPC, forever: true}, ErrFull},
	{"broken", plan{err: syscall.EIO}, ErrDisk},
	{"broken after the step", plan{err: syscall.EIO, after: true}, ErrDisk},
	{"broken for ever", plan{err: syscall.EIO, forever: true}, ErrDisk},
	{"short write", plan{err: errShort, short: true}, ErrDisk},
	{"read-only", plan{err: syscall.EROFS, forever: true}, ErrReadOnly},
}
