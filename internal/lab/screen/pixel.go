package screen

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image/color"
	"os"
)

// Pixels looks at single pixels of a screen: cheap enough to wait for a first
// frame. Close it after use.
type Pixels struct {
	file        *os.File
	start, line int
}

// Pixels opens the screen's frame buffer.
func (s *Screen) Pixels() (*Pixels, error) {
	f, err := os.Open(s.run.Path("fb", "Xvfb_screen0"))
	if err != nil {
		return nil, fmt.Errorf("screen: %w", err)
	}
	head := make([]byte, 100)
	if _, err := f.ReadAt(head, 0); err != nil {
		return nil, errors.Join(fmt.Errorf("screen: %w", err), f.Close())
	}
	field := func(i int) int { return int(binary.BigEndian.Uint32(head[4*i:])) }
	return &Pixels{file: f, start: field(0) + 12*field(19), line: field(12)}, nil
}

// At is the colour of a pixel. A screen without windows is black.
func (p *Pixels) At(x, y int) (color.RGBA, error) {
	b := make([]byte, 4)
	if _, err := p.file.ReadAt(b, int64(p.start+y*p.line+4*x)); err != nil {
		return color.RGBA{}, fmt.Errorf("screen: %w", err)
	}
	return color.RGBA{b[2], b[1], b[0], 0xff}, nil
}

// Close closes the frame buffer.
func (p *Pixels) Close() error { return p.file.Close() }
