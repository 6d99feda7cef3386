package gui

import (
	"math"
	"strconv"
	"testing"

	"github.com/gotk3/gotk3/gdk"

	"hushwing/gui/model"
)

// linear is a colour's part in linear light (sRGB).
func linear(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func luminance(c *gdk.RGBA) float64 {
	return 0.2126*linear(c.GetRed()) + 0.7152*linear(c.GetGreen()) + 0.0722*linear(c.GetBlue())
}

// contrast is WCAG's, 1 to 21.
func contrast(a, b *gdk.RGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// seen is a colour in linear light as it looks to people who see red (protan) or
// green (deutan) otherwise: Machado, Oliveira and Fernandes 2009, whole severity.
func seen(c *gdk.RGBA, m [9]float64) [3]float64 {
	r, g, b := linear(c.GetRed()), linear(c.GetGreen()), linear(c.GetBlue())
	var out [3]float64
	for i := range out {
		out[i] = math.Cbrt(max(m[3*i]*r+m[3*i+1]*g+m[3*i+2]*b, 0)) // about as the eye takes it
	}
	return out
}

var eyes = map[string][9]float64{
	"all":    {1, 0, 0, 0, 1, 0, 0, 0, 1},
	"protan": {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
	"deutan": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
}

// TestMarkColours reads the accounts' colours off the widgets: the number can be
// read on each, and each is told from the others by all eyes.
func TestMarkColours(t *testing.T) {
	s := playScene(t, "list-accounts", 1000, 680)
	for name, scheme := range map[string]int{"light": schemeLight, "dark": schemeDark} {
		onUI(t, func() { setColorScheme(scheme) })
		s.frames()
		onUI(t, func() {
			var all []*gdk.RGBA
			for i := range model.MarkColours {
				ctx := must(s.w.main.left.header.GetStyleContext())
				back, ok := ctx.LookupColor("hw_mark_" + strconv.Itoa(i))
				if !ok {
					t.Fatal("no such colour")
				}
				if c := contrast(back, gdk.NewRGBA(1, 1, 1, 1)); c < 4.5 {
					t.Errorf("%s: the number %d has a contrast of %.1f", name, i+1, c)
				}
				all = append(all, back)
			}
			for eye, m := range eyes {
				for i := range all {
					for j := range i {
						a, b := seen(all[i], m), seen(all[j], m)
						d := math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
						if d < 0.15 {
							t.Errorf("%s: %s eyes hardly tell %d from %d: %.2f", name, eye, j+1, i+1, d)
						}
					}
				}
			}
		})
	}
	onUI(t, func() { setColorScheme(schemeSystem) })
}
