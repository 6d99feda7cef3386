package story

import (
	"image"
	"image/color"
	"image/draw"
)

// desk is the colour around two screens in one picture.
var desk = color.RGBA{0xb9, 0xb4, 0xae, 0xff}

// off is the colour of a screen whose program does not run.
var off = color.RGBA{0x96, 0x91, 0x8b, 0xff}

// SideBySide is one picture of all screens, Ana's at the left.
func (p *Play) SideBySide() (*image.RGBA, error) {
	const margin = 24
	people := p.People()
	all := image.NewRGBA(image.Rect(0, 0, margin+len(people)*(Width+margin), Height+2*margin))
	draw.Draw(all, all.Bounds(), image.NewUniform(desk), image.Point{}, draw.Src)
	for i, who := range people {
		at := image.Rect(0, 0, Width, Height).Add(image.Pt(margin+i*(Width+margin), margin))
		if !who.Running() {
			draw.Draw(all, at, image.NewUniform(off), image.Point{}, draw.Src)
			continue
		}
		img, err := who.Picture()
		if err != nil {
			return nil, err
		}
		draw.Draw(all, at, img, image.Point{}, draw.Src)
	}
	return all, nil
}
