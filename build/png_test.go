package build_test

import (
	"fmt"
	"image/png"
	"os"
	"testing"
)

// pngSide is the size of a picture, as the folders of icons write it.
func pngSide(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	c, err := png.DecodeConfig(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return fmt.Sprintf("%dx%d", c.Width, c.Height)
}
