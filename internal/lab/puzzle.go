package lab

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
)

// This file draws the pictures that a person has to read before ejabberd makes
// an account (its captcha_cmd), and reads them as a person would: by what is on
// the screen, not by what was drawn.

// glyphs are the digits, in three columns and five rows.
var glyphs = [10]string{
	"### # # # # ###", " # ##  #  # ###", "###  #####  ###", "###  ####  ####", "# ## ####  #  #",
	"####  ###  ####", "####  #### ####", "###  #  #  #  #", "#### ##### ####", "#### ####  ####",
}

const (
	dotSide  = 7           // of a dot of a digit, in pixels
	dotsWide = 4           // of a digit with the gap after it
	margin   = 2 * dotSide // around all
)

// drawPuzzle draws digits.
func drawPuzzle(text string) image.Image {
	img := image.NewGray(image.Rect(0, 0, 2*margin+len(text)*dotsWide*dotSide, 2*margin+5*dotSide))
	for i := range img.Pix {
		img.Pix[i] = 0xee
	}
	for n, c := range text {
		for i, dot := range glyphs[c-'0'] {
			if dot != '#' {
				continue
			}
			x0, y0 := margin+(n*dotsWide+i%3)*dotSide, margin+i/3*dotSide
			for y := range dotSide {
				for x := range dotSide {
					img.SetGray(x0+x, y0+y, color.Gray{Y: 0x22})
				}
			}
		}
	}
	return img
}

// ReadPuzzle reads a picture of ejabberd's: rows of three bytes for a pixel.
func ReadPuzzle(width, height int, rgb []byte) (string, error) {
	if height != 2*margin+5*dotSide || len(rgb) != 3*width*height {
		return "", fmt.Errorf("lab: a picture of %d x %d pixels", width, height)
	}
	var out strings.Builder
	for n := range (width - 2*margin) / (dotsWide * dotSide) {
		var seen strings.Builder
		for i := range 15 {
			x, y := margin+(n*dotsWide+i%3)*dotSide+dotSide/2, margin+i/3*dotSide+dotSide/2
			if rgb[3*(y*width+x)] < 0x80 {
				seen.WriteByte('#')
			} else {
				seen.WriteByte(' ')
			}
		}
		digit := -1
		for d, g := range glyphs {
			if g == seen.String() {
				digit = d
			}
		}
		if digit < 0 {
			return "", fmt.Errorf("lab: digit %d cannot be read: %q", n, seen.String())
		}
		fmt.Fprint(&out, digit)
	}
	return out.String(), nil
}

// puzzler draws what the script is asked for. The two meet at named pipes: the
// script writes which digits, and waits for a line.
type puzzler struct {
	dir string
	ask *os.File
}

const puzzleScript = `#!/bin/sh
cd "${0%/*}" || exit 1
printf '%s\n' "$1" >ask
while [ ! -s "$1.png" ]; do read -r _ <drawn || exit 1; done
exec cat "$1.png"
`

// command is what ejabberd is to call.
func (p *puzzler) command() string { return filepath.Join(p.dir, "draw") }

func newPuzzler(dir string) (*puzzler, error) {
	p := &puzzler{dir: dir}
	err := os.MkdirAll(dir, 0o700)
	for _, pipe := range []string{"ask", "drawn"} {
		if err == nil {
			err = makePipe(filepath.Join(dir, pipe))
		}
	}
	if err == nil {
		err = os.WriteFile(p.command(), []byte(puzzleScript), 0o700)
	}
	if err == nil {
		p.ask, err = os.OpenFile(filepath.Join(dir, "ask"), os.O_RDWR, 0) // it is open for writing, too: never at its end
	}
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	drawn, err := os.OpenFile(filepath.Join(dir, "drawn"), os.O_RDWR, 0)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lab: %w", err), p.ask.Close())
	}
	go p.draw(drawn)
	return p, nil
}

// draw works until close.
func (p *puzzler) draw(drawn *os.File) {
	defer drawn.Close()
	for in := bufio.NewScanner(p.ask); in.Scan(); {
		text := in.Text()
		if text == "" || strings.Trim(text, "0123456789") != "" {
			continue
		}
		var b bytes.Buffer
		_ = png.Encode(&b, drawPuzzle(text)) // a Buffer does not fail
		whole := filepath.Join(p.dir, text+".png")
		if os.WriteFile(whole+"~", b.Bytes(), 0o600) == nil && os.Rename(whole+"~", whole) == nil {
			_, _ = drawn.WriteString("\n")
		}
	}
}

func (p *puzzler) close() {
	if p != nil {
		_ = p.ask.Close()
	}
}
