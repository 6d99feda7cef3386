package secret_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"hushwing/secret"
)

func TestTextNeverShows(t *testing.T) {
	const word = "hoot-in-the-dark"
	s := secret.New(word)
	holder := struct{ Name, Pass any }{"ana", s}
	nested := struct{ P secret.Text }{s}

	var log bytes.Buffer
	l := slog.New(slog.NewJSONHandler(&log, nil))
	l.Info("x", "p", s, "h", holder, "n", nested)
	l = slog.New(slog.NewTextHandler(&log, nil))
	l.Info("x", "p", s, "h", holder, "n", nested)
	log.WriteString(fmt.Sprint(s, holder, nested, &nested))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
		fmt.Fprintf(&log, verb+verb+verb, s, nested, &nested)
	}
	hexed := fmt.Sprintf("%x", word)
	if out := log.String(); strings.Contains(out, word) || strings.Contains(strings.ToLower(out), hexed) {
		t.Errorf("the secret shows:\n%s", out)
	}
	if _, err := json.Marshal(nested); err == nil {
		t.Error("JSON took a secret")
	}
	if _, err := xml.Marshal(nested); err == nil {
		t.Error("XML took a secret")
	}
	if err := gob.NewEncoder(&log).Encode(nested); err == nil {
		t.Error("gob took a secret")
	}
	if s.Export() != word || s.IsZero() || !(secret.Text{}).IsZero() {
		t.Error("Export or IsZero is wrong")
	}
}
