package model

import (
	"net/url"
	"strings"

	"rsc.io/qr"
)

// contactURI returns the link that other programs understand as "add this
// address" (RFC 5122; XEP-0147).
func contactURI(address string) string {
	name, server, ok := strings.Cut(address, "@")
	if !ok {
		return "xmpp:" + url.PathEscape(address)
	}
	return "xmpp:" + url.PathEscape(name) + "@" + url.PathEscape(server)
}

// qrCode returns the rows of the QR code of an address, true for dark, without
// the quiet zone; nil when it cannot be made.
func qrCode(address string) [][]bool {
	if address == "" {
		return nil
	}
	code, err := qr.Encode(contactURI(address), qr.M)
	if err != nil {
		return nil
	}
	rows := make([][]bool, code.Size)
	for y := range rows {
		rows[y] = make([]bool, code.Size)
		for x := range rows[y] {
			rows[y][x] = code.Black(x, y)
		}
	}
	return rows
}
