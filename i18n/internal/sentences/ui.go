package sentences

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// uiFile collects from one GtkBuilder file: every element with
// translatable="yes".
func (c *collector) uiFile(name string, raw []byte) error {
	d := xml.NewDecoder(bytes.NewReader(raw))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		var s Sentence
		translatable := false
		for _, a := range start.Attr {
			switch a.Name.Local {
			case "translatable":
				translatable = a.Value == "yes" || a.Value == "true"
			case "context":
				s.Context = a.Value
			case "comments":
				s.Hints = []string{a.Value}
			}
		}
		if !translatable {
			continue
		}
		line, _ := d.InputPos()
		var text struct {
			Text string `xml:",chardata"`
		}
		if err := d.DecodeElement(&text, &start); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.ID = text.Text
		c.add(s, name, line)
	}
}
