package lab

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
)

// hashPassword makes what "tor --hash-password" does (control-spec, 5.1): the
// iterated and salted SHA-1 of RFC 2440, 65,536 bytes long. The salt need not
// be random here.
func hashPassword(password string) string {
	const salt, count = "\x01\x02\x03\x04\x05\x06\x07\x08", 65536
	long := strings.Repeat(salt+password, count/len(salt+password)+1)[:count]
	sum := sha1.Sum([]byte(long))
	return "16:" + strings.ToUpper(hex.EncodeToString([]byte(salt+"\x60"))+hex.EncodeToString(sum[:]))
}
