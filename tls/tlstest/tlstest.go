// Package tlstest has a throwaway certificate authority and TLS servers on
// loopback that show certificates of every kind.
package tlstest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	stdtls "crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"
)

// CA issues certificates for one test.
type CA struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// NewCA makes a certificate authority that nobody has heard of.
func NewCA(t testing.TB) *CA {
	t.Helper()
	ca := &CA{key: NewKey(t)}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial(t), Subject: pkix.Name{CommonName: "Throwaway CA"},
		NotBefore: now.AddDate(-10, 0, 0), NotAfter: now.AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	ca.cert = sign(t, template, template, ca.key.Public(), ca.key)
	return ca
}

// Root is the CA's own certificate, for tls.RootsFrom.
func (ca *CA) Root() *x509.Certificate { return ca.cert }

// Spec describes a certificate. Zero times are an hour ago and in 90 days.
type Spec struct {
	Names     []string // DNS names
	NotBefore time.Time
	NotAfter  time.Time
	Key       crypto.Signer // nil: a new one

	ClientOnly   bool   // made for clients, not for servers
	Organization string // of the subject; of the issuer too, if self-signed
}

// NewKey makes an ECDSA P-256 key.
func NewKey(t testing.TB) crypto.Signer {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// NewRSA makes an RSA key of 2048 bits.
func NewRSA(t testing.TB) crypto.Signer {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Pretend is a key that claims to be public, and signs with another.
func Pretend(public crypto.PublicKey, other crypto.Signer) crypto.Signer {
	return pretender{other, public}
}

type pretender struct {
	crypto.Signer
	public crypto.PublicKey
}

func (p pretender) Public() crypto.PublicKey { return p.public }

// Issue issues a server's certificate.
func (ca *CA) Issue(t testing.TB, s Spec) stdtls.Certificate {
	t.Helper()
	return leaf(t, s, ca.cert, ca.key)
}

// SelfSigned makes a certificate that vouches for itself.
func SelfSigned(t testing.TB, s Spec) stdtls.Certificate {
	t.Helper()
	return leaf(t, s, nil, nil)
}

// IssuedByLeaf makes a certificate that is vouched for by another server's
// certificate, which has no right to.
func IssuedByLeaf(t testing.TB, by stdtls.Certificate, s Spec) stdtls.Certificate {
	t.Helper()
	c := leaf(t, s, by.Leaf, by.PrivateKey.(crypto.Signer))
	c.Certificate = append(c.Certificate, by.Certificate...)
	return c
}

func leaf(t testing.TB, s Spec, parent *x509.Certificate, by crypto.Signer) stdtls.Certificate {
	t.Helper()
	if s.Key == nil {
		s.Key = NewKey(t)
	}
	if s.NotBefore.IsZero() {
		s.NotBefore = time.Now().Add(-time.Hour)
	}
	if s.NotAfter.IsZero() {
		s.NotAfter = time.Now().AddDate(0, 0, 90)
	}
	template := &x509.Certificate{
		SerialNumber: serial(t), DNSNames: s.Names,
		NotBefore: s.NotBefore, NotAfter: s.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if len(s.Names) > 0 && len(s.Names[0]) <= 64 {
		template.Subject.CommonName = s.Names[0]
	}
	if s.ClientOnly {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	if s.Organization != "" {
		template.Subject.Organization = []string{s.Organization}
	}
	if parent == nil {
		parent, by = template, s.Key
	}
	c := sign(t, template, parent, s.Key.Public(), by)
	return stdtls.Certificate{Certificate: [][]byte{c.Raw}, PrivateKey: s.Key, Leaf: c}
}

func sign(t testing.TB, template, parent *x509.Certificate, pub crypto.PublicKey, by crypto.Signer) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, pub, by)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func serial(t testing.TB) *big.Int {
	t.Helper()
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
