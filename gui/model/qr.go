package model

import "rsc.io/qr"

// qrCode returns the rows of the QR code of a text, true for dark, without the
// quiet zone; nil when it cannot be made.
func qrCode(text string) [][]bool {
	if text == "" {
		return nil
	}
	code, err := qr.Encode(text, qr.M)
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
