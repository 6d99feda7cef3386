package lab

import (
	"crypto/x509"
	"errors"
)

// Prosody is an XMPP server for example.test and for its own onion address,
// each with a certificate of the lab's CA. It offers in-band registration
// without throttle, SCRAM over hashed passwords, stream management, blocking
// and offline messages; no federation. Its methods are safe for concurrent use.
type Prosody struct{}

// Domain is "example.test".
func (p *Prosody) Domain() string { return "example.test" }

// Onion is the server's onion address, which is a domain of its own as well:
// ana@example.test and ana@xyz.onion are two accounts.
func (p *Prosody) Onion() string { return "" }

// Addr is the loopback address, "127.N.1.1", with the ports 5222 (STARTTLS) and
// 5223 (direct TLS), which the onion address has, too.
func (p *Prosody) Addr() string { return "" }

// CA is the root that the server's certificates come from.
func (p *Prosody) CA() *x509.Certificate { return nil }

// AddUser makes an account on both domains.
func (p *Prosody) AddUser(user, password string) error { return errors.New("lab: not here yet") }

// Stop ends the server as a crash would. Onion and address stay reserved.
func (p *Prosody) Stop() error { return errors.New("lab: not here yet") }

// Restart starts the server (again) and waits until it answers.
func (p *Prosody) Restart() error { return errors.New("lab: not here yet") }

// How says what a new certificate is like.
type How string

// The certificates that SetCert knows. Those that are not said to keep the key
// come with a new one.
const (
	Renew      How = "renew"      // the same key, new dates
	Rekey      How = "rekey"      // a new key, otherwise in order
	OtherCA    How = "otherca"    // a new key, from another CA
	SelfSigned How = "selfsigned" // a new key, its own issuer
	Expired    How = "expired"    // the same key, over since yesterday
	WrongName  How = "wrongname"  // the same key, for wrong.test
)

// SetCert changes the certificates of both domains in the running server and
// returns when it serves them. Open connections stay as they are.
func (p *Prosody) SetCert(how How) error { return errors.New("lab: not here yet") }

// ServerOptions are what a real server may be configured to.
type ServerOptions struct {
	NoRegistration bool // in-band registration is not offered
	NoTLS          bool // STARTTLS is neither offered nor required on 5222; 5223 is closed
	NoSCRAM        bool // PLAIN alone (inside TLS)
	Form           bool // registration asks for more than a name and a password
}

// Configure changes the server's configuration by a restart.
func (p *Prosody) Configure(o ServerOptions) error { return errors.New("lab: not here yet") }

// SetRegistration is Configure for in-band registration alone.
func (p *Prosody) SetRegistration(on bool) error { return errors.New("lab: not here yet") }
