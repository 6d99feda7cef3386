package lab

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

var certFingerprint = regexp.MustCompile(`(?m)^fingerprint ([0-9A-F]{40})$`)

// authorityKeys makes the keys of a directory authority in its data folder,
// unless it has them, and returns its DirAuthority line.
func authorityKeys(ctx context.Context, gencert, dir, name, addr string) (line, fingerprint string, err error) {
	keys := filepath.Join(dir, "keys")
	if err := os.MkdirAll(keys, 0o700); err != nil {
		return "", "", fmt.Errorf("lab: %w", err)
	}
	fingerprint, err = relayIdentity(filepath.Join(keys, "secret_id_key"))
	if err != nil {
		return "", "", err
	}
	certFile := filepath.Join(keys, "authority_certificate")
	if _, err := os.Stat(certFile); err != nil {
		cmd := exec.CommandContext(ctx, gencert, "--create-identity-key", "--passphrase-fd", "0", "-m", "12", "-a", addr+":9030")
		cmd.Dir = keys
		cmd.Stdin = strings.NewReader("\n")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", "", fmt.Errorf("lab: tor-gencert: %w\n%s", err, out)
		}
	}
	cert, err := os.ReadFile(certFile)
	if err != nil {
		return "", "", fmt.Errorf("lab: %w", err)
	}
	v3 := certFingerprint.FindSubmatch(cert)
	if v3 == nil {
		return "", "", fmt.Errorf("lab: no fingerprint in %s", certFile)
	}
	line = fmt.Sprintf("DirAuthority %s orport=9001 no-v2 v3ident=%s %s:9030 %s", name, v3[1], addr, fingerprint)
	return line, fingerprint, nil
}

// relayIdentity makes a relay's RSA identity key (tor-spec, 1.1: 1024 bits),
// unless there is one, and returns its fingerprint. Making it here saves a run
// of tor for each authority just to learn the fingerprint.
func relayIdentity(file string) (string, error) {
	var key *rsa.PrivateKey
	data, err := os.ReadFile(file)
	if err == nil {
		if block, _ := pem.Decode(data); block != nil {
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		}
		if err != nil || key == nil {
			return "", fmt.Errorf("lab: cannot read the key in %s: %w", file, err)
		}
	} else {
		if key, err = rsa.GenerateKey(rand.Reader, 1024); err != nil {
			return "", fmt.Errorf("lab: %w", err)
		}
		var b bytes.Buffer
		if err := pem.Encode(&b, &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}); err != nil {
			return "", fmt.Errorf("lab: %w", err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			return "", fmt.Errorf("lab: %w", err)
		}
	}
	sum := sha1.Sum(x509.MarshalPKCS1PublicKey(&key.PublicKey))
	return strings.ToUpper(hex.EncodeToString(sum[:])), nil
}
