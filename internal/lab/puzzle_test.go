package lab

import "testing"

// TestReadPuzzle: what was drawn is read, and a digit with a dot too few is none.
func TestReadPuzzle(t *testing.T) {
	img := drawPuzzle("0123456789")
	b := img.Bounds()
	var rgb []byte
	for y := range b.Dy() {
		for x := range b.Dx() {
			r, g, bl, _ := img.At(x, y).RGBA()
			rgb = append(rgb, byte(r>>8), byte(g>>8), byte(bl>>8))
		}
	}
	if got, err := ReadPuzzle(b.Dx(), b.Dy(), rgb); err != nil || got != "0123456789" {
		t.Errorf("read %q, %v", got, err)
	}
	for i := range rgb {
		rgb[i] = 0xff
	}
	if got, err := ReadPuzzle(b.Dx(), b.Dy(), rgb); err == nil {
		t.Errorf("read %q where nothing is", got)
	}
}
