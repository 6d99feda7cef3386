package screen

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
)

// Image is what the screen shows.
func (s *Screen) Image() (*image.RGBA, error) {
	// Xvfb keeps its frame buffer in this file (-fbdir), mapped into memory.
	data, err := os.ReadFile(s.run.Path("fb", "Xvfb_screen0"))
	if err != nil {
		return nil, fmt.Errorf("screen: %w", err)
	}
	return decodeXWD(data)
}

// Screenshot writes what the screen shows to a PNG file.
func (s *Screen) Screenshot(path string) error {
	img, err := s.Image()
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("screen: %w", err)
	}
	err = png.Encode(f, img)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("screen: %s: %w", path, err)
	}
	return nil
}

// decodeXWD reads a picture in the format of xwd (XWDFile.h), of the one kind
// that Xvfb makes of a screen 24 bits deep: 32 bits a pixel, least byte first.
func decodeXWD(data []byte) (*image.RGBA, error) {
	const fields = 25
	if len(data) < 4*fields {
		return nil, errors.New("screen: the frame buffer is cut short")
	}
	field := func(i int) int { return int(binary.BigEndian.Uint32(data[4*i:])) }
	headerSize, width, height, byteOrder := field(0), field(4), field(5), field(7)
	bits, lineSize, colors := field(11), field(12), field(19)
	if field(1) != 7 || bits != 32 || byteOrder != 0 {
		return nil, fmt.Errorf("screen: version %d, %d bits a pixel, byte order %d", field(1), bits, byteOrder)
	}
	const colorSize = 12
	start := headerSize + colors*colorSize
	if width <= 0 || height <= 0 || lineSize < 4*width || len(data) < start+height*lineSize {
		return nil, errors.New("screen: the frame buffer is cut short")
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		line := data[start+y*lineSize:]
		out := img.Pix[y*img.Stride:]
		for x := range width {
			out[4*x], out[4*x+1], out[4*x+2], out[4*x+3] = line[4*x+2], line[4*x+1], line[4*x], 0xff
		}
	}
	return img, nil
}
