package lab

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// authority is a certificate authority of the lab.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// sign makes a certificate from a template that lacks a serial number.
func sign(template, parent *x509.Certificate, public crypto.PublicKey, by *ecdsa.PrivateKey) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	return x509.CreateCertificate(rand.Reader, template, parent, public, by)
}

func newAuthority(name string) (*authority, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-24 * time.Hour),
		NotAfter:              time.Now().AddDate(10, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := sign(template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &authority{cert: cert, key: key}, err
}

// keptAuthority reads an authority from dir, or makes one and keeps it there.
func keptAuthority(dir, name string) (*authority, error) {
	certFile, keyFile := filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key")
	certPEM, err := os.ReadFile(certFile)
	if errors.Is(err, os.ErrNotExist) {
		a, err := newAuthority("Hushwing lab " + name)
		if err != nil {
			return nil, fmt.Errorf("lab: make %s: %w", name, err)
		}
		if err := writeKey(keyFile, a.key); err != nil {
			return nil, err
		}
		return a, writePEM(certFile, "CERTIFICATE", a.cert.Raw)
	}
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	block, _ := pem.Decode(certPEM)
	if block == nil {
		return nil, fmt.Errorf("lab: %s is damaged", certFile)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("lab: %s: %w", certFile, err)
	}
	key, err := readKey(keyFile)
	return &authority{cert: cert, key: key}, err
}

func readKey(file string) (*ecdsa.PrivateKey, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("lab: %s is damaged", file)
	}
	key, err := x509.ParseECPrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("lab: %s: %w", file, err)
	}
	return key, nil
}

func writeKey(file string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	return writePEM(file, "EC PRIVATE KEY", der)
}

// writePEM replaces file in one step: a server may be about to read it.
func writePEM(file, kind string, ders ...[]byte) error {
	var b bytes.Buffer
	for _, der := range ders {
		if err := pem.Encode(&b, &pem.Block{Type: kind, Bytes: der}); err != nil {
			return fmt.Errorf("lab: %w", err)
		}
	}
	if err := os.WriteFile(file+".new", b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	return nil
}

// papers are the certificates of a server, in a folder, with the CA that they
// come from.
type papers struct {
	dir string
	ca  *authority
}

func (p papers) certFile(domain string) string { return filepath.Join(p.dir, domain+".crt") }
func (p papers) keyFile(domain string) string  { return filepath.Join(p.dir, domain+".key") }

// first sees to it that each domain has a certificate.
func (p papers) first(domains []string) error {
	for _, d := range domains {
		if _, err := os.Stat(p.certFile(d)); err == nil {
			continue
		}
		if err := p.issue(d, Rekey); err != nil {
			return err
		}
	}
	return nil
}

// issue writes domain's certificate (and key) of the kind how.
func (p papers) issue(domain string, how How) error {
	keyFile := p.keyFile(domain)
	keepsKey := how == Renew || how == Expired || how == WrongName
	var key *ecdsa.PrivateKey
	var err error
	if keepsKey {
		key, err = readKey(keyFile)
	} else if key, err = newKey(); err == nil {
		err = writeKey(keyFile, key)
	}
	if err != nil {
		return err
	}

	chain, err := p.ca.certify(domain, how, key)
	if err != nil {
		return err
	}
	return writePEM(p.certFile(domain), "CERTIFICATE", chain...)
}

// certify makes a certificate of the kind how for domain and key, with what
// vouches for it.
func (a *authority) certify(domain string, how How, key *ecdsa.PrivateKey) (chain [][]byte, err error) {
	now := time.Now()
	name, by := domain, a
	from, to := now.Add(-time.Hour), now.AddDate(1, 0, 0)
	switch how {
	case Renew, Rekey, SelfSigned:
	case OtherCA:
		if by, err = newAuthority("Hushwing lab other CA"); err != nil {
			return nil, fmt.Errorf("lab: %w", err)
		}
	case Expired:
		from, to = now.AddDate(0, 0, -30), now.AddDate(0, 0, -1)
	case WrongName:
		name = "wrong.test"
	default:
		return nil, fmt.Errorf("lab: no such kind of certificate: %q", how)
	}
	template := &x509.Certificate{
		DNSNames:    []string{name},
		NotBefore:   from,
		NotAfter:    to,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if len(name) <= 64 { // an onion address fits exactly; longer ones may not be common names
		template.Subject.CommonName = name
	}
	if how == SelfSigned {
		by = &authority{cert: template, key: key}
	}
	leaf, err := sign(template, by.cert, &key.PublicKey, by.key)
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	if how == SelfSigned {
		return [][]byte{leaf}, nil
	}
	return [][]byte{leaf, by.cert.Raw}, nil
}

// shown is an error unless the server at address ("host:port") shows domain's
// certificate as it is on disk. Trust is no matter here: bytes are compared.
func (p papers) shown(ctx context.Context, address, domain string) error {
	data, err := os.ReadFile(p.certFile(domain))
	if err != nil {
		return err
	}
	want, _ := pem.Decode(data)
	d := tls.Dialer{NetDialer: &net.Dialer{Timeout: 2 * time.Second}, Config: &tls.Config{ServerName: domain, InsecureSkipVerify: true}}
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	got := c.(*tls.Conn).ConnectionState().PeerCertificates[0].Raw
	if !bytes.Equal(got, want.Bytes) {
		return fmt.Errorf("lab: %s has another certificate still", domain)
	}
	return nil
}
