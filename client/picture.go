package client

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
)

// Picture is a picture of a server's form, decoded and laid on white: what a
// window shows was written here, not there. Width and Height are in pixels, at
// least 1; RGB has three bytes for each, row by row from the top, without gaps.
// It is never changed.
type Picture struct {
	Width, Height int
	RGB           []byte
}

// Bounds of a picture. Puzzles are some 200 by 70 pixels.
const (
	maxPictureSide   = 1000
	maxPicturePixels = 250_000
)

var errPicture = errors.New("client: not a picture that can be shown")

// formats are those that are decoded, by how a file begins. Go's decoders are
// safe in memory; time and space are bounded by the bytes of the file, which
// package xmpp bounds, and by the size that its head tells.
var formats = []struct {
	magic  string
	config func([]byte) (image.Config, error)
	decode func([]byte) (image.Image, error)
}{
	{
		"\x89PNG",
		func(b []byte) (image.Config, error) { return png.DecodeConfig(bytes.NewReader(b)) },
		func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) },
	},
	{
		"\xff\xd8",
		func(b []byte) (image.Config, error) { return jpeg.DecodeConfig(bytes.NewReader(b)) },
		func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
	},
	{
		"GIF8",
		func(b []byte) (image.Config, error) { return gif.DecodeConfig(bytes.NewReader(b)) },
		func(b []byte) (image.Image, error) { return gif.Decode(bytes.NewReader(b)) }, // the first frame alone
	},
}

// decodePicture reads a picture: its size first, and its pixels only if that is
// within the bounds. Of one that moves it takes the first frame.
func decodePicture(file []byte) (*Picture, error) {
	for _, f := range formats {
		if !bytes.HasPrefix(file, []byte(f.magic)) {
			continue
		}
		c, err := f.config(file)
		if err != nil || c.Width < 1 || c.Height < 1 || c.Width > maxPictureSide || c.Height > maxPictureSide ||
			c.Width*c.Height > maxPicturePixels {
			return nil, errPicture
		}
		img, err := f.decode(file)
		// A frame of a GIF may lie anywhere in the picture, but not beyond it.
		if err != nil || !img.Bounds().In(image.Rect(0, 0, c.Width, c.Height)) {
			return nil, errPicture
		}
		return onWhite(img, c.Width, c.Height), nil
	}
	return nil, errPicture
}

// onWhite lays a picture on white: black letters on nothing are not to be read
// in a dark window.
func onWhite(img image.Image, width, height int) *Picture {
	canvas := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(canvas, canvas.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(canvas, img.Bounds(), img, img.Bounds().Min, draw.Over)
	p := &Picture{Width: width, Height: height, RGB: make([]byte, 0, 3*width*height)}
	for i := 0; i < len(canvas.Pix); i += 4 {
		p.RGB = append(p.RGB, canvas.Pix[i:i+3]...)
	}
	return p
}
