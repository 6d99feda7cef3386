package tor_test

import (
	"errors"
	"testing"

	"hushwing/tor"
)

func TestTypedByHand(t *testing.T) {
	for typed, want := range map[string]string{
		"9050":                "127.0.0.1:9050",
		" 127.0.0.1:9150\n":   "127.0.0.1:9150",
		"127.8.9.10:09":       "127.8.9.10:9",
		"localhost:9050":      "127.0.0.1:9050",
		"LocalHost:9050":      "127.0.0.1:9050",
		"[::1]:9050":          "[::1]:9050",
		"/run/tor/socks":      "unix:/run/tor/socks",
		"unix:/run/tor/socks": "unix:/run/tor/socks",
		// Whoever can read along on the way to it would see what Tor is to hide.
		"192.168.1.1:9050": "", "10.0.0.1:9050": "", "93.184.216.34:9050": "",
		"[fe80::1]:9050": "", "0.0.0.0:9050": "", "[::]:9050": "",
		// no name is looked up
		"tor.example:9050": "", "localhost.:9050": "", "localhost": "",
		"": "", "0": "", "65536": "", "127.0.0.1": "", "127.0.0.1:": "", ":9050": "",
		"127.0.0.1:http": "", "unix:": "", "unix:socks": "", "socks5://127.0.0.1:9050": "",
		"/run/\x00": "",
	} {
		e, err := tor.ByHand(typed)
		if want == "" {
			var bad *tor.Error
			if !errors.As(err, &bad) || bad.Reason != tor.BadSetting {
				t.Errorf("%q: %v, %v", typed, e, err)
			}
			continue
		}
		if err != nil || e.String() != want || e.From != tor.FromHand {
			t.Errorf("%q: %v, %v; want %s", typed, e, err, want)
			continue
		}
		if again, err := tor.ByHand(e.String()); err != nil || again != e {
			t.Errorf("%q: read again: %v, %v", typed, again, err)
		}
	}
}
