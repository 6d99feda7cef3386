package journey

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"

	"hushwing/client"
	"hushwing/internal/lab"
	"hushwing/tls"
	"hushwing/xmpp"
)

// worldEnv tells a Remote whose certificates count and whom to ask for names.
const worldEnv = "HUSHWING_JOURNEY_WORLD"

type worldSetting struct {
	CA        []byte // DER
	Resolvers []xmpp.Resolver
}

// WorldOf is for a Remote's environment: it trusts the lab's certificates, and
// asks the lab's resolver. Without it, it trusts and asks whom everybody does.
func WorldOf(l *lab.Lab) (string, error) {
	r, err := l.Resolver()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(worldSetting{l.Prosody().CA().Raw, Resolvers(r)})
	return worldEnv + "=" + string(text), err
}

// inWorld sets what WorldOf has said.
func inWorld(o *client.Options) error {
	text := os.Getenv(worldEnv)
	if text == "" {
		return nil
	}
	var w worldSetting
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return fmt.Errorf("journey: %w", err)
	}
	ca, err := x509.ParseCertificate(w.CA)
	if err != nil {
		return fmt.Errorf("journey: %w", err)
	}
	o.Roots, o.Resolvers = tls.RootsFrom(ca), w.Resolvers
	return nil
}
