package lab

import (
	"crypto/ed25519"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
)

// onionKey is the key of an onion service. It is made here, not by tor, so that
// the address is known before any tor runs: certificates and Prosody's
// configuration name it.
type onionKey struct{ seed []byte }

// keptOnionKey reads a key's seed from file, or makes one and keeps it there.
func keptOnionKey(file string) (onionKey, error) {
	seed, err := os.ReadFile(file)
	if err == nil {
		if len(seed) != ed25519.SeedSize {
			return onionKey{}, fmt.Errorf("lab: %s is not an onion key", file)
		}
		return onionKey{seed}, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return onionKey{}, fmt.Errorf("lab: %w", err)
	}
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return onionKey{}, fmt.Errorf("lab: %w", err)
	}
	k := onionKey{private.Seed()}
	if err := os.WriteFile(file, k.seed, 0o600); err != nil {
		return onionKey{}, fmt.Errorf("lab: %w", err)
	}
	return k, nil
}

// address is the service's name (rend-spec-v3, 6).
func (k onionKey) address() string {
	public := ed25519.NewKeyFromSeed(k.seed).Public().(ed25519.PublicKey)
	const version = 3
	sum := sha3.Sum256(append(append([]byte(".onion checksum"), public...), version))
	raw := append(append(append([]byte{}, public...), sum[:2]...), version)
	return strings.ToLower(base32.StdEncoding.EncodeToString(raw)) + ".onion"
}

// control is the key as ADD_ONION wants it: the expanded secret key.
func (k onionKey) control() string {
	h := sha512.Sum512(k.seed)
	h[0] &= 248
	h[31] &= 63
	h[31] |= 64
	return "ED25519-V3:" + base64.StdEncoding.EncodeToString(h[:])
}
